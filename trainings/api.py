"""Trainings through the interface: cohorts, and their reports as counts, never as names."""

from typing import TypedDict

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from blk_portal.accounts.scopes import Scope
from blk_portal.reporting.verbs import ReportStatus
from blk_portal.rest.serializers import ReadSerializer
from institutions.models import Change, Institution, ProgrammeYear
from institutions.synced_api import SyncedViewSet
from institutions.syncing import KEPT_AREAS
from trainings.cohort_rows import COHORT_ROWS
from trainings.filters import CohortFilter
from trainings.models import Cohort, CohortReport, ExternalId, Participant, ReportKind
from trainings.models.cohort import CohortQuerySet, open_institutions

ROW_ID = "[0-9]{1,18}"


class SeesCohorts(BasePermission):
    """For roles that work with single trainings."""

    message = _("Your role works with figures, not with single trainings.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.is_authenticated and request.user.spec.sees_cohorts


class ExternalIds(TypedDict):
    """The ids of a cohort in other systems of the ministry."""

    skillhub: str | None
    proglat: str | None


class CohortSerializer(ReadSerializer):
    institution = serializers.CharField(source="institution.code", label=_("institution"))
    institution_name = serializers.CharField(source="institution.name")
    programme = serializers.CharField(source="programme.name", label=_("programme"))
    programme_year = serializers.IntegerField(source="programme_year.year", label=_("budget year"))
    field = serializers.CharField(source="field.code", label=_("vocational field"))
    external_ids = serializers.SerializerMethodField(
        label=_("ids in other systems"),
        help_text=_("The id of the class in Skillhub and the code in ProgLat, where there is one."),
    )
    is_cancelled = serializers.BooleanField(
        label=_("Cancelled"), help_text=_("A cancelled cohort is not held; it owes no report.")
    )
    report_status = serializers.ChoiceField(
        choices=ReportStatus.choices, source="closing.status", allow_null=True, label=_("Report")
    )

    class Meta:
        model = Cohort
        fields = (
            "id", "institution", "institution_name", "programme", "programme_year", "field",
            "batch", "starts_on", "ends_on", "hours", "method", "funding", "seats", "external_ids",
            "is_cancelled", "report_status",
        )  # fmt: skip

    def get_external_ids(self, cohort: Cohort) -> ExternalIds:
        found = {row.system: row.value for row in cohort.external_ids.all()}
        return ExternalIds(
            skillhub=found.get(ExternalId.System.SKILLHUB),
            proglat=found.get(ExternalId.System.PROGLAT),
        )


class CohortsFilter(CohortFilter):
    """The filters of the page, and the ids of other systems."""

    skillhub = django_filters.CharFilter(
        method="filter_id", max_length=60, label=ExternalId.System.SKILLHUB.label
    )
    proglat = django_filters.CharFilter(
        method="filter_id", max_length=60, label=ExternalId.System.PROGLAT.label
    )

    def filter_id(self, queryset: CohortQuerySet, name: str, value: str) -> CohortQuerySet:
        known = Q(external_ids__system=name, external_ids__value__iexact=value.strip())
        return queryset.filter(known)


class OfCohortViewSet(SyncedViewSet):
    """What is told of trainings: for those who may see the single ones."""

    permission_classes = [IsAuthenticated, SeesCohorts]

    def seen_institutions(self) -> QuerySet[Institution]:
        return open_institutions(self.request.user)

    def known_institutions(self) -> list[int]:
        """Their keys, looked up once while nothing about institutions changes."""
        version = self.state.version_of_places
        area = None if version is None else f"{self.reach}:{version}"
        return KEPT_AREAS.of(area, self.seen_institutions)


class CohortViewSet(OfCohortViewSet):
    """The cohorts a person may see, latest first."""

    read_scope = Scope.COHORTS
    title = _("Cohorts")
    title_of_one = _("One cohort")
    about = _("The training cohorts of your institutions, latest first.")
    kind = Change.Kind.COHORT
    rows = COHORT_ROWS
    serializer_class = CohortSerializer
    filterset_class = CohortsFilter
    order = ("-starts_on", "-id")
    lookup_value_regex = ROW_ID
    queryset = Cohort.objects.none()

    def get_queryset(self) -> QuerySet[Cohort]:
        user = self.request.user
        return Cohort.objects.visible_to(user, known=self.known_institutions).with_closing()


class CohortReportFilter(django_filters.FilterSet):
    """By budget year, state and funding source, as the list of cohorts, and by kind."""

    tahun = django_filters.ModelChoiceFilter(
        field_name="cohort__programme_year", to_field_name="year",
        queryset=ProgrammeYear.objects.all(), label=_("Budget year"),
    )  # fmt: skip
    status = django_filters.ChoiceFilter(choices=ReportStatus, label=_("Report"))
    dana = django_filters.ChoiceFilter(
        field_name="cohort__funding", choices=Cohort.Funding, label=_("Funding")
    )

    jenis = django_filters.ChoiceFilter(field_name="kind", choices=ReportKind, label=_("Kind"))

    class Meta:
        model = CohortReport
        fields: list[str] = []


class Counts(TypedDict):
    """The participants of a verified report; `male` and `female` are of those enrolled."""

    enrolled: int
    completed: int
    passed: int
    people: int
    male: int
    female: int


class CohortReportSerializer(ReadSerializer):
    """A report as counts; texts are left out, since people write names into them."""

    institution = serializers.CharField(source="cohort.institution.code", label=_("institution"))
    programme_year = serializers.IntegerField(
        source="cohort.programme_year.year", label=_("budget year")
    )
    due_on = serializers.DateField(source="obligation.due_on", label=_("due on"))
    participants = serializers.IntegerField(
        source="participant_count", label=_("Participants"),
        help_text=_("Rows of the roster now, whether they count or not."),
    )  # fmt: skip
    flags_open = serializers.SerializerMethodField(
        label=_("Open flags"), help_text=_("Flagged places that the operator has still to answer.")
    )
    counted = serializers.SerializerMethodField(
        label=_("Counted"), help_text=_("Only of a verified closing report, else null.")
    )

    class Meta:
        model = CohortReport
        fields = (
            "id", "cohort", "institution", "programme_year", "kind", "status", "version", "due_on",
            "submitted_at", "verified_at", "participants", "flags_open",
            "counted",
        )  # fmt: skip

    def get_flags_open(self, report: CohortReport) -> int:
        return len(report.open_flags)

    def get_counted(self, report: CohortReport) -> Counts | None:
        if report.status != ReportStatus.VERIFIED or report.kind != ReportKind.CLOSING:
            return None
        rows = report.live_counts
        return Counts(
            enrolled=sum(row.enrolled for row in rows),
            completed=sum(row.completed for row in rows),
            passed=sum(row.passed for row in rows),
            people=sum(row.people for row in rows),
            male=sum(row.enrolled for row in rows if row.sex == Participant.Sex.MALE),
            female=sum(row.enrolled for row in rows if row.sex == Participant.Sex.FEMALE),
        )


class CohortReportViewSet(OfCohortViewSet):
    """The reports on cohorts a person may see."""

    read_scope = Scope.REPORTS
    title = _("Cohort reports")
    title_of_one = _("One cohort report")
    about = _("Where each report on a cohort stands, and what a verified closing report counts.")
    kind = Change.Kind.COHORT_REPORT
    serializer_class = CohortReportSerializer
    filterset_class = CohortReportFilter
    order = ("id",)
    lookup_value_regex = ROW_ID
    queryset = CohortReport.objects.none()

    def get_queryset(self) -> QuerySet[CohortReport]:
        return (
            CohortReport.objects.visible_to(self.request.user)
            .select_related("cohort__institution", "cohort__programme_year", "obligation")
            .with_participants()
            .with_log()
            .with_live_counts()
        )
