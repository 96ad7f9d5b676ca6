"""News for a person about the reports of an institution: on the home page, and by mail.

The table is the outbox. A row is written in the transaction of what it tells of; its words are
chosen when they are read, so it holds no text and nobody's data but that of its recipient.
"""

from datetime import date, datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import long_date
from blk_portal.reporting.obligation import Obligation
from blk_portal.reporting.outbox import Outgoing, OutgoingQuerySet
from institutions.models import Institution


class NoticeKind(models.TextChoices):
    """What happened, in the words of a list."""

    REPORT_RETURNED = "report_returned", pgettext_lazy("news", "Report returned")
    REPORT_VERIFIED = "report_verified", pgettext_lazy("news", "Report verified")
    REPORT_REOPENED = "report_reopened", pgettext_lazy("news", "Report reopened")
    EXTENDED = "extended", pgettext_lazy("news", "Due date extended")
    EXCUSED = "excused", pgettext_lazy("news", "Report not expected")
    EXPECTED_AGAIN = "expected_again", pgettext_lazy("news", "Report expected again")
    ZERO_OVERTAKEN = "zero_overtaken", pgettext_lazy("news", "Confirmed zero withdrawn")
    REMINDER = "reminder", pgettext_lazy("news", "Reminder")
    EVIDENCE_ENDS = "evidence_ends", pgettext_lazy("news", "Evidence ends soon")
    EVIDENCE_REFUSED = "evidence_refused", pgettext_lazy("news", "Evidence refused")
    STANDING_LAPSED = "standing_lapsed", pgettext_lazy("news", "Standing lapsed")


# About an institution as a whole, and no one report.
OF_NO_REPORT = (
    NoticeKind.REMINDER, NoticeKind.EVIDENCE_ENDS, NoticeKind.EVIDENCE_REFUSED,
    NoticeKind.STANDING_LAPSED,
)  # fmt: skip


class NoticeQuerySet(OutgoingQuerySet["Notice"]):
    def visible_to(self, user: Visitor) -> Self:
        """One's own; who looks after the outbox sees all."""
        if not user.is_authenticated:
            return self.none()
        if user.has_perm("reporting.view_notice"):
            return self
        return self.filter(recipient=user)

    def unread_by(self, user: User) -> Self:
        """What the person has not ticked off, the newest first.

        Reminders are left out: what is owed stands on the home page itself.
        """
        return self.filter(recipient=user, read_at=None).exclude(kind=NoticeKind.REMINDER)

    def for_lists(self) -> Self:
        """With all that their words need, in one query."""
        return self.select_related("institution__regency__province", "obligation", "recipient")

    def read(self, *, at: datetime) -> int:
        return self.filter(read_at=None).update(read_at=at)

    def tell(
        self, kind: NoticeKind, *, institution_id: int, obligation: Obligation | None = None,
        but: User | None = None,
    ) -> int:  # fmt: skip
        """Write one row for each operator of the institution, apart from who did it."""
        operators = User.objects.filter(
            is_active=True, memberships__institution=institution_id
        ).distinct()
        now = timezone.now()
        rows = [
            Notice(
                recipient=user, kind=kind, institution_id=institution_id, obligation=obligation,
                created_at=now, next_attempt_at=now,
            )
            for user in operators
            if user != but
        ]  # fmt: skip
        self.bulk_create(rows)
        return len(rows)


class Notice(Outgoing):
    """One piece of news for one person, and how its mail fares.

    Written by the events of reports and obligations and by the reminders; mailed by a worker,
    ticked off by its reader.
    """

    Kind = NoticeKind

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices",
        verbose_name=_("recipient"),
    )  # fmt: skip
    kind = models.CharField(_("kind"), max_length=20, choices=NoticeKind)
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("institution")
    )
    obligation = models.ForeignKey(
        Obligation, models.PROTECT, null=True, related_name="notices", verbose_name=_("obligation")
    )
    created_at = models.DateTimeField(_("written at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-id"]
        permissions = [("resend_notice", "May have a notice mailed again")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=OF_NO_REPORT, obligation=None)
                | (~Q(kind__in=OF_NO_REPORT) & Q(obligation__isnull=False)),
                name="notice_about_one_obligation",
                violation_error_message=_("News of a report names the report, other news none."),
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at=None)),
                name="notice_sent_has_moment",
                violation_error_message=_("A mailed notice says when."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"], condition=Q(state="waiting"), name="notice_outbox"
            ),
            models.Index(fields=["-created_at", "-id"], name="notice_latest_first"),
            models.Index(
                fields=["recipient", "-created_at"], condition=Q(read_at=None), name="notice_unread"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.institution}"

    @property
    def sentence(self) -> str:
        """What happened, in one sentence; wants `for_lists()`."""
        told = {"what": "", "date": "", "name": self.institution.name}
        if self.obligation is not None:
            told |= {"what": self.obligation.label, "date": long_date(self.obligation.due_on)}
        sentence: str = SENTENCES[self.kind] % told
        return sentence

    def owed(self, *, on: date) -> list[Obligation]:
        """What a reminder is about when it is read: reported meanwhile, it is left out."""
        told = Reminder.objects.filter(obligation=OuterRef("pk"), due_on=OuterRef("due_on"))
        owed = Obligation.objects.filter(institution=self.institution_id).outstanding()
        return list(owed.filter(Q(due_on__lt=on) | Exists(told)).order_by("due_on", "pk"))


SENTENCES: dict[str, Any] = {
    NoticeKind.REPORT_RETURNED: _("Returned for mending: %(what)s of %(name)s."),
    NoticeKind.REPORT_VERIFIED: _("Verified: %(what)s of %(name)s."),
    NoticeKind.REPORT_REOPENED: _("Reopened for a correction: %(what)s of %(name)s."),
    NoticeKind.EXTENDED: _("New due date %(date)s: %(what)s of %(name)s."),
    NoticeKind.EXCUSED: _("No longer expected: %(what)s of %(name)s."),
    NoticeKind.EXPECTED_AGAIN: _("Expected again, due %(date)s: %(what)s of %(name)s."),
    NoticeKind.ZERO_OVERTAKEN: _(
        "The confirmed zero was withdrawn because a training is there: %(what)s of %(name)s."
    ),
    NoticeKind.REMINDER: _("Reports of %(name)s are awaited."),
    NoticeKind.EVIDENCE_ENDS: _("Evidence of the incubator %(name)s ends soon. Renew it in time."),
    NoticeKind.EVIDENCE_REFUSED: _("Evidence of the incubator %(name)s was refused."),
    NoticeKind.STANDING_LAPSED: _(
        "The incubator %(name)s no longer meets every criterion; its standing has lapsed."
    ),
}


class Reminder(models.Model):
    """That an institution was reminded of what it owes: once for each day around a due date."""

    obligation = models.ForeignKey(
        Obligation, models.PROTECT, related_name="reminders", verbose_name=_("obligation")
    )
    due_on = models.DateField(_("due on"))
    days = models.SmallIntegerField(_("days after the due date"))
    made_on = models.DateField(_("written on"))

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "due_on", "days"], name="reminder_once_each"
            )
        ]

    def __str__(self) -> str:
        return gettext("%(obligation)s, %(days)s days") % {
            "obligation": self.obligation,
            "days": self.days,
        }
