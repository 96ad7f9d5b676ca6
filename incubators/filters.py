"""The filters of the lists of incubators, shared by pages, exports and API."""

from typing import Any

import django_filters
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from blk_portal.formats import today_in_jakarta
from incubators.counting import Figure, condition
from incubators.models import Criterion, Evidence, Incubator, IncubatorQuerySet
from incubators.models.evidence import WARNING_DAYS, EvidenceQuerySet, EvidenceState
from incubators.stages import Stage
from institutions.filters import StrictFilterSet, by_office, by_province, by_year, choice
from institutions.models import Institution
from institutions.models.institution import InstitutionQuerySet


class YesOrNo(models.TextChoices):
    YES = "ya", _("Yes")
    NO = "tidak", _("No")


class IncubatorFilter(StrictFilterSet):
    """By budget year of the round, stage, province and guiding office.

    `hitung` asks about a figure, and `terhitung` keeps the rows that it counts, or the others.
    """

    tahun = by_year("round__programme_year")
    tahap = choice(_("Stage"), choices=Stage, field_name="stage")
    provinsi = by_province()
    uptp = by_office()
    hitung = choice(_("Counted as"), choices=Figure, method="keep_all")
    terhitung = choice(_("Counted"), choices=YesOrNo, method="filter_counted")

    class Meta:
        model = Incubator
        fields: list[str] = []

    @property
    def figure(self) -> str:
        """The figure that is asked about; empty where none is."""
        return self.form.cleaned_data.get("hitung") or ""

    def filter_queryset(self, queryset: Any) -> Any:
        if not self.form.errors:
            queryset = queryset.with_standing(on=today_in_jakarta())
        return super().filter_queryset(queryset)

    def filter_counted(
        self, queryset: IncubatorQuerySet, name: str, value: str
    ) -> IncubatorQuerySet:
        """By the figure of `hitung`; where none is chosen, by whether it counts as selected."""
        counted = condition(self.figure or Figure.SELECTED)
        rows = queryset.with_standing(on=today_in_jakarta())
        if value == YesOrNo.YES:
            return rows.filter(counted)
        return rows.exclude(pk__in=rows.filter(counted).values("pk"))


class CandidateFilter(StrictFilterSet):
    """Institutions by words, place and office, and by whether they may be candidates."""

    kata = django_filters.CharFilter(
        method="filter_words", label=_("Name, code, VIN or place"), max_length=100
    )
    provinsi = by_province("regency__province")
    uptp = by_office("office")
    layak = choice(_("Eligible"), choices=YesOrNo, method="filter_eligible")

    class Meta:
        model = Institution
        fields: list[str] = []

    def filter_words(
        self, queryset: InstitutionQuerySet, name: str, value: str
    ) -> InstitutionQuerySet:
        return queryset.matching(value)

    def filter_eligible(
        self, queryset: InstitutionQuerySet, name: str, value: str
    ) -> InstitutionQuerySet:
        """Wants `with_bars`."""
        return queryset.filter(Q(is_eligible=value == YesOrNo.YES))


class EvidenceQueue(models.TextChoices):
    """What waits for a reviewer, and what else a list of evidence may be asked."""

    WAITING = "menunggu", _("Awaiting verification")
    ENDING = "berakhir", _("Ends within 60 days")
    URGENT = "mendesak", _("Ends within 14 days")
    IN_FORCE = "berlaku", _("In force")
    REFUSED = "ditolak", _("Refused")
    WITHDRAWN = "ditarik", pgettext_lazy("evidence", "Withdrawn")


class EvidenceFilter(StrictFilterSet):
    """Evidence by what is to be done with it, by criterion, round, province and office."""

    antrean = choice(_("State"), choices=EvidenceQueue, method="filter_queue")
    kriteria = choice(_("Criterion"), queryset=Criterion.objects.all(), field_name="criterion")
    tahun = by_year("incubator__round__programme_year")
    provinsi = by_province("incubator__institution__regency__province")
    uptp = by_office("incubator__institution__office")

    class Meta:
        model = Evidence
        fields: list[str] = []

    @property
    def order(self) -> tuple[str, ...]:
        """What waits: the longest waiting first; what ends: by its end; all else: newest first."""
        match self.data.get("antrean"):
            case EvidenceQueue.WAITING:
                return ("submitted_at", "id")
            case EvidenceQueue.ENDING | EvidenceQueue.URGENT:
                return ("valid_to", "id")
        return ("-submitted_at", "-id")

    def filter_queue(self, queryset: EvidenceQuerySet, name: str, value: str) -> EvidenceQuerySet:
        today = today_in_jakarta()
        match value:
            case EvidenceQueue.WAITING:
                return queryset.waiting()
            case EvidenceQueue.ENDING:
                return queryset.ending(on=today)
            case EvidenceQueue.URGENT:
                return queryset.ending(on=today, within=WARNING_DAYS[-1])
            case EvidenceQueue.IN_FORCE:
                return queryset.in_force(on=today)
            case EvidenceQueue.REFUSED:
                return queryset.filter(state=EvidenceState.REFUSED)
        return queryset.filter(state=EvidenceState.WITHDRAWN)
