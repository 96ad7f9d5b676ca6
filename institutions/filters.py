"""The filters of the institution list, shared by page and API, and those that every list has."""

from datetime import date
from typing import Any, TypeVar

import django_filters
from django import forms
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import today
from institutions.lifecycle import MilestoneKind
from institutions.maturity import Maturity
from institutions.models import (
    Institution,
    ProgrammeYear,
    Province,
    Regency,
    TrainingOffice,
    VocationalField,
)
from institutions.models.assessment import UNASSESSED, has_milestone, in_class
from institutions.models.institution import InstitutionQuerySet

Row = TypeVar("Row", bound=Model)
NOT_LISTED = {"invalid_choice": _("“%(value)s” is not in this list. Choose one of the list.")}


def regencies_to_choose(request: HttpRequest | None) -> QuerySet[Regency]:
    """The regencies of the chosen province; all of them where none is chosen."""
    code = request.GET.get("provinsi", "") if request else ""
    return Regency.objects.filter(province__code=code) if code.isdigit() else Regency.objects.all()


def choice(
    label: object, choices: Any = None, queryset: Any = None, key: str = "code", **options: Any
) -> django_filters.Filter:
    """A filter by one value of a closed list, or by the `key` of one row; “All” asks for none."""
    options |= {"label": label, "empty_label": _("All"), "error_messages": NOT_LISTED}
    if choices is not None:
        return django_filters.ChoiceFilter(choices=choices, **options)
    return django_filters.ModelChoiceFilter(queryset=queryset, to_field_name=key, **options)


def by_year(path: str = "programme_year") -> django_filters.Filter:
    """By budget year, which the rows reach over `path`."""
    years = ProgrammeYear.objects.all()
    return choice(_("Budget year"), queryset=years, key="year", field_name=path)


def by_province(path: str = "institution__regency__province") -> django_filters.Filter:
    """By the institution's province."""
    return choice(_("Province"), queryset=Province.objects.all(), field_name=path)


def by_office(path: str = "institution__office") -> django_filters.Filter:
    """By the office that guides the institution."""
    return choice(_("Guided by"), queryset=TrainingOffice.objects.all(), field_name=path)


def day_filter(label: object) -> django_filters.Filter:
    """As of a day: changes what the rows say, not which there are."""
    return django_filters.DateFilter(
        label=label,
        method="keep_all",
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("This is not a date. Write it as in 13/09/2022.")},
    )


class StrictFilterSet(django_filters.FilterSet):
    """Filters that answer no rows to what they cannot read: a longer list would mislead."""

    def filter_queryset(self, queryset: QuerySet[Row]) -> QuerySet[Row]:
        return queryset.none() if self.form.errors else super().filter_queryset(queryset)

    def keep_all(self, queryset: QuerySet[Row], name: str, value: object) -> QuerySet[Row]:
        """For a parameter that chooses no rows."""
        return queryset


class InstitutionFilter(StrictFilterSet):
    """By name or code, place, office, host type, status, budget year, field, class, milestone.

    `pada` asks about a past day: the class that held then, the milestones dated by then. A class
    is asked of institutions under an agreement (PKB) on that day.
    """

    kata = django_filters.CharFilter(method="filter_words", label=_("Name or code"), max_length=100)
    provinsi = by_province("regency__province")
    kabupaten = choice(_("Regency or city"), queryset=regencies_to_choose, field_name="regency")
    uptp = by_office("office")
    jenis = choice(_("Host type"), choices=Institution.HostType.choices, field_name="host_type")
    status = choice(_("Status"), choices=Institution.Status.choices)
    tahun = by_year()
    kejuruan = choice(
        _("Vocational field"), queryset=VocationalField.objects.all(), field_name="field"
    )
    kelas = choice(
        _("Maturity class"), method="filter_class",
        choices=[*Maturity.choices, (UNASSESSED, _("Not assessed yet"))],
    )  # fmt: skip
    tonggak = choice(_("Has milestone"), choices=MilestoneKind.choices, method="filter_milestone")
    pada = day_filter(_("As of"))

    class Meta:
        model = Institution
        fields: list[str] = []

    @property
    def day(self) -> date | None:
        """The day that is asked about; none for today."""
        day: date | None = self.form.cleaned_data.get("pada")
        return day

    def filter_class(
        self, queryset: InstitutionQuerySet, name: str, value: str
    ) -> InstitutionQuerySet:
        return in_class(queryset, value, on=self.day or today())

    def filter_milestone(
        self, queryset: InstitutionQuerySet, name: str, value: str
    ) -> InstitutionQuerySet:
        return queryset.filter(has_milestone(value, self.day or today()))

    def filter_words(
        self, queryset: InstitutionQuerySet, name: str, value: str
    ) -> InstitutionQuerySet:
        return queryset.matching(value)
