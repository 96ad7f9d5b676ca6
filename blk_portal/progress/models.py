"""Targets, the stored cells of progress toward them, and what is owed to keep them right."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from blk_portal.formats import number
from blk_portal.progress.indicators import INDICATORS
from blk_portal.progress.integrity.records import CheckResult, CheckRun
from blk_portal.progress.opening.balances import OpeningBalance
from blk_portal.progress.pack.recipients import PackMail, PackRecipient
from blk_portal.progress.pack.records import MeetingPack
from blk_portal.progress.publication import PlaceBefore, Publication, PublishedFigure
from blk_portal.progress.targets import Target, TargetQuerySet, indicator_choices
from institutions.models import Institution, ProgrammeYear, Province, TrainingOffice

__all__ = [
    "Actual", "ActualThen", "Breakdown", "Cell", "CheckResult", "CheckRun", "MeetingPack",
    "OpeningBalance", "PackMail", "PackRecipient", "PendingRollup", "PlaceBefore", "Publication",
    "PublishedFigure", "RollupRun", "Target", "TargetQuerySet", "indicator_choices",
]  # fmt: skip


class Breakdown(models.TextChoices):
    """By what a cell is broken down; one at a time."""

    NONE = "", _("none")
    FIELD = "field", _("vocational field")
    FUNDING = "funding", _("funding source")
    SEX = "sex", _("sex")
    DISABILITY = "disability", _("disability")
    AGE = "age", _("age")
    HOST = "host", _("host type")
    SOURCE = "source", _("source of finance")


class Cell(models.Model):
    """One figure: an indicator in a budget year for the nation, a province or an office."""

    programme_year = models.ForeignKey(
        ProgrammeYear, models.PROTECT, related_name="+", verbose_name=_("budget year")
    )
    indicator = models.CharField(_("indicator"), max_length=32)
    province = models.ForeignKey(
        Province, models.PROTECT, null=True, related_name="+", verbose_name=_("province")
    )
    office = models.ForeignKey(
        TrainingOffice, models.PROTECT, null=True, related_name="+",
        verbose_name=_("training office (UPTP)"),
    )  # fmt: skip
    breakdown = models.CharField(
        _("breakdown"), max_length=12, choices=Breakdown, default=Breakdown.NONE, blank=True
    )
    bucket = models.CharField(_("part"), max_length=40, default="", blank=True)
    value = models.BigIntegerField(_("value"))

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.indicator_label}: {number(self.value)}"

    @property
    def indicator_label(self) -> str:
        """The indicator in the ministry's words."""
        known = INDICATORS.get(self.indicator)
        return str(known.label) if known else self.indicator


class Actual(Cell):
    """A stored cell, on today's map.

    Recounted from the rows by the roll-up, never incremented; a cell that is zero is not stored.
    """

    class Meta:
        verbose_name = _("actual figure")
        verbose_name_plural = _("actual figures")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "programme_year", "province", "office", "indicator", "breakdown", "bucket",
                ],
                nulls_distinct=False,
                name="actual_unique_cell",
            ),
            models.CheckConstraint(condition=models.Q(value__gt=0), name="actual_no_zero_cell"),
            models.CheckConstraint(
                condition=models.Q(province=None) | models.Q(office=None),
                name="actual_one_area",
            ),
        ]  # fmt: skip


class ActualThen(Cell):
    """The same cells as reported: a province counts by itself from the year after its law.

    A view over the stored cells, so both readings always have the same sums; nobody writes it.
    """

    class Meta:
        managed = False
        db_table = "progress_actualthen"
        verbose_name = _("figure as reported")
        verbose_name_plural = _("figures as reported")
        ordering = ["id"]


# The first word of a reason, told to people.
WHY = {
    "report": _("a report was verified or reopened"),
    "institution": _("an institution moved"),
    "incubator": _("an incubator moved"),
    "tenants": _("what tenants count has changed"),
    "opening": _("an opening balance was approved or withdrawn"),
}


class PendingRollup(models.Model):
    """What is owed: the figures of a budget year, at an institution's place, must be recounted.

    Rows are added, and deleted by the recount that read them. `province` and `office` are set when
    an institution has left a place, so that the old place is recounted as well.
    """

    programme_year = models.ForeignKey(
        ProgrammeYear, models.PROTECT, related_name="+", verbose_name=_("budget year")
    )
    institution = models.ForeignKey(
        Institution, models.CASCADE, null=True, related_name="+", verbose_name=_("institution")
    )
    province = models.ForeignKey(
        Province, models.CASCADE, null=True, related_name="+", verbose_name=_("province")
    )
    office = models.ForeignKey(
        TrainingOffice, models.CASCADE, null=True, related_name="+",
        verbose_name=_("training office (UPTP)"),
    )  # fmt: skip
    why = models.CharField(_("reason"), max_length=60)
    noted_at = models.DateTimeField(_("noted at"), auto_now_add=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)

    class Meta:
        verbose_name = _("pending roll-up")
        verbose_name_plural = _("pending roll-ups")
        ordering = ["id"]
        indexes = [models.Index(fields=["programme_year", "id"], name="pendingrollup_year")]

    def __str__(self) -> str:
        return self.told

    @property
    def told(self) -> str:
        """What happened, for people; the row itself keeps the verb as well."""
        return str(WHY.get(self.why.partition(" ")[0], self.why))


class RollupRun(models.Model):
    """One recount or audit of a budget year: when it ran and what it found."""

    class Kind(models.TextChoices):
        RECOUNT = "recount", _("recount")
        AUDIT = "audit", _("audit")

    programme_year = models.ForeignKey(
        ProgrammeYear, models.PROTECT, related_name="runs", verbose_name=_("budget year")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"))
    taken = models.PositiveIntegerField(_("requests taken"), default=0)
    differences = models.PositiveIntegerField(_("cells that differed"), default=0)
    repaired = models.BooleanField(_("mended"), default=False)

    class Meta:
        verbose_name = _("roll-up run")
        verbose_name_plural = _("roll-up runs")
        ordering = ["-id"]
        indexes = [models.Index(fields=["programme_year", "kind", "-id"], name="rolluprun_latest")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.programme_year}"
