"""The reviewer's pages of the queue: what waits, who looks after it, verifying several together."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import number, today_in_jakarta
from institutions.keyset import CURSOR, keyset_page
from institutions.listing import COUNT_LIMIT, count_of
from institutions.models.reach import with_areas
from trainings.models import CohortReport, Overlap, UnlockRequest
from trainings.models.officer import officers_for
from trainings.queue import (
    MOST_AT_ONCE,
    QueueFilter,
    candidates,
    note_age,
    shown_filters,
    verify_together,
)

verify_reports = permission_required("trainings.verify_cohortreport", raise_exception=True)
CHOSEN = re.compile("([0-9]{1,18}):([0-9]{1,9})")
MOST_REQUESTS = 10


@require_safe
@verify_reports
def review_list(request: SignedInRequest) -> HttpResponse:
    """Reports that wait for a decision in the reviewer's area, the longest waiting first."""
    reviewer = with_areas(request.user)
    waiting = CohortReport.objects.visible_to(reviewer).awaiting()
    filters = QueueFilter(request.GET, queryset=waiting, request=request)
    rows = filters.qs.for_lists().with_participants()
    page = keyset_page(request, rows, order=("submitted_at", "id"))
    note_age(page, on=today_in_jakarta())
    requests = UnlockRequest.objects.visible_to(reviewer)
    context = {
        "page": page,
        "count": count_of(filters.qs),
        "count_limit": COUNT_LIMIT,
        "filters": filters,
        "filters_query": _without_cursor(request),
        "shown_fields": shown_filters(filters, request.user),
        "is_filtered": any(name != CURSOR and value for name, value in request.GET.items()),
        "requests": requests.longest_open(MOST_REQUESTS),
        "overlaps": Overlap.objects.visible_to(reviewer).undecided().count(),
    }
    status = 400 if filters.form.errors else 200
    return render(request, "trainings/review_list.html", context, status=status)


def _without_cursor(request: SignedInRequest) -> str:
    query = request.GET.copy()
    query.pop(CURSOR, None)
    return query.urlencode()


def _report(request: SignedInRequest, pk: int) -> CohortReport:
    return get_object_or_404(CohortReport.objects.visible_to(request.user).for_lists(), pk=pk)


@require_POST
@verify_reports
def report_take(request: SignedInRequest, pk: int) -> HttpResponse:
    """Look after a report that nobody has taken yet, and open it."""
    _report(request, pk).take(by=request.user)
    messages.success(request, gettext("You look after this report now."))
    return redirect("trainings:report-review", pk)


@require_POST
@verify_reports
def report_hand_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a report to a colleague, or back to the queue."""
    report = _report(request, pk)
    to, seen = request.POST.get("to", ""), request.POST.get("seen", "")
    officers = {str(user.pk): user for user in officers_for(report.cohort.institution)}
    if to and to not in officers:
        messages.error(request, gettext("Choose a colleague from the list."))
        return redirect("trainings:report-review", pk)
    had_it = report.officer if report.officer and str(report.officer_id) == seen else None
    report.hand_over(by=request.user, to=officers.get(to), seen=had_it)
    text = gettext("The report is back in the queue.")
    if to:
        text = gettext("%(name)s looks after the report now.") % {"name": officers[to]}
    messages.success(request, text)
    return redirect("trainings:report-review", pk)


def _chosen(request: SignedInRequest) -> dict[int, int]:
    """Report id -> version looked at, of those that were ticked."""
    found = [CHOSEN.fullmatch(text) for text in request.POST.getlist("laporan")]
    return {int(match[1]): int(match[2]) for match in found if match}


@require_http_methods(["GET", "HEAD", "POST"])
@verify_reports
def verify_several(request: SignedInRequest) -> HttpResponse:
    """Preview which reports may be verified together and which not and why; then verify them."""
    visible = CohortReport.objects.visible_to(request.user)
    if request.method == "POST":
        return _verified_several(request, visible)
    filters = QueueFilter(request.GET, queryset=visible.awaiting(), request=request)
    waiting = filters.qs
    longest = list(waiting.values_list("pk", flat=True)[:MOST_AT_ONCE])
    found = candidates(visible, longest, user=request.user)
    context: dict[str, Any] = {
        "ready": [one.report for one in found if not one.obstacles],
        "held": [one for one in found if one.obstacles],
        "left": max(count_of(waiting) - MOST_AT_ONCE, 0),
        "most_left": COUNT_LIMIT - MOST_AT_ONCE,
        "most": MOST_AT_ONCE,
        "query": request.GET.urlencode(),
    }
    status = 400 if filters.form.errors else 200
    return render(request, "trainings/verify_several.html", context, status=status)


def _verified_several(request: SignedInRequest, visible: Any) -> HttpResponse:
    """Verify those that were ticked, each on its own, and tell what became of each."""
    versions = _chosen(request)
    if len(versions) > MOST_AT_ONCE:
        text = gettext("At most %(n)s reports are verified together.")
        raise BadRequest(text % {"n": number(MOST_AT_ONCE)})
    if not versions:
        messages.warning(request, gettext("Tick at least one report first."))
        return redirect(request.get_full_path())
    found = candidates(visible.for_lists(), versions, user=request.user)
    outcomes = verify_together(found, versions, by=request.user)
    context = {
        "verified": [one.report for one in outcomes if not one.refusals],
        "refused": [one for one in outcomes if one.refusals],
        "query": request.GET.urlencode(),
    }
    return render(request, "trainings/verified_several.html", context)
