"""Visits to institutions: what an officer found, what is to follow, and whether it was done."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User, today
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import long_date
from institutions.models.document import Document
from institutions.models.institution import Institution


class VisitRefused(Exception):
    """Somebody else was faster, or something the verb needs still lacks."""


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, user: Visitor) -> Self:
        """Visits to the institutions a person may see, for roles that work with findings."""
        if not user.is_authenticated or not user.spec.sees_papers:
            return self.none()
        return self.filter(institution__in=Institution.objects.visible_to(user))

    def standing(self) -> Self:
        """Visits that hold: not withdrawn as a mistake."""
        return self.filter(withdrawn_at=None)

    def open_follow_ups(self, *, on: date) -> Self:
        """Visits whose follow-up was agreed by then and is not confirmed, earliest due first."""
        return (
            self.standing()
            .filter(visited_on__lte=on, follow_up_due_on__isnull=False)
            .filter(Q(followed_up_on=None) | Q(followed_up_on__gt=on))
            .order_by("follow_up_due_on", "id")
        )

    def for_lists(self) -> Self:
        """With all that a row shows, in one query."""
        return self.select_related(
            "officer", "followed_up_by", "reported_by", "withdrawn_by", "paper__kind"
        )


class Visit(models.Model):
    """One visit of an officer: recorded by staff of the area, never changed afterwards.

    The institution may report a follow-up as done; staff confirm it. A visit recorded by mistake
    is withdrawn with a reason.
    """

    class Kind(models.TextChoices):
        MONITORING = "monitoring", _("Monitoring")
        SUPERVISION = "supervision", _("Supervision")
        COMPLAINT = "complaint", _("After a complaint")

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="visits", verbose_name=_("institution")
    )
    visited_on = models.DateField(_("date of the visit"))
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("officer")
    )
    others = models.CharField(_("others present"), max_length=200, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    findings = models.TextField(_("findings"), max_length=3000)
    follow_up = models.CharField(_("follow-up"), max_length=500, blank=True)
    follow_up_due_on = models.DateField(_("due on"), null=True, blank=True)
    reported_on = models.DateField(_("reported as done on"), null=True, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("reported by"),
    )  # fmt: skip
    report_note = models.CharField(_("what was done"), max_length=500, blank=True)
    followed_up_on = models.DateField(_("confirmed on"), null=True, blank=True)
    followed_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("confirmed by"),
    )  # fmt: skip
    follow_up_note = models.CharField(_("note on the follow-up"), max_length=500, blank=True)
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("paper")
    )
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("withdrawn by"),
    )  # fmt: skip
    withdrawn_because = models.CharField(_("reason of withdrawal"), max_length=300, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["-visited_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(follow_up="", follow_up_due_on=None)
                | (~Q(follow_up="") & Q(follow_up_due_on__isnull=False)),
                name="visit_follow_up_has_due_date",
                violation_error_message=_(
                    "A follow-up needs its due date, and a due date its task."
                ),
            ),
            models.CheckConstraint(
                condition=Q(follow_up_due_on=None) | Q(follow_up_due_on__gte=F("visited_on")),
                name="visit_follow_up_after_visit",
                violation_error_message=_("The due date lies before the visit."),
            ),
            models.CheckConstraint(
                condition=Q(reported_on=None, reported_by=None, report_note="")
                | (
                    Q(reported_on__isnull=False, reported_by__isnull=False)
                    & ~Q(report_note="")
                    & ~Q(follow_up="")
                ),
                name="visit_report_is_whole",
                violation_error_message=_("Say what was done, for a follow-up that was agreed."),
            ),
            models.CheckConstraint(
                condition=Q(followed_up_on=None, followed_up_by=None, follow_up_note="")
                | (
                    Q(followed_up_on__isnull=False, followed_up_by__isnull=False) & ~Q(follow_up="")
                ),
                name="visit_confirmation_is_whole",
                violation_error_message=_("Only a follow-up that was agreed is confirmed."),
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because="")
                | (
                    Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdrawn_because="")
                ),
                name="visit_withdrawal_has_reason",
                violation_error_message=_("A withdrawn visit needs its reason."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["follow_up_due_on"],
                condition=Q(withdrawn_at=None, followed_up_on=None, follow_up_due_on__isnull=False),
                name="visit_open_follow_ups",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {long_date(self.visited_on)}"

    @property
    def is_open(self) -> bool:
        """Whether a follow-up was agreed that staff have not confirmed yet."""
        return (
            self.follow_up_due_on is not None
            and self.followed_up_on is None
            and self.withdrawn_at is None
        )

    def report_done(self, *, by: User, note: str) -> None:
        """The institution says what it has done; staff still confirm. Raises VisitRefused."""
        if not note.strip():
            raise VisitRefused(gettext("Say what was done."))
        self._take(
            Visit.objects.filter(institution__in=Institution.objects.visible_to(by)),
            reported_on=today(), reported_by=by, report_note=note.strip(),
        )  # fmt: skip

    def confirm_done(self, *, by: User, note: str = "") -> None:
        """Staff of the area confirm the follow-up, which ends it. Raises VisitRefused."""
        self._take(
            Visit.objects.filter(institution__in=Institution.objects.editable_by(by)),
            followed_up_on=today(), followed_up_by=by, follow_up_note=note.strip(),
        )  # fmt: skip

    def withdraw(self, *, by: User, reason: str) -> None:
        """Take a visit that was recorded by mistake out of force. Raises VisitRefused."""
        if not reason.strip():
            raise VisitRefused(gettext("Say why: the reason is kept in the history."))
        rows = Visit.objects.standing().filter(
            pk=self.pk, institution__in=Institution.objects.editable_by(by)
        )
        if not rows.update(
            withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_because=reason.strip()
        ):
            raise VisitRefused(gettext("This visit has been withdrawn already."))
        self.refresh_from_db()

    def _take(self, rows: VisitQuerySet, **changes: object) -> None:
        still_open = rows.standing().filter(
            pk=self.pk, followed_up_on=None, follow_up_due_on__isnull=False
        )
        if not still_open.update(**changes):
            raise VisitRefused(gettext("This follow-up is no longer open."))
        self.refresh_from_db()
