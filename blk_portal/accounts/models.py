"""The people who work with the portal."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.roles import ROLES, Role, RoleSpec


class User(AbstractUser):
    """A person with a login: made by ministry staff, never by sign-up.

    The role says what the person may do; which rows it reaches comes from the memberships and area
    assignments of the register.
    """

    first_name = None  # type: ignore[assignment]  # people have one name here
    last_name = None  # type: ignore[assignment]  # as above
    name = models.CharField(_("name"), max_length=150)
    role = models.CharField(_("role"), max_length=32, choices=Role)
    title = models.CharField(
        _("title"),
        max_length=150,
        blank=True,
        help_text=_("Shown beside the name, for example an office."),
    )

    REQUIRED_FIELDS = ["name", "role", "email"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values),
                name="user_role_known",
                violation_error_message=_("Choose one of the listed roles."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_superuser=False),
                name="user_no_superuser",
                violation_error_message=_("Rights come from the role alone."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.is_staff = self.spec.is_staff
        self.is_superuser = False
        super().save(*args, **kwargs)

    @property
    def spec(self) -> RoleSpec:
        """The rights that come with the role."""
        return ROLES[self.role]

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


def display_name(user: User) -> str:
    """The name that messages and mails address the person by."""
    return str(user)
