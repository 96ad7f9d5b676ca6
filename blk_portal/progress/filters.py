"""The filters of targets and figures, shared by pages and API."""

from typing import Final

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from blk_portal.progress.indicators import INDICATORS
from blk_portal.progress.models import Actual, Breakdown, Target
from institutions.filters import NOT_LISTED
from institutions.models import ProgrammeYear, Province, TrainingOffice

NATION: Final = "nation"
PROVINCE: Final = "province"
OFFICE: Final = "office"
# An address cannot say "empty": figures that are not broken down are asked for by this word.
UNBROKEN = "none"

INDICATOR_CHOICES = [(indicator.code, indicator.label) for indicator in INDICATORS.values()]
AREA_CHOICES = [(NATION, _("The nation")), (PROVINCE, _("Province")), (OFFICE, _("UPTP"))]
BREAKDOWN_CHOICES = [(value or UNBROKEN, label) for value, label in Breakdown.choices]


class TargetFilter(django_filters.FilterSet):
    """By budget year, indicator and province."""

    tahun = django_filters.ModelChoiceFilter(
        field_name="programme_year", to_field_name="year", queryset=ProgrammeYear.objects.all(),
        label=_("Budget year"), empty_label=_("All"), error_messages=NOT_LISTED,
    )  # fmt: skip
    indikator = django_filters.ChoiceFilter(
        field_name="indicator", choices=INDICATOR_CHOICES, label=_("Indicator"),
        empty_label=_("All"), error_messages=NOT_LISTED,
    )  # fmt: skip
    provinsi = django_filters.ModelChoiceFilter(
        field_name="province", to_field_name="code", queryset=Province.objects.all(),
        label=_("Province"), empty_label=_("All"), error_messages=NOT_LISTED,
    )  # fmt: skip

    class Meta:
        model = Target
        fields: list[str] = []


class ActualFilter(TargetFilter):
    """Also by kind of area, office, and by what the figures are broken down."""

    wilayah = django_filters.ChoiceFilter(
        choices=AREA_CHOICES, method="filter_area", label=_("Kind of area"),
        empty_label=_("All"), error_messages=NOT_LISTED,
    )  # fmt: skip
    uptp = django_filters.ModelChoiceFilter(
        field_name="office", to_field_name="code", queryset=TrainingOffice.objects.all(),
        label=_("Training office (UPTP)"), empty_label=_("All"), error_messages=NOT_LISTED,
    )  # fmt: skip
    rincian = django_filters.ChoiceFilter(
        choices=BREAKDOWN_CHOICES, method="filter_breakdown", label=_("Broken down by"),
        empty_label=_("All"), error_messages=NOT_LISTED,
    )  # fmt: skip

    class Meta:
        model = Actual
        fields: list[str] = []

    def filter_area(self, queryset: QuerySet[Actual], name: str, value: str) -> QuerySet[Actual]:
        return queryset.filter(province__isnull=value != PROVINCE, office__isnull=value != OFFICE)

    def filter_breakdown(
        self, queryset: QuerySet[Actual], name: str, value: str
    ) -> QuerySet[Actual]:
        return queryset.filter(breakdown="" if value == UNBROKEN else value)
