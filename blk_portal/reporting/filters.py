"""The filters of the ledger: whose obligations, of which kind, and where they stand."""

from typing import Any

import django_filters
from django.forms import DateInput
from django.utils.translation import gettext_lazy as _

from blk_portal.formats import today_in_jakarta
from blk_portal.reporting.models import Obligation
from blk_portal.reporting.obligation import ObligationQuerySet, ObligationState
from institutions.filters import (
    NOT_LISTED,
    StrictFilterSet,
    by_office,
    by_province,
    by_year,
    choice,
    regencies_to_choose,
)

LATER, ALL = "nanti", "semua"


class CompletenessFilter(StrictFilterSet):
    """By budget year, place, guiding office and kind of report."""

    tahun = by_year()
    provinsi = by_province()
    kabupaten = choice(
        _("Regency or city"), queryset=regencies_to_choose, field_name="institution__regency"
    )
    uptp = by_office()
    jenis = choice(_("Kind of report"), choices=Obligation.Kind.choices, field_name="kind")

    class Meta:
        model = Obligation
        fields: list[str] = []


class ObligationFilter(CompletenessFilter):
    """Also by where it stands (missing, where nothing is asked) and how long it has been owed."""

    keadaan = django_filters.ChoiceFilter(
        label=_("State"), method="filter_state", empty_label=_("Missing: due date passed"),
        error_messages=NOT_LISTED,
        choices=[
            (LATER, _("Not due yet")),
            (ObligationState.REPORTED, _("Reported")),
            (ObligationState.CONFIRMED_ZERO, _("Confirmed: nothing to report")),
            (ObligationState.NOT_EXPECTED, _("Not expected")),
            (ALL, _("All states")),
        ],
    )  # fmt: skip
    sejak = django_filters.DateFilter(
        label=_("Due by"), field_name="due_on", lookup_expr="lte",
        widget=DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("This is not a date. Write it as in 13/09/2022.")},
    )  # fmt: skip

    @property
    def is_about_missing(self) -> bool:
        """Whether the list is that of what is overdue."""
        return not self.form.errors and not self.form.cleaned_data.get("keadaan")

    def filter_queryset(self, queryset: Any) -> Any:
        queryset = super().filter_queryset(queryset)
        return queryset.overdue(on=today_in_jakarta()) if self.is_about_missing else queryset

    def scope(self, queryset: ObligationQuerySet) -> ObligationQuerySet:
        """The obligations of the place, year and kind that are asked about, in any state."""
        if self.form.errors:
            return queryset.none()
        for name in CompletenessFilter.base_filters:
            queryset = self.filters[name].filter(queryset, self.form.cleaned_data[name])
        return queryset

    def filter_state(
        self, queryset: ObligationQuerySet, name: str, value: str
    ) -> ObligationQuerySet:
        if value == ALL:
            return queryset
        if value == LATER:
            return queryset.outstanding().filter(due_on__gte=today_in_jakarta())
        return queryset.filter(state=value)
