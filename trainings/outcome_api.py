"""Drafts of certification and placement through the interface; an operator sends the reports."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from blk_portal.accounts.requests import person_of
from blk_portal.rest.preconditions import matches
from trainings.draft_api import DRY_RUN, TRIED, DraftView
from trainings.exchange import outcomes
from trainings.exchange.outcome_shapes import (
    CertificationDraftShape,
    OutcomeStateShape,
    OutcomeWrittenShape,
    PlacementDraftShape,
)
from trainings.models import Cohort, CohortReport, ReportKind, parts
from trainings.models.report import CohortReportQuerySet

CHANGED = _("It was entered, or only tried.")


class OutcomeDraftViewSet(DraftView, viewsets.GenericViewSet[Any]):
    """What became of the participants of a cohort, as one of its later reports asks it."""

    kind = ReportKind.CERTIFICATION
    shape: type[Any]
    successes = {"partial_update": {200: CHANGED}}
    switches = {DRY_RUN: TRIED}
    needs_match = {"partial_update": True}
    queryset = Cohort.objects.none()

    def get_serializer_class(self) -> type[Any]:
        return OutcomeStateShape if self.action == "retrieve" else self.shape

    def response_serializer(self) -> type[Any]:
        return OutcomeStateShape if self.action == "retrieve" else OutcomeWrittenShape

    @cached_property
    def reports(self) -> CohortReportQuerySet:
        """Those that the account may draft."""
        return outcomes.reports_for(person_of(self.request), self.kind)

    def retrieve(self, request: Request, pk: str) -> Response:
        report = get_object_or_404(self.reports, cohort=pk)
        rows = parts.entries(report)
        return self.answer(outcomes.state_of(report, rows), outcomes.etag_of(report, rows))

    def partial_update(self, request: Request, pk: str) -> Response:
        report = get_object_or_404(self.reports, cohort=pk)
        return self.once(lambda: self._write(report))

    def _write(self, report: CohortReport) -> Response:
        draft = outcomes.OutcomeDraft(
            self.request.data, self.shape, matches=matches(self.request),
            is_dry_run=self.is_on(DRY_RUN),
        )  # fmt: skip
        told, etag = outcomes.write(draft, report, self.reports)
        return self.answer(told, "" if draft.is_dry_run else etag)


class CertificationDraftViewSet(OutcomeDraftViewSet):
    shape = CertificationDraftShape
    titles = {
        "retrieve": _("Draft of a certification"),
        "partial_update": _("Enter certification"),
    }
    about = _(
        "The competency of those who passed, by the judgement of an LSP. It is entered once the "
        "closing report is sent; an operator looks it over on the page and sends it. It is told of "
        "whom something lacks; what is entered, the list of participants tells."
    )


class PlacementDraftViewSet(OutcomeDraftViewSet):
    """kind: of which of the two times it is asked."""

    shape = PlacementDraftShape
    titles = {"retrieve": _("Draft of a placement"), "partial_update": _("Enter placement")}
    about = _(
        "What those who passed do 3 or 6 months after the training. It is entered once the closing "
        "report is sent; an operator looks it over on the page and sends it. It is told of whom "
        "something lacks; what is entered, the list of participants tells."
    )
