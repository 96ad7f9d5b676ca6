"""The filters of cohort lists and of the catalogue, shared by pages and API."""

import django_filters
from django.utils.translation import gettext_lazy as _

from blk_portal.reporting.verbs import ReportStatus
from institutions.filters import StrictFilterSet, by_year, choice
from institutions.models import VocationalField
from trainings.models import Cohort, Programme
from trainings.models.cohort import CohortQuerySet
from trainings.models.programme import ProgrammeQuerySet

YES, NO = "ya", "tidak"


class CohortFilter(StrictFilterSet):
    """By words (see `matching`), budget year, state of the report, funding, and cancelling."""

    kata = django_filters.CharFilter(
        method="filter_words", max_length=100,
        label=_("Institution, programme, or id in Skillhub or ProgLat"),
    )  # fmt: skip
    tahun = by_year()
    status = choice(_("Report"), choices=ReportStatus, field_name="closing__status")
    dana = choice(_("Funding"), choices=Cohort.Funding, field_name="funding")
    batal = choice(
        _("Cancelled"), choices=[(NO, _("Not cancelled")), (YES, _("Only cancelled"))],
        method="filter_cancelled",
    )  # fmt: skip

    class Meta:
        model = Cohort
        fields: list[str] = []

    def filter_words(self, queryset: CohortQuerySet, name: str, value: str) -> CohortQuerySet:
        return queryset.matching(value)

    def filter_cancelled(self, queryset: CohortQuerySet, name: str, value: str) -> CohortQuerySet:
        return queryset.planned() if value == NO else queryset.cancelled()


class ProgrammeFilter(StrictFilterSet):
    """By words of the name or of a competency unit, and field; retired versions on request."""

    kata = django_filters.CharFilter(
        method="filter_words", label=_("Name or competency unit"), max_length=100
    )
    kejuruan = choice(
        _("Vocational field"), queryset=VocationalField.objects.all(), field_name="field"
    )
    versi = choice(
        _("Versions"), choices=[(YES, _("Only current")), (NO, _("Only retired"))],
        method="filter_current",
    )  # fmt: skip

    class Meta:
        model = Programme
        fields: list[str] = []

    def filter_words(self, queryset: ProgrammeQuerySet, name: str, value: str) -> ProgrammeQuerySet:
        return queryset.matching(value)

    def filter_current(
        self, queryset: ProgrammeQuerySet, name: str, value: str
    ) -> ProgrammeQuerySet:
        return queryset.filter(is_current=value == YES)
