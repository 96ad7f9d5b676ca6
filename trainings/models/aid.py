"""The money that pays for a cohort, and how it is accounted for."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import long_date, today_in_jakarta
from blk_portal.reporting.refusals import Refused
from institutions.due import working_days_after
from institutions.models import Disbursement, Document, Institution
from trainings.models.cohort import Cohort


class AidRefused(Refused):
    """The money of a cohort cannot be recorded or accounted for so; the text says why."""


class TrainingAidQuerySet(models.QuerySet["TrainingAid"]):
    def visible_to(self, user: Visitor) -> Self:
        """For the roles that see money at all: of the cohorts a person sees, and for those who see
        no single cohorts of the institutions they see."""
        if not user.is_authenticated or not user.spec.sees_money:
            return self.none()
        if user.spec.sees_cohorts:
            return self.filter(cohort__in=Cohort.objects.visible_to(user))
        return self.filter(cohort__institution__in=Institution.objects.visible_to(user))

    def for_page(self) -> Self:
        """With all that the page of the plan shows."""
        return self.select_related("filed_by", "accepted_by", "recorded_by", "paper")

    def for_lists(self) -> Self:
        """With all that a list row shows, in one query."""
        return self.select_related(
            "cohort__programme", "cohort__programme_year",
            "cohort__institution__regency__province", "cohort__institution__office",
        )  # fmt: skip

    def open(self) -> Self:
        """Money that is still to be accounted for: no report was accepted."""
        return self.filter(accepted_on=None)

    def overdue(self, *, on: date) -> Self:
        """Money whose accountability report was due before that day and is not filed."""
        return self.filter(filed_on=None, lpj_due_on__lt=on).order_by("lpj_due_on", "id")

    def in_state(self, state: str, *, on: date) -> Self:
        """Of the open money that whose report is due, overdue or filed on that day."""
        if state == TrainingAid.State.FILED:
            return self.open().exclude(filed_on=None)
        if state == TrainingAid.State.OVERDUE:
            return self.overdue(on=on)
        return self.filter(filed_on=None, lpj_due_on__gte=on)

    def totals(self, *by: str, on: date) -> Sequence[dict[str, Any]]:
        """How many there are, and sums received and overdue, for the values of these columns."""
        overdue = Q(filed_on=None, lpj_due_on__lt=on)
        rows = self.order_by().values(*by).annotate(
            cohorts=models.Count("pk"),
            received=models.Sum("amount"),
            late=models.Count("pk", filter=overdue),
            overdue=Coalesce(models.Sum("amount", filter=overdue), 0),
        )  # fmt: skip
        return list(rows.order_by(*by))

    @transaction.atomic
    def receive(
        self, *, cohort: Cohort, amount: int, on: date, by: User, number: str = ""
    ) -> "TrainingAid":
        """Record the money that a cohort received; its LPJ is due some working days later.

        Said again, it corrects what was recorded. Raises AidRefused once the LPJ is filed, and for
        a day that has not come.
        """
        Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
        aid = self.filter(cohort=cohort).first() or TrainingAid(cohort=cohort)
        if aid.filed_on:
            raise AidRefused(gettext("The LPJ is filed already, so the sum stays as it is."))
        if on > today_in_jakarta():
            raise AidRefused(gettext("The date lies in the future. Record it when it has come."))
        aid.amount, aid.received_on, aid.number = amount, on, number
        aid.lpj_due_on = working_days_after(on, cohort.programme_year.lpj_due_days)
        aid.recorded_at, aid.recorded_by = timezone.now(), by
        try:
            aid.full_clean()
        except ValidationError as refusal:
            raise AidRefused(" ".join(refusal.messages)) from refusal
        aid.save()
        return aid


class TrainingAid(models.Model):
    """The money received for one cohort (bantuan pelatihan), with its accountability report (LPJ).

    Recorded by the operator or by staff; the LPJ is filed by the operator and accepted by staff.
    Whether it is due, overdue, filed or accepted is read from its dates and never stored.
    """

    State = Disbursement.State

    cohort = models.OneToOneField(
        Cohort, models.PROTECT, related_name="aid", verbose_name=_("cohort")
    )
    amount = models.BigIntegerField(_("amount in rupiah"), validators=[MinValueValidator(1)])
    received_on = models.DateField(_("received on"))
    number = models.CharField(_("number of the proof"), max_length=60, blank=True)
    lpj_due_on = models.DateField(_("LPJ due on"))
    filed_on = models.DateField(_("LPJ filed on"), null=True, blank=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("filed by"),
    )  # fmt: skip
    lpj_number = models.CharField(_("LPJ number"), max_length=100, blank=True)
    paper = models.ForeignKey(
        Document, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("paper")
    )
    accepted_on = models.DateField(_("LPJ accepted on"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("accepted by"),
    )  # fmt: skip
    sent_back_because = models.CharField(_("why the LPJ was sent back"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    objects = TrainingAidQuerySet.as_manager()

    class Meta:
        verbose_name = _("money of a cohort")
        verbose_name_plural = _("money of cohorts")
        ordering = ["lpj_due_on", "id"]
        indexes = [
            models.Index(
                fields=["lpj_due_on", "id"], condition=Q(accepted_on=None),
                name="trainingaid_open",
            )
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="trainingaid_amount_is_positive",
                violation_error_message=_("The amount is above 0."),
            ),
            models.CheckConstraint(
                condition=Q(filed_on=None, filed_by=None)
                | Q(filed_by__isnull=False, filed_on__gte=F("received_on")),
                name="trainingaid_filed_whole",
                violation_error_message=_(
                    "A filed LPJ names who filed it, and a day not before the money was received."
                ),
            ),
            models.CheckConstraint(
                condition=Q(accepted_on=None, accepted_by=None)
                | (
                    Q(accepted_by__isnull=False, accepted_on__gte=F("filed_on"))
                    & ~Q(accepted_by=F("filed_by"))
                ),
                name="trainingaid_accepted_whole",
                violation_error_message=_(
                    "An LPJ is accepted by somebody else than filed it, and not before that day."
                ),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return gettext("Money of %(cohort)s") % {"cohort": self.cohort}

    def state_on(self, day: date) -> str:
        """Where its LPJ stands on a day."""
        if self.accepted_on is not None and self.accepted_on <= day:
            return self.State.ACCEPTED
        if self.filed_on is not None and self.filed_on <= day:
            return self.State.FILED
        return self.State.OVERDUE if self.lpj_due_on < day else self.State.DUE

    def days_overdue(self, day: date) -> int:
        """Days since the LPJ was due; 0 where it is filed or not due yet."""
        return 0 if self.filed_on else max((day - self.lpj_due_on).days, 0)

    def _locked(self) -> "TrainingAid":
        """The row as it stands, held until the transaction ends: one person at a time."""
        row = TrainingAid.objects.select_for_update(no_key=True).get(pk=self.pk)
        if row.accepted_on:
            raise AidRefused(gettext("The LPJ has been accepted already."))
        return row

    def _settle(self, row: "TrainingAid", *names: str) -> None:
        try:
            row.validate_constraints()
        except ValidationError as refusal:
            raise AidRefused(" ".join(refusal.messages)) from refusal
        row.save(update_fields=names)
        self.refresh_from_db()

    @transaction.atomic
    def file(
        self, *, by: User, on: date, number: str = "", document: Document | None = None
    ) -> None:
        """File the accountability report (LPJ).

        Raises AidRefused where one is filed already, and for a day before the money came.
        """
        row = self._locked()
        if row.filed_on:
            raise AidRefused(gettext("The LPJ is filed already."))
        if on < row.received_on:
            text = gettext("The money was received on %(day)s; the LPJ cannot be older.")
            raise AidRefused(text % {"day": long_date(row.received_on)})
        row.filed_on, row.filed_by, row.lpj_number, row.paper = on, by, number, document
        row.sent_back_because = ""
        self._settle(row, "filed_on", "filed_by", "lpj_number", "paper", "sent_back_because")

    def _filed(self) -> "TrainingAid":
        row = self._locked()
        if row.filed_on is None:
            raise AidRefused(gettext("No LPJ is filed."))
        return row

    @transaction.atomic
    def accept(self, *, by: User, on: date) -> None:
        """Accept the report. Raises AidRefused for one's own, and before it was filed."""
        row = self._filed()
        if row.filed_by_id == by.pk:
            raise AidRefused(gettext("You filed this LPJ; somebody else has to accept it."))
        row.accepted_on, row.accepted_by = on, by
        self._settle(row, "accepted_on", "accepted_by")

    @transaction.atomic
    def send_back(self, *, by: User, reason: str) -> None:
        """Send the report back to be filed anew. Raises AidRefused without a reason."""
        if not reason.strip():
            raise AidRefused(gettext("Say why: the reason is kept in the history."))
        row = self._filed()
        if row.filed_by_id == by.pk:
            raise AidRefused(gettext("You filed this LPJ; somebody else has to decide on it."))
        row.filed_on = row.filed_by = row.paper = None
        row.lpj_number, row.sent_back_because = "", reason.strip()
        self._settle(row, "filed_on", "filed_by", "lpj_number", "paper", "sent_back_because")
