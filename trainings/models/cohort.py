"""Training programmes and the cohorts (angkatan) that institutions run."""

from typing import TYPE_CHECKING, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from blk_portal.accounts.roles import Reach
from institutions.models import Institution, ProgrammeYear, VocationalField
from trainings.models.kind import ReportKind

if TYPE_CHECKING:
    from trainings.models.report import CohortReport


class Programme(models.Model):
    """A training programme: a vocational field, a name and its hours (JP of 45 minutes)."""

    field = models.ForeignKey(
        VocationalField, models.PROTECT, related_name="programmes",
        verbose_name=_("vocational field"),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=150)
    hours = models.PositiveSmallIntegerField(_("training hours (JP)"))

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["field", "name"], name="programme_unique_name")
        ]

    def __str__(self) -> str:
        return self.name


class CohortQuerySet(models.QuerySet["Cohort"]):
    def visible_to(self, user: Visitor) -> Self:
        if not user.is_authenticated or not user.spec.sees_cohorts:
            return self.none()
        institutions = Institution.objects.visible_to(user)
        if user.spec.reach == Reach.OFFICE:
            # An institution without an office waits in every office's queue, its people do not.
            institutions = institutions.guided()
        return self.filter(institution__in=institutions)

    def editable_by(self, user: Visitor) -> Self:
        """Cohorts whose roster and results the person files: an operator's own."""
        if not user.has_perm("trainings.file_cohortreport"):
            return self.none()
        return self.visible_to(user)

    def for_lists(self) -> Self:
        """With all that a list row shows, in one query."""
        return self.with_closing().select_related(
            "institution__regency__province", "institution__office", "programme", "field",
            "programme_year", "closing",
        )  # fmt: skip

    def with_closing(self) -> Self:
        """With `closing`, the closing report, to be joined and filtered by like a field."""
        is_closing = models.Q(reports__kind=ReportKind.CLOSING)
        return self.annotate(closing=models.FilteredRelation("reports", condition=is_closing))


class Cohort(models.Model):
    """One run of a programme at an institution, with its participants (paket, angkatan)."""

    class Funding(models.TextChoices):
        APBN = "apbn", _("State budget (APBN)")
        APBD = "apbd", _("Regional budget (APBD)")
        OWN = "own", _("Own funds")
        PARTNER = "partner", _("CSR and partners")

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="cohorts", verbose_name=_("institution")
    )
    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="cohorts", verbose_name=_("programme")
    )
    programme_year = models.ForeignKey(
        ProgrammeYear, models.PROTECT, related_name="cohorts", verbose_name=_("budget year")
    )
    field = models.ForeignKey(
        VocationalField, models.PROTECT, related_name="+", verbose_name=_("vocational field")
    )
    batch = models.PositiveSmallIntegerField(_("batch number"), validators=[MinValueValidator(1)])
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    hours = models.PositiveSmallIntegerField(
        _("training hours (JP)"), validators=[MinValueValidator(1), MaxValueValidator(2000)]
    )
    funding = models.CharField(_("funding source"), max_length=8, choices=Funding)
    seats = models.PositiveSmallIntegerField(_("seats"), validators=[MinValueValidator(1)])

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("cohort")
        verbose_name_plural = _("cohorts")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="cohort_ends_after_start",
                violation_error_message=_("The cohort ends before it starts."),
            ),
            models.UniqueConstraint(
                fields=["institution", "programme_year", "programme", "batch"],
                name="cohort_unique_batch",
                violation_error_message=_("This batch of the programme is already there."),
            ),
        ]
        indexes = [
            models.Index(fields=["programme_year", "institution"], name="cohort_year_institution"),
            models.Index(fields=["-starts_on", "-id"], name="cohort_start_order"),
        ]

    def __str__(self) -> str:
        return gettext("%(programme)s, batch %(batch)s") % {
            "programme": self.programme,
            "batch": self.batch,
        }

    @cached_property
    def closing(self) -> "CohortReport":
        """The report that the figures come from; lists bring it with them (`for_lists`)."""
        return self.reports.get(kind=ReportKind.CLOSING)

    def hold_institution(self) -> None:
        """Lock the institution until the transaction ends: the one the cohort has by then."""
        held = None
        while (now := Cohort.objects.values_list("institution", flat=True).get(pk=self.pk)) != held:
            list(Institution.objects.hold([now]))
            held = now
