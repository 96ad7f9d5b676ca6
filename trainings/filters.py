"""The filters of cohort lists and of the catalogue, shared by pages and API."""

import django_filters
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from blk_portal.formats import today_in_jakarta
from blk_portal.reporting.verbs import ReportStatus
from institutions.filters import StrictFilterSet, by_office, by_province, by_year, choice
from institutions.models import VocationalField
from trainings.models import (
    Cohort,
    FrozenFigure,
    FrozenFigureQuerySet,
    MonthlyFreeze,
    Programme,
    TrainingAid,
)
from trainings.models.aid import TrainingAidQuerySet
from trainings.models.cohort import CohortQuerySet
from trainings.models.programme import ProgrammeQuerySet
from trainings.month import Month

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


class DraftFilter(StrictFilterSet):
    """The drafts of a system: by budget year, state of the report, and its own id of the cohort."""

    tahun = by_year()
    status = choice(_("Report"), choices=ReportStatus, field_name="closing__status")
    external_id = django_filters.CharFilter(
        field_name="reference", max_length=60, label=_("id in your system")
    )

    class Meta:
        model = Cohort
        fields: list[str] = []


class AidFilter(StrictFilterSet):
    """Money that is still to be accounted for: by place, office, year, funding, and its LPJ."""

    State = TrainingAid.State

    provinsi = by_province("cohort__institution__regency__province")
    uptp = by_office("cohort__institution__office")
    tahun = by_year("cohort__programme_year")
    dana = choice(_("Funding"), choices=Cohort.Funding, field_name="cohort__funding")
    keadaan = choice(
        _("LPJ"), method="filter_state",
        choices=[(state.value, state.label) for state in (State.OVERDUE, State.DUE, State.FILED)],
    )  # fmt: skip

    class Meta:
        model = TrainingAid
        fields: list[str] = []

    def filter_queryset(self, queryset: TrainingAidQuerySet) -> TrainingAidQuerySet:
        found: TrainingAidQuerySet = super().filter_queryset(queryset.open())
        return found

    def filter_state(
        self, queryset: TrainingAidQuerySet, name: str, value: str
    ) -> TrainingAidQuerySet:
        return queryset.in_state(value, on=today_in_jakarta())


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


def refuse_other_than_month(text: str) -> None:
    if Month.read(text) is None:
        raise ValidationError(_("This is not a month. Write it as in 2022-11."))


class FrozenFilter(StrictFilterSet):
    """Rows of one monthly table: the last word on each month, or one number of one month.

    Where no table is asked for, it is that of the trainings: counts of different things never add.
    """

    tabel = choice(_("Table"), choices=MonthlyFreeze.Table, field_name="freeze__table")
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
        month = Month.read(value)
        return queryset.filter(freeze__month=month.first) if month else queryset.none()

    def filter_queryset(self, queryset: FrozenFigureQuerySet) -> FrozenFigureQuerySet:
        found: FrozenFigureQuerySet = super().filter_queryset(queryset)
        if not self.form.cleaned_data.get("tabel"):
            found = found.filter(freeze__table=MonthlyFreeze.Table.TRAINING)
        return found if self.form.cleaned_data.get("nomor") else found.current()
