"""The reports that a cohort gives rise to, one after another, and when each is due."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from blk_portal.reporting.models import Obligation
from institutions.due import due_date

if TYPE_CHECKING:
    from trainings.models.cohort import Cohort


class ReportKind(models.TextChoices):
    """What a report on a cohort is about; each is filed, due and verified on its own."""

    OPENING = "opening", _("Opening report")
    CLOSING = "closing", _("Closing report")
    CERTIFICATION = "certification", _("Certification report")
    PLACEMENT_3 = "placement_3", _("Placement report, 3 months")
    PLACEMENT_6 = "placement_6", _("Placement report, 6 months")

    @property
    def slug(self) -> str:
        """The kind as an address writes it."""
        return SLUGS[self]

    @property
    def obligation(self) -> Obligation.Kind:
        """How the ledger names what is owed."""
        return Obligation.Kind(f"cohort_{self.value}")

    def due_on(self, cohort: "Cohort", *, closed: Collection[date]) -> date:
        """When the report on a cohort is due, by the days that its budget year sets.

        closed: the days that are free for the institution beside the national calendar.
        """
        year = cohort.programme_year
        occasion, days = {
            ReportKind.OPENING: (cohort.starts_on, year.opening_due_days),
            ReportKind.CLOSING: (cohort.ends_on, year.report_due_days),
            ReportKind.CERTIFICATION: (cohort.ends_on, year.certification_due_days),
            ReportKind.PLACEMENT_3: (cohort.ends_on, year.placement_3_due_days),
            ReportKind.PLACEMENT_6: (cohort.ends_on, year.placement_6_due_days),
        }[self]
        return due_date(occasion, days, closed=closed)


SLUGS = {
    ReportKind.OPENING: "pembukaan",
    ReportKind.CLOSING: "penutupan",
    ReportKind.CERTIFICATION: "sertifikasi",
    ReportKind.PLACEMENT_3: "penempatan-3-bulan",
    ReportKind.PLACEMENT_6: "penempatan-6-bulan",
}


class PartConverter:
    """The reports beside the closing report in addresses; that one has the cohort's own page."""

    regex = "|".join(slug for kind, slug in SLUGS.items() if kind != ReportKind.CLOSING)

    def to_python(self, value: str) -> ReportKind:
        return next(kind for kind, slug in SLUGS.items() if slug == value)

    def to_url(self, value: str) -> str:
        return ReportKind(value).slug
