"""The interface for other systems, /api/v1/: the one router, its schema and its documentation."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, re_path
from django.utils import translation
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter
from rest_framework.views import APIView

from blk_portal.progress.api import ActualViewSet, TargetViewSet
from blk_portal.progress.code_lists_api import CodeListViewSet
from blk_portal.progress.explain_api import ExplainViewSet
from blk_portal.rest.changelog import CHANGES
from blk_portal.rest.problems import PROBLEMS
from blk_portal.rest.readable import copied_lists, subjects
from blk_portal.rest.scopes import EVERY_CLIENT
from blk_portal.rest.views import PortalView
from incubators.api import IncubatorViewSet
from incubators.selection_api import CandidateViewSet, EvidenceViewSet
from incubators.tenant_api import TenantViewSet
from institutions.api import (
    FieldViewSet,
    InstitutionViewSet,
    OfficeViewSet,
    ProgrammeYearViewSet,
    ProvinceViewSet,
    RegencyViewSet,
)
from institutions.assessment_api import AssessmentViewSet
from institutions.partner_api import PartnerViewSet
from trainings.api import ROW_ID, CohortReportViewSet, CohortViewSet
from trainings.certificate_api import CertificateViewSet
from trainings.draft_api import CohortDraftViewSet
from trainings.models import ReportKind
from trainings.outcome_api import CertificationDraftViewSet, PlacementDraftViewSet
from trainings.participant_api import ParticipantViewSet
from trainings.programme_api import ProgrammeViewSet

app_name = "api"

router = SimpleRouter()
router.register("institutions", InstitutionViewSet, "institution")
router.register("cohorts", CohortViewSet, "cohort")
router.register("cohort-drafts", CohortDraftViewSet, "cohort-draft")
router.register("cohort-reports", CohortReportViewSet, "cohort-report")
router.register("participants", ParticipantViewSet, "participant")
router.register("certificates", CertificateViewSet, "certificate")
router.register("incubators", IncubatorViewSet, "incubator")
router.register("candidates", CandidateViewSet, "candidate")
router.register("evidence", EvidenceViewSet, "evidence")
router.register("tenants", TenantViewSet, "tenant")
router.register("assessments", AssessmentViewSet, "assessment")
router.register("partners", PartnerViewSet, "partner")
router.register("targets", TargetViewSet, "target")
router.register("actuals", ActualViewSet, "actual")
router.register("progress/explain", ExplainViewSet, "explain")
router.register("code-lists", CodeListViewSet, "code-list")
router.register("provinces", ProvinceViewSet, "province")
router.register("regencies", RegencyViewSet, "regency")
router.register("offices", OfficeViewSet, "office")
router.register("fields", FieldViewSet, "field")
router.register("programmes", ProgrammeViewSet, "programme")
router.register("programme-years", ProgrammeYearViewSet, "programme-year")


@lru_cache(maxsize=4)
def schema_in(language: str) -> dict[str, Any]:
    """The OpenAPI description in a language; the same for everybody, so made once a process."""
    with translation.override(language):
        schema: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
        return schema


class SchemaView(PortalView, APIView):
    """The OpenAPI description of the interface, as JSON; open to everybody, as its page is."""

    schema = None
    read_scope = EVERY_CLIENT
    permission_classes: list[Any] = []

    def get_throttles(self) -> list[Any]:
        """Strangers are not counted: all of them together would be one account."""
        return super().get_throttles() if self.request.user.is_authenticated else []

    def get(self, request: Request) -> Response:
        return Response(schema_in(translation.get_language()))


class NothingView(PortalView, APIView):
    """Every other address below /api/v1/: a problem in JSON, not a page."""

    schema = None
    read_scope = write_scope = EVERY_CLIENT

    def check_method(self, request: Request) -> None:
        """No method is offered, and that is not what the caller needs to hear."""

    def parameter_names(self) -> list[str]:
        raise NotFound


@login_not_required
@require_safe
def documentation(request: HttpRequest) -> HttpResponse:
    """The schema as a page to read; who builds a partner's system has no login."""
    schema = schema_in(translation.get_language())
    context = {
        "schema": schema, "subjects": subjects(schema), "problems": PROBLEMS.values(),
        "copied": copied_lists(schema), "requests_per_minute": settings.API_REQUESTS_PER_MINUTE,
    }  # fmt: skip
    return render(request, "api/documentation.html", context)


@login_not_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """From the credentials to a first draft, step by step, and what has changed since."""
    return render(request, "api/start.html", {"changes": CHANGES})


# Each later report of a cohort has its draft below that of the cohort.
OUTCOMES: dict[str, Any] = {"get": "retrieve", "patch": "partial_update"}
OF_COHORT = rf"^cohort-drafts/(?P<pk>{ROW_ID})"

urlpatterns = [
    *router.urls,
    re_path(
        rf"{OF_COHORT}/certification/$",
        CertificationDraftViewSet.as_view(OUTCOMES, detail=True),
        name="certification-draft",
    ),
    re_path(
        rf"{OF_COHORT}/placement-3/$",
        PlacementDraftViewSet.as_view(OUTCOMES, detail=True, kind=ReportKind.PLACEMENT_3),
        name="placement-3-draft",
    ),
    re_path(
        rf"{OF_COHORT}/placement-6/$",
        PlacementDraftViewSet.as_view(OUTCOMES, detail=True, kind=ReportKind.PLACEMENT_6),
        name="placement-6-draft",
    ),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", documentation, name="docs"),
    path("docs/start/", start, name="start"),
    re_path(r"^", NothingView.as_view(), name="nothing"),
]
