"""The filters of cohort lists, shared by pages and API."""

from django.utils.translation import gettext_lazy as _

from blk_portal.reporting.verbs import ReportStatus
from institutions.filters import StrictFilterSet, by_year, choice
from trainings.models import Cohort


class CohortFilter(StrictFilterSet):
    """By budget year, state of the closing report and funding source."""

    tahun = by_year()
    status = choice(_("Report"), choices=ReportStatus, field_name="closing__status")
    dana = choice(_("Funding"), choices=Cohort.Funding, field_name="funding")

    class Meta:
        model = Cohort
        fields: list[str] = []
