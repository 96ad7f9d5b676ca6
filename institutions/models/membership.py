"""The operators of an institution: how they come, how they go, and that one always stays."""

from typing import Any, Self

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import Invitation, User, today
from blk_portal.accounts.roles import Role
from institutions.models.institution import Institution

NAME_LENGTH = 60


class LastOperator(Exception):
    """An institution would be left without anybody who can log in for it."""


class OperatorKnown(Exception):
    """The institution already has an operator of this name."""


class MembershipQuerySet(models.QuerySet["Membership"]):
    def able(self) -> Self:
        """Of operators who can log in now; who has not yet set a password cannot."""
        return self.filter(
            Q(user__valid_until=None) | Q(user__valid_until__gte=today()),
            user__role=Role.OPERATOR,
            user__is_active=True,
        ).exclude(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)

    def for_lists(self) -> Self:
        """With the person, and whether a link waits to be opened."""
        waiting = Invitation.objects.open().filter(user=OuterRef("user"))
        return self.select_related("user").annotate(is_invited=Exists(waiting))

    def ensure_others_stay(self) -> None:
        """Raise LastOperator if an institution would have no operator left without these rows.

        To be asked in the transaction that takes them away, or that shuts their people out: the
        institutions stay locked until it ends, so that two who remove each other leave one.
        """
        touched = Institution.objects.filter(pk__in=self.order_by().values("institution"))
        for institution in touched.order_by("pk").select_for_update(no_key=True):
            able = Membership.objects.able().filter(institution=institution)
            leaving = set(able.filter(pk__in=self.order_by().values("pk")).values_list("pk"))
            if leaving and leaving == set(able.values_list("pk")):
                raise LastOperator(
                    gettext(
                        "%(institution)s would be left without an operator. Invite the successor "
                        "first and wait until the successor has set a password."
                    )
                    % {"institution": institution}
                )

    @transaction.atomic
    def delete(self) -> tuple[int, dict[str, int]]:
        self.ensure_others_stay()
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]  # how Django marks a method
    delete.queryset_only = True  # type: ignore[attr-defined]  # as above


class Membership(models.Model):
    """An operator's place in an institution; what an operator sees follows from it.

    Made and taken away by staff of the area, never changed. The last operator who can log in stays.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="memberships", verbose_name=_("institution")
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["institution_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "institution"], name="membership_unique",
                violation_error_message=_("This person already belongs to the institution."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.user}, {self.institution}"

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        Membership.objects.filter(pk=self.pk).ensure_others_stay()
        return super().delete(*args, **kwargs)

    @transaction.atomic
    def remove(self, *, by: User) -> None:
        """Take the person out of the institution; the account stays. Raises LastOperator."""
        self.delete()
        if not self.user.memberships.exists():
            self.user.invitations.standing().update(withdrawn_at=timezone.now())
        note(self.institution, by, gettext("Operator removed: %(name)s") % {"name": self.user})


@transaction.atomic
def appoint(institution: Institution, *, name: str, email: str, by: User) -> Membership:
    """Make the account of a new operator, without a password: an invitation has to follow.

    Raises OperatorKnown for a name that the institution has already, as after a double click.
    """
    Institution.objects.select_for_update(no_key=True).get(pk=institution.pk)
    if institution.memberships.filter(user__name__iexact=name, user__is_active=True).exists():
        raise OperatorKnown(
            gettext("%(name)s is already an operator here. Make a new link in the list instead.")
            % {"name": name}
        )
    person = User.objects.create(
        username=free_username(name), name=name, email=email, role=Role.OPERATOR,
        password=make_password(None),
    )  # fmt: skip
    note(institution, by, gettext("Operator invited: %(name)s") % {"name": person})
    return institution.memberships.create(user=person)


def free_username(name: str) -> str:
    """A user name made of the person's name, with a number where others have it already."""
    base = slugify(name).replace("-", ".")[:NAME_LENGTH] or "operator"
    near = User.objects.filter(username__istartswith=base).values_list("username", flat=True)
    # The login does not tell capital letters from small ones.
    taken = {name.lower() for name in near}
    number = 1
    while (found := base if number == 1 else f"{base}{number}") in taken:
        number += 1
    return found


def note(institution: Institution, by: User, text: str) -> None:
    """Keep it in the history that the administration shows of the institution."""
    LogEntry.objects.log_actions(by.pk, [institution], CHANGE, text)
