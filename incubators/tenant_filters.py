"""The filters of the list of tenants, shared by page and API, and what a row of it shows."""

from typing import Any

import django_filters
from django.db.models import Exists, F, IntegerField, OuterRef, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from incubators.entrepreneurs import new_entrepreneurs
from incubators.models import (
    Incubator,
    IncubatorQuerySet,
    Legality,
    Tenant,
    TenantCount,
    TenantCountQuerySet,
    TenantQuarter,
    TenantQuerySet,
)
from incubators.tenancy import TenantStage
from institutions.filters import StrictFilterSet, by_office, by_province, by_year, choice
from institutions.kbli import Section, divisions_of
from institutions.models import ProgrammeYear

NEW, NOT_COUNTED = "baru", "none"
COUNTED = [
    ("before", _("Pre-incubation")),
    ("incubation", _("Incubation")),
    ("after", _("Post-incubation")),
    ("graduated", _("Graduated")),
    ("entrepreneurs", _("New entrepreneurs")),
    (NOT_COUNTED, _("Not counted yet")),
]
PLACE = "incubator__institution"


def for_lists(user: Visitor) -> TenantQuerySet:
    """The tenants with what their latest verified quarter said: turnover, and workers in all."""
    latest = (
        TenantQuarter.objects.verified()
        .filter(tenant=OuterRef("pk"))
        .order_by("-report__year", "-report__quarter")
    )
    workers = latest.annotate(all=F("workers_male") + F("workers_female")).values("all")
    return Tenant.objects.visible_to(user).for_lists().annotate(
        latest_turnover=Subquery(latest.values("turnover")[:1]),
        latest_workers=Subquery(workers[:1], output_field=IntegerField()),
    )  # fmt: skip


def incubators_to_choose(request: HttpRequest | None) -> IncubatorQuerySet:
    """Those that the person sees; the rows themselves are scoped in any case."""
    known = Incubator.objects.select_related("institution")
    return known.visible_to(request.user) if request else known


class TenantFilter(StrictFilterSet):
    """By words of the business, stage, place, round, line, permit; and new entrepreneurs."""

    kata = django_filters.CharFilter(
        method="filter_words", label=_("Business or institution"), max_length=100
    )
    tahap = choice(_("Stage"), choices=TenantStage, field_name="stage")
    provinsi = by_province(f"{PLACE}__regency__province")
    uptp = by_office(f"{PLACE}__office")
    tahun = by_year("incubator__round__programme_year")
    bidang = choice(_("Line of business"), choices=Section, method="filter_section")
    izin = choice(_("Has permit"), choices=Legality.Kind, method="filter_permit")
    wirausaha = choice(
        _("Entrepreneur"), choices=[(NEW, _("New entrepreneurs"))], method="filter_new"
    )
    inkubator = choice(
        _("Incubator"), queryset=incubators_to_choose, key="id", field_name="incubator"
    )
    ta = choice(
        _("Counted in budget year"), queryset=ProgrammeYear.objects.all(), key="year",
        method="filter_counted",
    )  # fmt: skip
    angka = choice(_("Counts as"), choices=COUNTED, method="filter_counts_as")

    class Meta:
        model = Tenant
        fields: list[str] = []

    def filter_words(self, queryset: Any, name: str, value: str) -> Any:
        for word in value.split():
            own = queryset.filter(business__icontains=word)
            queryset = own | queryset.filter(**{f"{PLACE}__name__icontains": word})
        return queryset

    def filter_section(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(division__in=divisions_of(value))

    def filter_permit(self, queryset: Any, name: str, value: str) -> Any:
        permits = Legality.objects.filter(tenant=OuterRef("pk"), kind=value)
        return queryset.filter(Exists(permits))

    def filter_counted(self, queryset: Any, name: str, value: ProgrammeYear) -> Any:
        """Those who count in a budget year at all; `angka` says as what, or that they do not."""
        if self.form.cleaned_data.get("angka"):
            return queryset
        return queryset.filter(Exists(self._counts()))

    def filter_counts_as(self, queryset: Any, name: str, value: str) -> Any:
        counts = self._counts()
        if value == NOT_COUNTED:
            return queryset.filter(~Exists(counts))
        return queryset.filter(Exists(counts.filter(**{f"{value}__gt": 0})))

    def _counts(self) -> TenantCountQuerySet:
        counts = TenantCount.objects.live().filter(tenant=OuterRef("pk"))
        year = self.form.cleaned_data.get("ta")
        return counts.filter(programme_year=year) if year else counts

    def filter_new(self, queryset: Any, name: str, value: str) -> Any:
        return new_entrepreneurs(queryset)
