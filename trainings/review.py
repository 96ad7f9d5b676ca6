"""The reviewer's pages: the queue of incoming reports, the report itself, and the decision."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.reporting.refusals import Refused
from institutions.keyset import keyset_page
from trainings.forms import DecisionForm, ReasonForm
from trainings.models import CohortReport

verify_reports = permission_required("trainings.verify_cohortreport", raise_exception=True)
reopen_reports = permission_required("trainings.reopen_cohortreport", raise_exception=True)


@require_safe
@verify_reports
def review_list(request: SignedInRequest) -> HttpResponse:
    """Reports that wait for a decision in the reviewer's area, the longest waiting first."""
    reports = CohortReport.objects.visible_to(request.user)
    waiting = reports.awaiting()
    page = keyset_page(
        request, waiting.for_lists().with_participants(), order=("submitted_at", "id")
    )
    return render(request, "trainings/review_list.html", {"page": page, "count": waiting.count()})


def _review_page(
    request: SignedInRequest,
    report: CohortReport,
    form: DecisionForm,
    *,
    status: int = 200,
    **extra: object,
) -> HttpResponse:
    participants = list(report.cohort.participants.all())
    context = {
        "report": report,
        "cohort": report.cohort,
        "form": form,
        "participants": participants,
        "warned": [person for person in participants if person.warnings],
        "summary": report.cohort.participants.summary(),
        "is_waiting": report.status == CohortReport.Status.SUBMITTED,
        "is_own": report.submitted_by_id == request.user.pk,
        "may_reopen": report.status == CohortReport.Status.VERIFIED
        and request.user.has_perm("trainings.reopen_cohortreport"),
        "reason_form": ReasonForm(initial={"version": report.version}),
    }
    return render(request, "trainings/report_review.html", context | extra, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@verify_reports
def report_review(request: SignedInRequest, pk: int) -> HttpResponse:
    """Look at a report and verify or return it."""
    report = get_object_or_404(
        CohortReport.objects.visible_to(request.user).for_lists().with_log(), pk=pk
    )
    form = DecisionForm(request.POST or None, initial={"version": report.version})
    if request.method != "POST":
        return _review_page(request, report, form)
    if not form.is_valid():
        return _review_page(request, report, form, status=400)
    decision = form.cleaned_data
    try:
        if decision["verb"] == DecisionForm.VERIFY:
            report.verify(by=request.user, version=decision["version"])
            messages.success(request, gettext("Verified. Its participants now count."))
        else:
            report.send_back(
                by=request.user, version=decision["version"], comment=decision["comment"]
            )
            messages.success(
                request, gettext("Returned. The operator sees your note on the home page.")
            )
    except Refused as refusal:
        report = CohortReport.objects.for_lists().with_log().get(pk=report.pk)
        return _review_page(request, report, form, status=refusal.status, refusal=refusal)
    return redirect("trainings:review-list")


@require_POST
@reopen_reports
def report_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open a verified report again, with the reason; it leaves the totals."""
    report = get_object_or_404(
        CohortReport.objects.visible_to(request.user).for_lists().with_log(), pk=pk
    )
    form = ReasonForm(request.POST)
    if not form.is_valid():
        decision = DecisionForm(initial={"version": report.version})
        return _review_page(request, report, decision, status=400, reason_form=form)
    report.reopen(by=request.user, **form.cleaned_data)
    messages.success(
        request, gettext("Reopened. The report is out of the totals until it is verified anew.")
    )
    return redirect("trainings:report-review", report.pk)
