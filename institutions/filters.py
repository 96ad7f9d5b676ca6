"""The filters of the institution list, shared by page and API, and those that every list has."""

import datetime
from typing import Any, TypeVar, cast

import django_filters
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.forms import DateInput
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User, today
from blk_portal.accounts.roles import Reach, Role
from institutions.lifecycle import CaseKind, MilestoneKind
from institutions.maturity import Maturity
from institutions.models import (
    Case,
    Institution,
    ProgrammeYear,
    Province,
    Regency,
    TrainingOffice,
    VocationalField,
)
from institutions.models.assessment import UNASSESSED, has_milestone, in_class, latest_of
from institutions.models.institution import InstitutionQuerySet

Row = TypeVar("Row", bound=Model)
ANY = "ada"
NOT_LISTED = {"invalid_choice": _("“%(value)s” is not in this list. Choose one of the list.")}


def observer_of(request: HttpRequest | None) -> User | None:
    """Who looks at a page that shows one region only; None for everybody else, and for systems:
    those get no rows for a place out of their area, as agreed with them."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or user.role == Role.PARTNER:
        return None
    return cast(User, user) if user.spec.reach == Reach.REGION else None


def provinces_to_choose(request: HttpRequest | None) -> QuerySet[Province]:
    """All provinces; for an observer those of the area."""
    if (observer := observer_of(request)) is None:
        return Province.objects.all()
    areas = observer.area_assignments
    institutions = Institution.objects.visible_to(observer).order_by()
    return Province.objects.filter(
        Q(pk__in=areas.values("province"))
        | Q(pk__in=areas.values("regency__province"))
        | Q(pk__in=institutions.values("regency__province"))
    )


def offices_to_choose(request: HttpRequest | None) -> QuerySet[TrainingOffice]:
    """All offices; for an observer those that guide institutions of the area."""
    if (observer := observer_of(request)) is None:
        return TrainingOffice.objects.all()
    institutions = Institution.objects.visible_to(observer).order_by()
    return TrainingOffice.objects.filter(pk__in=institutions.values("office"))


def regencies_to_choose(request: HttpRequest | None) -> QuerySet[Regency]:
    """The regencies of the chosen province, all of them where none is chosen; for an observer of
    these those of the area."""
    regencies = Regency.objects.all()
    code = request.GET.get("provinsi", "") if request else ""
    if code.isdigit():
        regencies = regencies.filter(province__code=code)
    if (observer := observer_of(request)) is None:
        return regencies
    areas = observer.area_assignments
    institutions = Institution.objects.visible_to(observer).order_by()
    return regencies.filter(
        Q(province__in=areas.values("province"))
        | Q(pk__in=areas.values("regency"))
        | Q(pk__in=institutions.values("regency"))
    )


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
    return choice(_("Province"), queryset=provinces_to_choose, field_name=path)


def by_office(path: str = "institution__office") -> django_filters.Filter:
    """By the office that guides the institution."""
    return choice(_("Guided by"), queryset=offices_to_choose, field_name=path)


def day_filter(label: object) -> django_filters.Filter:
    """As of a day: changes what the rows say, not which there are."""
    return django_filters.DateFilter(
        label=label,
        method="keep_all",
        widget=DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("This is not a date. Write it as in 13/09/2022.")},
    )


class StrictFilterSet(django_filters.FilterSet):
    """Filters that answer no rows to what they cannot read: a longer list would mislead."""

    # Any: a filter set of one model names the rows more narrowly than this one can.
    def filter_queryset(self, queryset: Any) -> Any:
        return queryset.none() if self.form.errors else super().filter_queryset(queryset)

    def keep_all(self, queryset: QuerySet[Row], name: str, value: object) -> QuerySet[Row]:
        """For a parameter that chooses no rows."""
        return queryset


class InstitutionFilter(StrictFilterSet):
    """By words (see `named`), place, office, kind, status, cases, year, field, class, milestone.

    `pada` asks about a past day: the status and the cases of then, the class that held, milestones
    dated by then.
    """

    kata = django_filters.CharFilter(
        method="filter_words", label=_("Name, code, VIN or place"), max_length=100
    )
    provinsi = by_province("regency__province")
    kabupaten = choice(_("Regency or city"), queryset=regencies_to_choose, field_name="regency")
    uptp = by_office("office")
    jenis = choice(_("Host type"), choices=Institution.HostType.choices, field_name="host_type")
    status = choice(_("Status"), choices=Institution.Status.choices, method="filter_status")
    kasus = choice(
        _("Case"), choices=[(ANY, _("Any open case")), *CaseKind.choices], method="filter_case"
    )
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
    def day(self) -> datetime.date | None:
        """The day that is asked about; none for today."""
        day: datetime.date | None = self.form.cleaned_data.get("pada")
        return day

    def filter_queryset(self, queryset: Any) -> Any:
        if not self.form.errors:
            queryset = queryset.annotate(class_then=latest_of(self.day or today(), "maturity"))
            if self.day:
                queryset = queryset.with_status_on(self.day)
        return super().filter_queryset(queryset)

    def filter_status(
        self, queryset: InstitutionQuerySet, name: str, value: str
    ) -> InstitutionQuerySet:
        return queryset.filter(**{"status_then" if self.day else "status": value})

    def filter_case(
        self, queryset: InstitutionQuerySet, name: str, value: str
    ) -> InstitutionQuerySet:
        cases = Case.objects.open(on=self.day).filter(institution=OuterRef("pk"))
        return queryset.filter(Exists(cases if value == ANY else cases.filter(kind=value)))

    def filter_class(
        self, queryset: InstitutionQuerySet, name: str, value: str
    ) -> InstitutionQuerySet:
        return in_class(queryset, value, on=self.day or today())

    def filter_milestone(
        self, queryset: InstitutionQuerySet, name: str, value: str
    ) -> InstitutionQuerySet:
        """Of those under an agreement (PKB) on that day, as the figures count them."""
        day = self.day or today()
        return queryset.filter(has_milestone(value, day), has_milestone(MilestoneKind.PKB, day))

    def filter_words(
        self, queryset: InstitutionQuerySet, name: str, value: str
    ) -> InstitutionQuerySet:
        return queryset.matching(value)
