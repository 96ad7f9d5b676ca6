"""Drafts of cohorts through the interface: other systems write them, an operator sends them."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from blk_portal.accounts.requests import person_of
from blk_portal.accounts.scopes import Scope
from blk_portal.reporting.answers import answered_once
from blk_portal.rest.preconditions import matches
from blk_portal.rest.views import ListViewSet
from blk_portal.rest.writing import WriteView
from trainings.exchange import listing, writing
from trainings.exchange.shapes import (
    DraftChangeShape,
    DraftRowShape,
    DraftShape,
    StateShape,
    WrittenShape,
)
from trainings.exchange.state import etag_of, state_of
from trainings.filters import DraftFilter
from trainings.models import Cohort

ROW_ID = "[0-9]{1,18}"
SHAPES: dict[str, type[Any]] = {
    "list": DraftRowShape, "retrieve": StateShape, "partial_update": DraftChangeShape,
}  # fmt: skip
DRY_RUN, PARTIAL = "dry_run", "partial"
TRIED = _("true: everything is checked and nothing is stored.")


class WritesDrafts(BasePermission):
    """For operators, and for systems that may write drafts."""

    message = _("Your role writes no reports.")

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user.has_perm("trainings.draft_cohortreport"))


class DraftView(WriteView):
    """What other systems draft and an operator sends."""

    read_scope = write_scope = Scope.DRAFTS
    permission_classes = [IsAuthenticated, WritesDrafts]

    def once(self, act: Callable[[], Response]) -> Response:
        """Once for each key; trying needs none."""
        if self.is_on(DRY_RUN):
            return act()
        return answered_once(self.request, act, is_required=self.action == "create")

    def answer(self, told: dict[str, Any], etag: str, code: int = 200) -> Response:
        """A draft with the whole address of its page, and its ETag where it is stored."""
        told["page"] = told["page"] and self.request.build_absolute_uri(told["page"])
        return Response(told, status=code, headers={"ETag": etag} if etag else {})


class CohortDraftViewSet(DraftView, ListViewSet):
    """The draft of a cohort: its plan, its roster, and what is explained of it."""

    title = _("Drafts of cohorts")
    titles = {
        "create": _("Write a draft"), "retrieve": _("One draft"),
        "partial_update": _("Change a draft"),
    }  # fmt: skip
    about = _(
        "The draft of a cohort with its roster, written by another system. An operator of the "
        "institution looks it over on the page and sends the report: that is never done here. What "
        "is checked are the rules of the pages, in the same words."
    )
    abouts = {
        "list": _(
            "The drafts that your system wrote, in the order in which the cohorts were planned: "
            "how far each is, what it still lacks, whether it was sent, and what became of it "
            "after that. It does not tell the plans and rosters; a single draft does."
        ),
        "create": _(
            "Writes a new cohort, or changes the one that the draft names: by your external_id, "
            "else by institution, budget year, programme and batch number. One that exists already "
            "wants If-Match. One fault keeps everything from being stored; see partial."
        ),
        "partial_update": _("Changes what is sent; what is left out stays as it is."),
    }
    successes = {
        "create": {
            200: _("An existing cohort was changed, or the draft was only tried."),
            201: _("A new cohort was written."),
        },
        "partial_update": {200: _("The draft was changed, or the change was only tried.")},
    }
    switches = {
        DRY_RUN: TRIED,
        PARTIAL: _(
            "true: rows that are right are stored, and rows with a faulty value wait for the "
            "operator to mend them. What no operator can mend keeps everything from being stored "
            "here as well: a value of another type, a field that is not known, a code in words."
        ),
    }  # fmt: skip
    needs_match = {"partial_update": True, "create": False}
    lookup_value_regex = ROW_ID
    filterset_class = DraftFilter
    order = ("id",)
    queryset = Cohort.objects.none()

    def get_queryset(self) -> QuerySet[Cohort]:
        return Cohort.objects.editable_by(person_of(self.request)).for_plan()

    def get_serializer_class(self) -> type[Any]:
        return SHAPES.get(self.action, DraftShape)

    def response_serializer(self) -> type[Any]:
        return SHAPES[self.action] if self.action in ("list", "retrieve") else WrittenShape

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        drafts = self.filter_queryset(listing.drafts_of(person_of(request)))
        rows = listing.told_of(self.paginate_queryset(drafts) or [])
        for row in rows:
            row["page"] = request.build_absolute_uri(row["page"])
        return self.get_paginated_response(self.get_serializer(rows, many=True).data)

    def retrieve(self, request: Request, pk: str) -> Response:
        cohort = get_object_or_404(self.get_queryset(), pk=pk)
        told = state_of(cohort, by=person_of(request))
        return self.answer(told, etag_of(cohort))

    def create(self, request: Request) -> Response:
        return self.once(lambda: self._write(None))

    def partial_update(self, request: Request, pk: str) -> Response:
        cohort = get_object_or_404(self.get_queryset(), pk=pk)
        return self.once(lambda: self._write(cohort))

    def _write(self, cohort: Cohort | None) -> Response:
        draft = writing.Draft(
            self.request.data, person_of(self.request), timezone.localdate(),
            matches=matches(self.request), is_partial=self.is_on(PARTIAL),
            is_dry_run=self.is_on(DRY_RUN),
        )  # fmt: skip
        written = writing.write(draft, cohort)
        is_created = written.is_new and not draft.is_dry_run
        code = status.HTTP_201_CREATED if is_created else status.HTTP_200_OK
        answer = self.answer(written.told, "" if draft.is_dry_run else written.etag, code)
        if is_created:
            here = reverse("api:cohort-draft-detail", args=[written.told["id"]])
            answer["Location"] = self.request.build_absolute_uri(here)
        return answer
