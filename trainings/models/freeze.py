"""What the portal hands to the ministry's statistics (DASKIN) month by month, as it was frozen."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from blk_portal.formats import month_name
from institutions.kbli import Section
from institutions.models import Institution, ProgrammeYear, Province, VocationalField
from trainings.models.outcome import Certification, Placement
from trainings.models.participant import Participant


class FreezeQuerySet(models.QuerySet["MonthlyFreeze"]):
    def visible_to(self, user: Visitor) -> Self:
        """Those of the ministry and the regions; operators have their own reports."""
        if not user.is_authenticated or not user.spec.looks_over_areas:
            return self.none()
        return self

    def current(self) -> Self:
        """The last word on each month: no later correction has taken its place."""
        return self.filter(superseded_at=None)


class MonthlyFreeze(models.Model):
    """One table of one month as it was handed over; number 1, or a correction of the one before.

    A table that has been frozen is never changed. What is verified or reopened later stands in the
    next correction, under the next number.
    """

    class Table(models.TextChoices):
        TRAINING = "training", _("Training")
        CERTIFICATION = "certification", _("Certification")
        PLACEMENT_3 = "placement_3", _("Placement after 3 months")
        PLACEMENT_6 = "placement_6", _("Placement after 6 months")

    table = models.CharField(_("table"), max_length=14, choices=Table)
    month = models.DateField(_("month"))
    number = models.PositiveSmallIntegerField(_("number"))
    frozen_at = models.DateTimeField(_("frozen at"))
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+",
        verbose_name=_("frozen by"),
    )  # fmt: skip
    superseded_at = models.DateTimeField(_("corrected at"), null=True, blank=True)

    objects = FreezeQuerySet.as_manager()

    class Meta:
        verbose_name = _("monthly freeze")
        verbose_name_plural = _("monthly freezes")
        ordering = ["-month", "table", "-number"]
        permissions = [("freeze_months", "May freeze the monthly tables")]
        constraints = [
            models.UniqueConstraint(
                fields=["table", "month", "number"], name="monthlyfreeze_numbered"
            ),
            models.UniqueConstraint(
                fields=["table", "month"],
                condition=models.Q(superseded_at=None),
                name="monthlyfreeze_one_current",
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1),
                name="monthlyfreeze_names_month",
                violation_error_message=_("A month is named by its first day."),
            ),
        ]

    def __str__(self) -> str:
        told = {"table": self.get_table_display(), "month": month_name(self.month)}
        return gettext("%(table)s, %(month)s") % told

    @property
    def slug(self) -> str:
        """The month in an address: 2022-09."""
        return f"{self.month:%Y-%m}"

    @property
    def label(self) -> str:
        """Its number in words: the first freeze, or which correction."""
        if self.number == 1:
            return gettext("First freeze")
        return gettext("Correction %(n)s") % {"n": self.number - 1}


class FrozenFigureQuerySet(models.QuerySet["FrozenFigure"]):
    def visible_to(self, user: Visitor) -> Self:
        return self.filter(institution__in=Institution.objects.visible_to(user))

    def current(self) -> Self:
        return self.filter(freeze__superseded_at=None)

    def for_lists(self) -> Self:
        """With all that a row of the ministry's table names, in one query."""
        return self.select_related("freeze", "institution", "province", "field", "programme_year")

    def of_months(self, table: str, months: Iterable[date]) -> Self:
        """The last word on these months of a table."""
        return self.current().filter(freeze__table=table, freeze__month__in=list(months))


class FrozenFigure(models.Model):
    """One row of a frozen table: how many participations of one kind an institution had.

    outcome: what the table counts by: the result, the competency, or what became of the person.
    detail: the kind of LSP of a certification, the KBLI section of a placement, else empty.
    """

    class Outcome(models.TextChoices):
        PASSED = "passed", pgettext_lazy("daskin", "Passed")
        FAILED = "failed", pgettext_lazy("daskin", "Not passed")

    OUTCOMES_OF: ClassVar[dict[str, type[models.TextChoices]]] = {
        MonthlyFreeze.Table.TRAINING: Outcome,
        MonthlyFreeze.Table.CERTIFICATION: Certification.Competency,
        MonthlyFreeze.Table.PLACEMENT_3: Placement.Outcome,
        MonthlyFreeze.Table.PLACEMENT_6: Placement.Outcome,
    }
    OUTCOMES = (
        *Outcome.choices,
        *Certification.Competency.choices,
        *Placement.Outcome.choices,
    )
    DETAILS: ClassVar[dict[str, object]] = dict((*Certification.Body.choices, *Section.choices))

    freeze = models.ForeignKey(
        MonthlyFreeze, models.CASCADE, related_name="rows", verbose_name=_("monthly freeze")
    )
    programme_year = models.ForeignKey(
        ProgrammeYear, models.PROTECT, related_name="+", verbose_name=_("budget year")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("institution")
    )
    province = models.ForeignKey(
        Province, models.PROTECT, related_name="+", verbose_name=_("province")
    )
    field = models.ForeignKey(
        VocationalField, models.PROTECT, related_name="+", verbose_name=_("vocational field")
    )
    sex = models.CharField(_("sex"), max_length=1, choices=Participant.Sex)
    disability = models.CharField(_("disability"), max_length=12, choices=Participant.Disability)
    outcome = models.CharField(_("result"), max_length=14, choices=OUTCOMES)
    detail = models.CharField(_("LSP or line of business"), max_length=4, blank=True)
    count = models.PositiveIntegerField(_("count"))

    objects = FrozenFigureQuerySet.as_manager()

    # A row of a table that was handed over stays with the institution that it named.
    stays_when_merged = True

    class Meta:
        verbose_name = _("frozen figure")
        verbose_name_plural = _("frozen figures")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "freeze", "programme_year", "institution", "province", "field", "sex",
                    "disability", "outcome", "detail",
                ],
                name="frozenfigure_once",
            ),
            models.CheckConstraint(
                condition=models.Q(count__gt=0), name="frozenfigure_no_zero_row"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.freeze_id} {self.institution_id}: {self.count}"

    @property
    def detail_label(self) -> str:
        """The kind of LSP or the line of business in words."""
        return str(self.DETAILS.get(self.detail, ""))
