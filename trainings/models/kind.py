"""The reports that a cohort gives rise to, one after another, and when each is due."""

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
    def obligation(self) -> Obligation.Kind:
        """How the ledger names what is owed."""
        return Obligation.Kind(f"cohort_{self.value}")

    def due_on(self, cohort: "Cohort") -> date:
        """When the report on a cohort is due, by the days that its budget year sets."""
        year = cohort.programme_year
        match self:
            case ReportKind.OPENING:
                return due_date(cohort.starts_on, year.opening_due_days)
            case ReportKind.CLOSING:
                return due_date(cohort.ends_on, year.report_due_days)
            case ReportKind.CERTIFICATION:
                return due_date(cohort.ends_on, year.certification_due_days)
            case ReportKind.PLACEMENT_3:
                return due_date(cohort.ends_on, year.placement_3_due_days)
            case ReportKind.PLACEMENT_6:
                return due_date(cohort.ends_on, year.placement_6_due_days)
