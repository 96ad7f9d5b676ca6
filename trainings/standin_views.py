"""Filling in a report on an operator's behalf: begin with a reason, send it, or stop."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.reporting.refusals import Refused
from trainings.models import CohortReport, StandIn
from trainings.models.standin import operators_of
from trainings.queue_views import verify_reports
from trainings.standin_forms import StandInForm


def _report(request: SignedInRequest, pk: int) -> CohortReport:
    return get_object_or_404(CohortReport.objects.visible_to(request.user).for_lists(), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@verify_reports
def begin(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say on whose behalf and why; then the cohort's pages open to the officer."""
    report = _report(request, pk)
    operators = operators_of(report.cohort)
    form = StandInForm(request.POST or None, operators=operators)
    status = 200
    if form.is_bound:
        status = 400
    if form.is_valid():
        try:
            StandIn.begin(report, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, f"{refusal.message} {refusal.cure}")
            status = refusal.status
        else:
            messages.success(request, gettext("You fill in this report now. Both names are kept."))
            return redirect("trainings:cohort-detail", report.cohort_id)
    context = {"report": report, "cohort": report.cohort, "form": form, "operators": operators}
    return render(request, "trainings/standin_form.html", context, status=status)


@require_POST
@verify_reports
def stop(request: SignedInRequest, pk: int) -> HttpResponse:
    """End the filling in without sending; what was stored stays in the draft."""
    report = _report(request, pk)
    own = StandIn.objects.editable_by(request.user).open().filter(report=report)
    get_object_or_404(own).stop()
    messages.success(request, gettext("You have stopped. What was saved stays in the draft."))
    return redirect("trainings:report-review", pk)
