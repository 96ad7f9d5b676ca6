"""The filters of cohort lists, shared by pages and API."""

import re
from datetime import date

import django_filters
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from blk_portal.reporting.verbs import ReportStatus
from institutions.filters import StrictFilterSet, by_province, by_year, choice
from institutions.models import VocationalField
from trainings.models import Cohort, FrozenFigure, FrozenFigureQuerySet


class CohortFilter(StrictFilterSet):
    """By budget year, state of the closing report and funding source."""

    tahun = by_year()
    status = choice(_("Report"), choices=ReportStatus, field_name="closing__status")
    dana = choice(_("Funding"), choices=Cohort.Funding, field_name="funding")

    class Meta:
        model = Cohort
        fields: list[str] = []


MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def month_named(text: str) -> date:
    """The month written as 2022-11. Raises ValueError."""
    if not MONTH.fullmatch(text):
        raise ValueError("not a month")
    return date.fromisoformat(f"{text}-01")


def refuse_other_than_month(text: str) -> None:
    try:
        month_named(text)
    except ValueError as error:
        raise ValidationError(_("This is not a month. Write it as in 2022-11.")) from error


class FrozenFilter(StrictFilterSet):
    """Rows of the monthly tables: the last word on each month, or one number of one month."""

    tahun = by_year()
    bulan = django_filters.CharFilter(
        label=_("Month"), method="filter_month", validators=[refuse_other_than_month]
    )
    nomor = django_filters.NumberFilter(
        label=_("Number"), field_name="freeze__number", min_value=1, max_value=9999
    )
    provinsi = by_province("province")
    kejuruan = choice(_("Vocational field"), queryset=VocationalField.objects.all(),
                      field_name="field")  # fmt: skip

    class Meta:
        model = FrozenFigure
        fields: list[str] = []

    def filter_month(
        self, queryset: FrozenFigureQuerySet, name: str, value: str
    ) -> FrozenFigureQuerySet:
        return queryset.filter(freeze__month=month_named(value))

    def filter_queryset(self, queryset: FrozenFigureQuerySet) -> FrozenFigureQuerySet:
        found: FrozenFigureQuerySet = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("nomor") else found.current()
