"""The people who work with the portal, and the links by which they get their password."""

import hashlib
import secrets
from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.client_requests import ClientRequest as ClientRequest  # Django looks here
from blk_portal.accounts.clients import PartnerClient as PartnerClient  # as above
from blk_portal.accounts.roles import ROLES, Reach, Role, RoleSpec

if TYPE_CHECKING:
    from blk_portal.accounts.requests import Visitor

INVITED_FOR = timedelta(days=14)
TOKEN_BYTES = 32


def today() -> date:
    """The day in Jakarta, by which accounts end, in whatever zone a page is shown."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


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
    valid_until = models.DateField(
        _("valid until"),
        null=True,
        blank=True,
        help_text=_("The last day of use (WIB). For an auditor: as in the assignment letter."),
    )
    wants_mail = models.BooleanField(
        _("news by e-mail"),
        default=True,
        help_text=_("News of reports also by e-mail; on the home page it stands in any case."),
    )

    REQUIRED_FIELDS = ["name", "role", "email"]
    # What a partner's system lends to its service account for one request: `PartnerClient.acting`.
    lent: RoleSpec | None = None
    # The areas (kind and keys) that the person was given, where they were looked up for the length
    # of one request: `institutions.models.reach`.
    areas: dict[str, list[int]] | None = None

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
            models.CheckConstraint(
                condition=~models.Q(role=Role.AUDITOR) | models.Q(valid_until__isnull=False),
                name="user_auditor_has_an_end",
                violation_error_message=_(
                    "An auditor's account needs its last day. Take it from the assignment letter."
                ),
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
        """The rights that come with the role, or those that a partner's system lends."""
        return self.lent or ROLES[self.role]

    @property
    def has_ended(self) -> bool:
        """Whether the last day of the account lies behind."""
        return self.valid_until is not None and self.valid_until < today()

    @property
    def may_log_in(self) -> bool:
        return self.is_active and not self.has_ended

    def get_session_auth_hash(self) -> str:
        """What ties a session to the account: it ends with another password and another role."""
        return self._with_role(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        return map(self._with_role, super().get_session_auth_fallback_hash())

    def _with_role(self, session_hash: str) -> str:
        return salted_hmac("blk_portal.accounts.role", session_hash + self.role).hexdigest()

    @transaction.atomic
    def invite(self, *, by: "User | None") -> tuple["Invitation", str]:
        """Make the link by which this person sets a password; an earlier one no longer works.

        Returns the invitation and its token, which is kept nowhere. Raises InvitationRefused for
        an account that nobody can log in to.
        """
        # Two who invite at the same moment queue here, so that one link is the last.
        user = User.objects.select_for_update(no_key=True).get(pk=self.pk)
        if not user.may_log_in:
            raise InvitationRefused(gettext("This account is not active. Switch it on first."))
        if PartnerClient.objects.filter(user=user).exists():
            raise InvitationRefused(
                gettext("A partner's system logs in with the secret of its client, not here.")
            )
        now = timezone.now()
        user.invitations.standing().update(withdrawn_at=now)
        token = secrets.token_urlsafe(TOKEN_BYTES)
        invitation = user.invitations.create(
            digest=digest_of(token), made_by=by, made_at=now, expires_at=now + INVITED_FOR
        )
        return invitation, token

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name


class InvitationRefused(Exception):
    """The link can no longer be used, or the account cannot be invited."""


def digest_of(token: str) -> str:
    """What is kept of a token: it holds 256 random bits, so a plain digest betrays nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def standing(self) -> Self:
        """Neither used nor withdrawn; perhaps expired."""
        return self.filter(used_at=None, withdrawn_at=None)

    def open(self) -> Self:
        """Those that can still be used."""
        return self.standing().filter(expires_at__gt=timezone.now())

    def of_token(self, token: str) -> "Invitation | None":
        """The invitation a link was made for, with its person."""
        return self.filter(digest=digest_of(token)).select_related("user").first()


class Invitation(models.Model):
    """A link by which one person sets the first or a new password: once, within 14 days.

    Made by the national administrator for anybody, by staff of an area for operators of its
    institutions. Only a digest of the link is kept; a new one withdraws the one before.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitations",
        verbose_name=_("user"),
    )  # fmt: skip
    digest = models.CharField(_("digest of the link"), max_length=64, unique=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("invited by"),
    )  # fmt: skip
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("usable until"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(used_at=None, withdrawn_at=None),
                name="invitation_one_standing_a_person",
                violation_error_message=_("This person already has an open invitation."),
            ),
            models.CheckConstraint(
                condition=models.Q(used_at=None) | models.Q(withdrawn_at=None),
                name="invitation_used_or_withdrawn",
                violation_error_message=_("An invitation is used or withdrawn, not both."),
            ),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("made_at")),
                name="invitation_expires_after_it_is_made",
                violation_error_message=_("An invitation expires after it is made."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @property
    def state(self) -> str:
        """Where the invitation stands, in words for a list."""
        if self.used_at:
            return gettext("used")
        if self.withdrawn_at:
            return gettext("withdrawn")
        return gettext("expired") if self.is_expired else gettext("open")

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @transaction.atomic
    def accept(self, *, password: str) -> None:
        """Use the link up and set the password; of two who send at once one is refused.

        Raises InvitationRefused when the link or the account can no longer be used.
        """
        # The person first, as `invite` does: otherwise the two could wait for each other.
        user = User.objects.select_for_update(no_key=True).get(pk=self.user_id)
        taken = Invitation.objects.open().filter(pk=self.pk).update(used_at=timezone.now())
        if not taken or not user.may_log_in:
            raise InvitationRefused(gettext("This link can no longer be used"))
        user.set_password(password)
        user.save(update_fields=["password"])


def display_name(user: User) -> str:
    """The name that messages and mails address the person by."""
    return str(user)


class PartnerQuerySet(models.QuerySet["Partner"]):
    def visible_to(self, user: "Visitor") -> Self:
        """Partners are known to everybody who has pages; what they brought follows the area."""
        if not user.is_authenticated or not user.is_active or user.spec.reach == Reach.NOTHING:
            return self.none()
        return self


class Partner(models.Model):
    """A body that the programme works with: it has agreements and brings something.

    Kept by national staff. A partner that left is marked as no longer active, never deleted.
    """

    class Kind(models.TextChoices):
        MINISTRY_UNIT = "ministry_unit", _("Unit of the ministry")
        OTHER_MINISTRY = "other_ministry", _("Other ministry")
        BANK = "bank", _("Bank")
        UNIVERSITY = "university", _("University")
        INDUSTRY = "industry", _("Industry")
        OTHER = "other", pgettext_lazy("kind of partner", "Other")

    name = models.CharField(_("name"), max_length=150)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    phone = models.CharField(
        _("office line"), max_length=30, blank=True,
        help_text=_("Of the office, not of a person."),
        validators=[
            RegexValidator(
                r"^[+(]?[0-9][0-9 ()./-]{2,28}$",
                _("Write digits, spaces and dashes, for example 0812 3456 7890."),
            )
        ],
    )  # fmt: skip
    website = models.URLField(_("website"), blank=True)
    is_active = models.BooleanField(_("active"), default=True)

    objects = PartnerQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"), "kind", name="partner_unique_name_of_a_kind",
                violation_error_message=_("There is already a partner of this name and kind."),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name
