"""The reviewer's pages of one report: the report itself, and the decision."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.reporting.refusals import Refused
from trainings import checks
from trainings.desk import desk_of
from trainings.drafts import CONTINUE, FormOf, as_sent, keeps_typing
from trainings.flag_forms import FlagForms
from trainings.flagged import note_flags
from trainings.forms import DecisionForm, FlaggingForm, ReasonForm
from trainings.models import (
    CohortReport,
    CohortReportFlag,
    FormDraft,
    Participant,
    ReportKind,
    parts,
)
from trainings.queue_views import verify_reports
from trainings.telling import said

reopen_reports = permission_required("trainings.reopen_cohortreport", raise_exception=True)


def _report(request: SignedInRequest, pk: int) -> CohortReport:
    reports = CohortReport.objects.visible_to(request.user).for_lists().with_checks().with_log()
    drafted = reports.with_draft(request.user, FormDraft.Kind.DECISION)
    return get_object_or_404(drafted, pk=pk)


def _people(report: CohortReport) -> list[Participant]:
    return [one for one in checks.people_of(report.cohort) if parts.is_about(report, one)]


def _flags(request: SignedInRequest, report: CohortReport) -> FlagForms:
    return FlagForms(report.kind, _people(report), request.POST)


def _form_of(request: SignedInRequest, report: CohortReport) -> FormOf:
    kind = FormDraft.Kind.DECISION
    return FormOf(request.user.pk, report.cohort_id, kind, report=report.pk)


def _opened(request: SignedInRequest, report: CohortReport) -> FlaggingForm:
    """The form of a page that is opened: empty, or with a draft that the person goes on with."""
    is_verified = report.status == CohortReport.Status.VERIFIED
    kind = ReasonForm if is_verified else DecisionForm
    draft = _form_of(request, report).beside(report)
    if draft is None or CONTINUE not in request.GET:
        return kind(initial={"version": report.version}, flags=_flags(request, report))
    typed = as_sent(draft)
    flags = FlagForms(report.kind, _people(report), typed, is_draft=True)
    # What is decided on is the report as the page shows it now.
    return kind(typed, flags=flags).as_typed(version=report.version)


def _review_page(
    request: SignedInRequest,
    report: CohortReport,
    form: FlaggingForm,
    *,
    status: int = 200,
    **extra: object,
) -> HttpResponse:
    """The page of one report, with the decision or the reason as far as it is written."""
    everybody, cohort = list(form.flags.people.values()), report.cohort
    participants = [person for person in everybody if not person.restricted_at]
    note_flags(participants, report.standing_flags)
    for flag in form.flags.forms:
        if flag.person is not None:
            flag.person.marking = form.flags.of(flag.person)
    is_waiting = report.status == CohortReport.Status.SUBMITTED
    is_own = is_waiting and report.submitted_by_id == request.user.pk
    decides = isinstance(form, DecisionForm)
    may_reopen = request.user.has_perm("trainings.reopen_cohortreport")
    is_verified = report.status == CohortReport.Status.VERIFIED
    context = {
        "report": report,
        "cohort": cohort,
        "form": form,
        "participants": participants,
        "restricted": [person for person in everybody if person.restricted_at],
        "examined": checks.examine(report, everybody),
        "said": said(report),
        "is_own": is_own,
        "desk": desk_of(report, request.user),
        "is_editable": False,
        "may_decide": decides and is_waiting and not is_own,
        "may_reopen": not decides and is_verified and may_reopen and not cohort.is_cancelled,
    }
    context["may_flag"] = context["may_decide_or_reopen"] = (
        context["may_decide"] or context["may_reopen"]
    )
    form_of = _form_of(request, report)
    draft = form_of.beside(report) if context["may_flag"] and request.method != "POST" else None
    context["form_of"], context["drafts"] = form_of, [(form_of, draft)] if draft else []
    context["is_continued"] = CONTINUE in request.GET
    if report.kind == ReportKind.OPENING:
        context |= parts.summary(report, participants)
    elif report.kind != ReportKind.CLOSING:
        context["entries"] = parts.entries(report, participants)
    return render(request, "trainings/report_review.html", context | extra, status=status)


def _carry_out(
    request: SignedInRequest, report: CohortReport, form: FlaggingForm, verb: Callable[..., object]
) -> HttpResponse | None:
    """Do what was decided; returns the page again, with all that was typed, where it is not done.

    A step on the way, such as one more flag, is such a page too.
    """
    if form.flags.is_step:
        return _review_page(request, report, form.as_typed())
    if not form.is_valid():
        return _review_page(request, report, form, status=400)
    try:
        verb(report, by=request.user, **form.cleaned_data, flags=form.flags.raised(report))
    except Refused as refusal:
        report = _report(request, report.pk)
        form = type(form)(request.POST, flags=_flags(request, report))
        typed = form.as_typed(version=report.version)
        return _review_page(request, report, typed, status=refusal.status, refusal=refusal)
    _form_of(request, report).forget()
    return None


def _decide(
    report: CohortReport,
    *,
    verb: str,
    comment: str,
    flags: Sequence[CohortReportFlag],
    **who_and_version: Any,
) -> None:
    if verb == DecisionForm.VERIFY:
        report.verify(**who_and_version)
    else:
        report.send_back(comment=comment, flags=flags, **who_and_version)


@keeps_typing
@require_http_methods(["GET", "HEAD", "POST"])
@verify_reports
def report_review(request: SignedInRequest, pk: int) -> HttpResponse:
    """Look at a report and verify or return it."""
    report = _report(request, pk)
    if request.method != "POST":
        return _review_page(request, report, _opened(request, report))
    form = DecisionForm(request.POST, flags=_flags(request, report))
    if page := _carry_out(request, report, form, _decide):
        return page
    if form.cleaned_data["verb"] == DecisionForm.VERIFY:
        counts = report.kind == ReportKind.CLOSING
        counted = gettext("Verified. Its participants now count in %(year)s.")
        year = {"year": report.cohort.programme_year}
        messages.success(request, counted % year if counts else gettext("Verified."))
    else:
        messages.success(
            request, gettext("Returned. The operator sees your note on the home page.")
        )
    return redirect("trainings:review-list")


@keeps_typing
@require_POST
@reopen_reports
def report_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Open a verified report again, with the reason; it leaves the totals."""
    report = _report(request, pk)
    form = ReasonForm(request.POST, flags=_flags(request, report))
    if page := _carry_out(request, report, form, CohortReport.reopen):
        return page
    text = gettext("Reopened. The operator sees your reason on the home page.")
    if report.kind == ReportKind.CLOSING:
        text = gettext("Reopened. The report is out of the totals until it is verified anew.")
    messages.success(request, text)
    return redirect("trainings:report-review", report.pk)
