"""What an operator may change in a report that came back, and the wish to change more."""

from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import moment
from blk_portal.privacy.validators import without_nik
from blk_portal.reporting.refusals import Incomplete, Stale
from trainings.models.cohort import open_institutions
from trainings.models.flag import CohortReportFlag
from trainings.models.participant import Participant


class UnlockRequestQuerySet(models.QuerySet["UnlockRequest"]):
    def visible_to(self, user: Visitor) -> Self:
        return self.filter(transition__report__cohort__institution__in=open_institutions(user))

    def open(self) -> Self:
        """Not decided yet, of returns that the operator still works on, the oldest first."""
        with_operator = Q(
            transition__report__status__in=("returned", "draft"),
            transition__report__cohort__cancelled_at=None,
        )
        flags = CohortReportFlag.objects.standing().filter(transition=OuterRef("transition"))
        waiting = self.filter(with_operator & Exists(flags), is_granted=None)
        return waiting.order_by("asked_at", "id")

    def longest_open(self, most: int) -> list["UnlockRequest"]:
        """The first of those, with all that a list row shows.

        Mostly there is none: the rows are chosen first, since planning all joins costs more.
        """
        chosen = list(self.open().values_list("pk", flat=True)[:most])
        rows = self.filter(pk__in=chosen).order_by("asked_at", "id") if chosen else self.none()
        return list(rows.for_lists())

    def granted(self) -> Self:
        return self.filter(is_granted=True)

    def for_lists(self) -> Self:
        """With all that a list row shows, in one query."""
        return self.select_related(
            "participant", "asked_by", "decided_by", "transition__report__cohort__programme",
            "transition__report__cohort__institution__regency",
        )  # fmt: skip


class UnlockRequest(models.Model):
    """An operator's wish to change a row that the reviewer did not flag; granted or declined.

    Without a participant it is about the report as a whole: to add a row, for example. It holds for
    the return that it answers, and ends with the next decision like the flags of that return.
    """

    transition = models.ForeignKey(
        "trainings.CohortReportTransition", models.PROTECT, related_name="unlock_requests",
        verbose_name=_("return"),
    )  # fmt: skip
    participant = models.ForeignKey(
        Participant, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("participant"),
    )  # fmt: skip
    is_whole = models.BooleanField(_("the report as a whole"), default=False)
    row = models.PositiveIntegerField(_("row in the roster"), null=True, blank=True)
    reason = models.CharField(
        _("Why is it to be changed?"), max_length=500, validators=[without_nik]
    )
    asked_at = models.DateTimeField(_("asked at"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    is_granted = models.BooleanField(_("granted"), null=True, blank=True)
    decision_reason = models.CharField(
        _("reason of the reviewer"), max_length=500, blank=True, validators=[without_nik]
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("decided by"),
    )  # fmt: skip

    objects = UnlockRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to unlock")
        verbose_name_plural = _("requests to unlock")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="unlockrequest_has_reason",
                violation_error_message=_("A request says why the row is to be changed."),
            ),
            models.CheckConstraint(
                condition=Q(is_granted=None, decided_at=None, decided_by=None)
                | Q(is_granted__isnull=False, decided_at__isnull=False, decided_by__isnull=False),
                name="unlockrequest_decision_is_signed",
                violation_error_message=_("A decision names who made it and when."),
            ),
            models.CheckConstraint(
                condition=~Q(is_granted=False) | ~Q(decision_reason=""),
                name="unlockrequest_declined_with_reason",
                violation_error_message=_("A request is declined with a reason."),
            ),
            models.UniqueConstraint(
                fields=["transition", "participant"],
                condition=Q(is_granted=None, participant__isnull=False),
                name="unlockrequest_one_open_a_row",
                violation_error_message=_("This row has been asked for already."),
            ),
            models.UniqueConstraint(
                fields=["transition"], condition=Q(is_granted=None, is_whole=True),
                name="unlockrequest_one_open_a_report",
                violation_error_message=_("This has been asked for already."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["asked_at", "id"], condition=Q(is_granted=None), name="unlockrequest_open"
            )
        ]

    def __str__(self) -> str:
        return self.reason

    @property
    def is_open(self) -> bool:
        return self.is_granted is None

    @transaction.atomic
    def decide(self, *, by: User, is_granted: bool, reason: str = "") -> None:
        """Grant or decline, once. Raises Stale when it was decided or the report was sent."""
        if not is_granted and not reason.strip():
            raise Incomplete(
                gettext("A reason is needed."), cure=gettext("Write why the row stays as it is.")
            )
        report = self.transition.report
        open_reports: Any = type(report)._default_manager.select_for_update(of=("self",))
        if not open_reports.get(pk=report.pk).is_open:
            raise Stale(
                gettext("The report has been sent meanwhile."),
                cure=gettext("Open the report again to see how it stands now."),
            )
        decision = {
            "is_granted": is_granted, "decision_reason": reason.strip(),
            "decided_at": timezone.now(), "decided_by": by,
        }  # fmt: skip
        if not UnlockRequest.objects.filter(pk=self.pk, is_granted=None).update(**decision):
            self.refresh_from_db()
            raise self._decided_meanwhile()
        self.refresh_from_db()

    def _decided_meanwhile(self) -> Stale:
        assert self.decided_at is not None, "decided requests say when"
        when = moment(self.decided_at)
        told = {"name": self.decided_by, "when": when}
        text = gettext("%(name)s declined this request, %(when)s.")
        if self.is_granted:
            text = gettext("%(name)s granted this request, %(when)s.")
        return Stale(text % told, cure=gettext("Open the report again to see how it stands now."))
