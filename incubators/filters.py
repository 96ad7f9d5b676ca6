"""The filters of the incubator list, shared by page and API."""

import django_filters
from django.utils.translation import gettext_lazy as _

from incubators.models import Incubator
from incubators.stages import Stage
from institutions.filters import NOT_LISTED, StrictFilterSet
from institutions.models import ProgrammeYear, Province, TrainingOffice


class IncubatorFilter(StrictFilterSet):
    """By budget year of the round, stage, province and guiding office."""

    tahun = django_filters.ModelChoiceFilter(
        field_name="round__programme_year", to_field_name="year",
        queryset=ProgrammeYear.objects.all(), label=_("Budget year"), empty_label=_("All"),
        error_messages=NOT_LISTED,
    )  # fmt: skip
    tahap = django_filters.ChoiceFilter(
        field_name="stage", choices=Stage, label=_("Stage"), empty_label=_("All"),
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
        model = Incubator
        fields: list[str] = []
