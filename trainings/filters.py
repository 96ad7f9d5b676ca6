"""The filters of cohort lists, shared by pages and API."""

import django_filters
from django.utils.translation import gettext_lazy as _

from blk_portal.reporting.verbs import ReportStatus
from institutions.filters import StrictFilterSet
from institutions.models import ProgrammeYear
from trainings.models import Cohort


class CohortFilter(StrictFilterSet):
    """By budget year, state of the closing report and funding source."""

    tahun = django_filters.ModelChoiceFilter(
        field_name="programme_year",
        to_field_name="year",
        queryset=ProgrammeYear.objects.all(),
        label=_("Budget year"),
        empty_label=_("All"),
    )
    status = django_filters.ChoiceFilter(
        field_name="closing__status", choices=ReportStatus, label=_("Report"), empty_label=_("All")
    )
    dana = django_filters.ChoiceFilter(
        field_name="funding", choices=Cohort.Funding, label=_("Funding"), empty_label=_("All")
    )

    class Meta:
        model = Cohort
        fields: list[str] = []
