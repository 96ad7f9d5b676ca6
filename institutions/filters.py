"""The filters of the institution list, shared by page and API."""

from typing import Any, TypeVar

import django_filters
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from institutions.models import (
    Institution,
    ProgrammeYear,
    Province,
    Regency,
    TrainingOffice,
    VocationalField,
)
from institutions.models.institution import InstitutionQuerySet

Row = TypeVar("Row", bound=Model)
NOT_LISTED = {"invalid_choice": _("“%(value)s” is not in this list. Choose one of the list.")}


def regencies_to_choose(request: HttpRequest | None) -> QuerySet[Regency]:
    """The regencies of the chosen province; all of them where none is chosen."""
    code = request.GET.get("provinsi", "") if request else ""
    return Regency.objects.filter(province__code=code) if code.isdigit() else Regency.objects.all()


def _choice(
    label: object, choices: Any = None, queryset: Any = None, key: str = "code", **options: Any
) -> django_filters.Filter:
    options |= {"label": label, "empty_label": _("All"), "error_messages": NOT_LISTED}
    if choices is not None:
        return django_filters.ChoiceFilter(choices=choices, **options)
    return django_filters.ModelChoiceFilter(queryset=queryset, to_field_name=key, **options)


class StrictFilterSet(django_filters.FilterSet):
    """Filters that answer no rows to what they cannot read: a longer list would mislead."""

    def filter_queryset(self, queryset: QuerySet[Row]) -> QuerySet[Row]:
        return queryset.none() if self.form.errors else super().filter_queryset(queryset)


class InstitutionFilter(StrictFilterSet):
    """By words of name or code, place, office, host type, status, budget year and field."""

    kata = django_filters.CharFilter(method="filter_words", label=_("Name or code"), max_length=100)
    provinsi = _choice(
        _("Province"), queryset=Province.objects.all(), field_name="regency__province"
    )
    kabupaten = _choice(_("Regency or city"), queryset=regencies_to_choose, field_name="regency")
    uptp = _choice(_("Guided by"), queryset=TrainingOffice.objects.all(), field_name="office")
    jenis = _choice(_("Host type"), choices=Institution.HostType.choices, field_name="host_type")
    status = _choice(_("Status"), choices=Institution.Status.choices)
    tahun = _choice(
        _("Budget year"),
        queryset=ProgrammeYear.objects.all(),
        key="year",
        field_name="programme_year",
    )
    kejuruan = _choice(
        _("Vocational field"), queryset=VocationalField.objects.all(), field_name="field"
    )

    class Meta:
        model = Institution
        fields: list[str] = []

    def filter_words(
        self, queryset: InstitutionQuerySet, name: str, value: str
    ) -> InstitutionQuerySet:
        return queryset.matching(value)
