"""The reviewer's pages of quarterly reports: what waits, one report, and the decision."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import as_date, number, today_in_jakarta
from blk_portal.reporting.refusals import Refused
from incubators.models import IncubationReport
from incubators.quarter_checks import Examination, examine
from incubators.quarter_filters import QueueFilter
from incubators.quarter_forms import QuarterDecisionForm, ReopenForm
from institutions.listing import COUNT_LIMIT, listing

verify_quarters = permission_required("incubators.verify_incubationreport", raise_exception=True)
reopen_quarters = permission_required("incubators.reopen_incubationreport", raise_exception=True)
Status = IncubationReport.Status


@require_safe
@verify_quarters
def quarter_queue(request: SignedInRequest) -> HttpResponse:
    """Quarterly reports that wait for a decision, the longest waiting first."""
    waiting = IncubationReport.objects.visible_to(request.user).awaiting().for_lists()
    filters = QueueFilter(request.GET, queryset=waiting, request=request)
    found = listing(request, filters, order=("submitted_at", "id"))
    today = today_in_jakarta()
    context = {
        "filters": filters,
        "unknown": found.unknown,
        "is_filtered": found.is_filtered,
        "page": found.page,
        "rows": [
            (report, (today - as_date(report.submitted_at)).days)
            for report in found.page.rows
        ],
        "count": found.count(),
        "count_limit": COUNT_LIMIT,
    }  # fmt: skip
    return render(request, "incubators/quarter_queue.html", context, status=found.status)


def _report(request: SignedInRequest, pk: int) -> IncubationReport:
    reports = IncubationReport.objects.visible_to(request.user).for_lists().with_log()
    return get_object_or_404(reports, pk=pk)


def _page(
    request: SignedInRequest, report: IncubationReport, *, status: int = 200, **extra: Any
) -> HttpResponse:
    examined = extra.pop("examined", None) or examine(report)
    is_waiting = report.status == Status.SUBMITTED
    is_own = is_waiting and report.submitted_by_id == request.user.pk
    first = {"version": report.version}
    context = {
        "report": report,
        "incubator": report.incubator,
        "institution": report.incubator.institution,
        "examined": examined,
        "is_own": is_own,
        "earlier": list(report.earlier_unverified()) if is_waiting else [],
        "silent": len(examined.lines) - len(examined.rows),
        "waiting": (today_in_jakarta() - as_date(report.submitted_at)).days
        if is_waiting and report.submitted_at
        else None,
        "decision": QuarterDecisionForm(initial=first, examined=examined)
        if is_waiting and not is_own
        else None,
        "reopening": ReopenForm(initial=first)
        if report.status == Status.VERIFIED
        and request.user.has_perm("incubators.reopen_incubationreport")
        else None,
    }
    return render(request, "incubators/quarter_review.html", context | extra, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@verify_quarters
def quarter_review(request: SignedInRequest, pk: int) -> HttpResponse:
    """Look at a report beside the quarter before, and verify or return it."""
    report = _report(request, pk)
    if request.method != "POST":
        return _page(request, report)
    examined = examine(report)
    form = QuarterDecisionForm(request.POST, examined=examined)
    if not form.is_valid():
        return _page(request, report, status=400, decision=form, examined=examined)
    told, is_verified = form.cleaned_data, form.cleaned_data["verb"] == form.VERIFY
    try:
        if is_verified:
            report.verify(by=request.user, version=told["version"])
        else:
            report.send_back(
                by=request.user, version=told["version"], comment=told["comment"],
                flags=form.flags(report),
            )  # fmt: skip
    except Refused as refusal:
        again = {"refusal": refusal, "decision": form}
        return _page(request, _report(request, pk), status=refusal.status, **again)
    done = gettext("Returned. The operator sees your note on the home page.")
    if is_verified:
        done = _counted(examined)
    messages.success(request, done)
    return redirect("tenants:quarter-queue")


def _counted(examined: Examination) -> str:
    """What a verification has brought about, in words."""
    reported, all_of_them = len(examined.rows), len(examined.lines)
    told = {
        "year": examined.report.obligation.programme_year,
        "n": number(reported),
        "all": number(all_of_them),
    }
    if not reported:
        text = gettext(
            "Verified. None of its %(all)s tenants is reported; none counts in %(year)s."
        )
    elif reported < all_of_them:
        text = gettext("Verified. %(n)s of its %(all)s tenants now count in %(year)s.")
    else:
        text = gettext("Verified. Its tenants now count in %(year)s.")
    return text % told


@require_POST
@reopen_quarters
def quarter_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open a verified report again, with the reason; it leaves the totals."""
    report, form = _report(request, pk), ReopenForm(request.POST)
    if not form.is_valid():
        return _page(request, report, status=400, reopening=form)
    try:
        report.reopen(by=request.user, **form.cleaned_data)
    except Refused as refusal:
        again = {"refusal": refusal, "reopening": form}
        return _page(request, _report(request, pk), status=refusal.status, **again)
    text = gettext("Reopened. The report is out of the totals until it is verified anew.")
    messages.success(request, text)
    return redirect("tenants:quarter-review", report.pk)
