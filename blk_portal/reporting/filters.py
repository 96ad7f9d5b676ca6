"""The filters of the list of overdue reports."""

import django_filters
from django.utils.translation import gettext_lazy as _

from blk_portal.reporting.models import Obligation
from institutions.filters import NOT_LISTED, StrictFilterSet
from institutions.models import ProgrammeYear, Province, TrainingOffice


class ObligationFilter(StrictFilterSet):
    """By budget year, province and guiding office."""

    tahun = django_filters.ModelChoiceFilter(
        field_name="programme_year", to_field_name="year",
        queryset=ProgrammeYear.objects.all(), label=_("Budget year"), empty_label=_("All"),
        error_messages=NOT_LISTED,
    )  # fmt: skip
    provinsi = django_filters.ModelChoiceFilter(
        field_name="institution__regency__province", to_field_name="code",
        queryset=Province.objects.all(), label=_("Province"), empty_label=_("All"),
        error_messages=NOT_LISTED,
    )  # fmt: skip
    uptp = django_filters.ModelChoiceFilter(
        field_name="institution__office", to_field_name="code",
        queryset=TrainingOffice.objects.all(), label=_("Guided by"), empty_label=_("All"),
        error_messages=NOT_LISTED,
    )  # fmt: skip

    class Meta:
        model = Obligation
        fields: list[str] = []
