"""Who gets the pack of each month by mail, and how each mail fares."""

from collections.abc import Mapping
from datetime import date
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from blk_portal.formats import month_name
from blk_portal.progress.pack.records import RIGHT, Audience, MeetingPack
from blk_portal.reporting.outbox import Outgoing, OutgoingQuerySet


class PackRecipientQuerySet(models.QuerySet["PackRecipient"]):
    def visible_to(self, user: Visitor) -> Self:
        """All, for those who keep the list."""
        return self if user.has_perm("progress.view_packrecipient") else self.none()

    def in_turn(self) -> Self:
        """Those who get the pack of the coming months."""
        return self.filter(is_active=True)


class PackRecipient(models.Model):
    """Somebody who gets the national-meeting pack every month; kept by national administrators.

    A person with an account gets the link to the pack of the ministry, an address outside gets the
    public pack itself. Who shall get it no longer is switched off: what was sent stays readable.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+",
        verbose_name=_("person with an account"),
        help_text=_("Gets the link to the pack of the ministry. Leave it empty for others."),
    )  # fmt: skip
    name = models.CharField(
        _("name or office outside"), max_length=120, blank=True,
        help_text=_("For example a local planning agency. Gets the public pack."),
    )  # fmt: skip
    email = models.EmailField(_("e-mail address outside"), blank=True)
    is_active = models.BooleanField(_("gets the pack"), default=True)

    objects = PackRecipientQuerySet.as_manager()

    class Meta:
        verbose_name = _("recipient of the meeting pack")
        verbose_name_plural = _("recipients of the meeting pack")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, name="", email="")
                | (Q(person=None) & ~Q(name="") & ~Q(email="")),
                name="packrecipient_inside_or_outside",
                violation_error_message=_(
                    "Choose a person with an account, or write name and e-mail address."
                ),
            ),
            models.UniqueConstraint(
                fields=["person"], name="packrecipient_person_once",
                violation_error_message=_("This person is on the list already."),
            ),
            models.UniqueConstraint(
                Lower("email"), condition=~Q(email=""), name="packrecipient_address_once",
                violation_error_message=_("This address is on the list already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.person) if self.person else self.name

    @property
    def audience(self) -> Audience:
        return Audience.INTERNAL if self.person_id else Audience.PUBLIC

    def clean(self) -> None:
        if self.person and not self.person.has_perm(RIGHT):
            raise ValidationError(
                {
                    "person": gettext(
                        "This role does not have the pack of the ministry. Choose national staff "
                        "or leadership, or write name and e-mail address for the public pack."
                    )
                }
            )


class PackMailQuerySet(OutgoingQuerySet["PackMail"]):
    def visible_to(self, user: Visitor) -> Self:
        """All, for those who keep the list of recipients."""
        return self if user.has_perm("progress.view_packrecipient") else self.none()

    def ready(self) -> Self:
        """Those whose pack is made, with all that the mail needs."""
        return self.filter(pack__state=MeetingPack.State.READY).select_related(
            "recipient__person", "pack__programme_year", "pack__publication"
        )

    def write(self, packs: Mapping[Audience, MeetingPack], *, month: date) -> int:
        """One mail for each recipient in turn who has none of this month yet; how many."""
        told = self.filter(month=month).values("recipient")
        now = timezone.now()
        lacking = PackRecipient.objects.in_turn().exclude(pk__in=told)
        rows = [
            PackMail(recipient=one, month=month, pack=packs[one.audience], next_attempt_at=now)
            for one in lacking
        ]
        self.bulk_create(rows, ignore_conflicts=True)
        return len(rows)


class PackMail(Outgoing):
    """The pack of one month for one recipient: one mail, tried until it is gone or given up."""

    recipient = models.ForeignKey(
        PackRecipient, models.CASCADE, related_name="mails", verbose_name=_("recipient")
    )
    month = models.DateField(_("month"))
    pack = models.ForeignKey(
        MeetingPack, models.PROTECT, related_name="mails", verbose_name=_("pack")
    )

    objects = PackMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail with the meeting pack")
        verbose_name_plural = _("mails with the meeting pack")
        ordering = ["-month", "id"]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "month"], name="packmail_once_a_month"),
            models.CheckConstraint(
                condition=Q(month__day=1),
                name="packmail_month_begins",
                violation_error_message=_("A month is named by its first day."),
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at=None)),
                name="packmail_sent_has_moment",
                violation_error_message=_("A mail that was sent says when."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(state="waiting"),
                name="packmail_outbox",
            )
        ]

    def __str__(self) -> str:
        return f"{self.recipient}, {month_name(self.month)}"
