"""The operator's pages of a cohort: list, plan, detail, and handing the report in."""

import re
from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, prefetch_related_objects
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.privacy.models import note_reading
from blk_portal.reporting.refusals import Incomplete, Stale
from institutions.keyset import keyset_page
from institutions.models.reach import with_areas
from trainings import checks
from trainings.answering import answers_of
from trainings.drafts import FormOf
from trainings.filing import file_reports, may_file
from trainings.filters import CohortFilter
from trainings.flag_forms import AnswerForm
from trainings.flagged import note_flags
from trainings.forms import UploadForm
from trainings.locks import locks_of, note_locks
from trainings.models import Cohort, CohortReport, FormDraft, PendingRow, ReportKind
from trainings.row_forms import LateForms
from trainings.telling import said, stage_of, steps_of, with_waiting
from trainings.unlocking import OF_ROSTER

VERSION = re.compile("[0-9]{1,9}")


@require_safe
def cohort_list(request: SignedInRequest) -> HttpResponse:
    """The cohorts a person may see, latest first."""
    if not request.user.spec.sees_cohorts:
        raise PermissionDenied(gettext("Your role works with figures, not with single trainings."))
    cohorts = Cohort.objects.visible_to(with_areas(request.user)).for_lists()
    filters = CohortFilter(request.GET, queryset=cohorts)
    page = keyset_page(request, filters.qs, order=("-starts_on", "-id"))
    context = {"filters": filters, "page": page}
    status = 400 if filters.form.errors else 200
    return render(request, "trainings/cohort_list.html", context, status=status)


def cohort_page(
    request: SignedInRequest,
    pk: int,
    *,
    status: int = 200,
    faulty_answers: Sequence[AnswerForm] = (),
    **forms: object,
) -> HttpResponse:
    """The page of one cohort, with a form that came back where there is one.

    pk: the cohort's number; Http404 where the person may not see that cohort.
    """
    visible = CohortReport.objects.visible_to(request.user).for_lists().with_checks()
    visible = visible.with_log(OF_ROSTER).with_draft(request.user, FormDraft.Kind.ANSWERS)
    reports = {report.kind: report for report in visible.filter(cohort=pk)}
    report = reports.get(ReportKind.CLOSING)
    if report is None:
        raise Http404
    cohort = report.cohort
    report.opening = reports.get(ReportKind.OPENING)
    note_reading(request.user, f"trainings.cohort:{cohort.pk}")
    files = may_file(request.user, cohort.pk)
    # Read once: the page lists them, and what lacks counts them.
    waiting = Prefetch("pending_rows", PendingRow.objects.select_related("upload"))
    people = Prefetch("participants", checks.marked_people())
    prefetch_related_objects([cohort], waiting, people)
    everybody = list(cohort.participants.all())
    examined = checks.examine(report, everybody)
    participants = [person for person in everybody if not person.restricted_at]
    flags = list(report.standing_flags)
    if report.opening and report.opening.is_open:
        flags += report.opening.standing_flags
    note_flags(participants, flags)
    locks = locks_of(report, request.user, opening=report.opening)
    locks |= note_locks(participants, locks["open_now"])
    pending = cohort.pending_rows.all()
    upload = cohort.uploads.first()
    missing = report.missing_to_submit(examined) if report.is_open else []
    context = {
        "cohort": cohort,
        "report": report,
        "steps": steps_of(reports, people=len(everybody), missing=missing),
        "step": stage_of(missing),
        "is_editable": files and report.is_open,
        "may_withdraw": files and report.status == CohortReport.Status.SUBMITTED,
        "participants": participants,
        "restricted": [person for person in everybody if person.restricted_at],
        "examined": examined,
        "pending": pending,
        "to_come": with_waiting(everybody, pending),
        "settled": max(upload.rejected - len(pending), 0) if upload else 0,
        "upload": upload,
        "absent": [p for p in participants if upload and p.pk in upload.absent],
        "flags": report.standing_flags,
        **locks,
        **answers_of(request, report, faulty_answers),
        "missing": missing,
        "late_forms": LateForms(report.latecomers),
        "upload_form": UploadForm(),
        "mend_form": FormOf(request.user.pk, cohort.pk, FormDraft.Kind.MEND),
        "today": timezone.localdate(),
    }
    return render(request, "trainings/cohort_detail.html", context | forms, status=status)


@require_safe
def cohort_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One cohort: roster, rows to mend, results, log, and what lacks before the report is sent."""
    return cohort_page(request, pk)


def _version(request: SignedInRequest) -> int:
    """The version of the report that the form was made from; -1, which none has, for nonsense."""
    version = request.POST.get("version", "")
    return int(version) if VERSION.fullmatch(version) else -1


def _own_report(request: SignedInRequest, pk: int, kind: ReportKind) -> CohortReport:
    reports = CohortReport.objects.editable_by(request.user).for_lists()
    return get_object_or_404(reports, cohort=pk, kind=kind)


@require_http_methods(["GET", "HEAD", "POST"])
@file_reports
def report_submit(
    request: SignedInRequest, pk: int, kind: ReportKind = ReportKind.CLOSING
) -> HttpResponse:
    """Look over a report once more, then send it; the receipt is shown at once."""
    report = _own_report(request, pk, kind)
    if request.method == "POST":
        version = _version(request)
        try:
            seen = request.POST.get("seen", "")
            receipt = report.submit(by=request.user, version=version, seen=seen)
            messages.success(request, gettext("The report has been sent. Keep the receipt number."))
        except Incomplete as refusal:
            messages.error(request, f"{refusal.message} {refusal.cure}")
            return redirect(report)
        except Stale:
            first = report.receipt_of_first_click(by=request.user, version=version)
            if first is None:
                raise
            receipt = first
        return redirect("trainings:receipt-detail", receipt.number)
    missing = report.missing_to_submit() if report.is_open else []
    if missing:
        lacking = " ".join(item.text for item in missing)
        messages.warning(request, f"{gettext('The report cannot be sent yet.')} {lacking}")
    if missing or not report.is_open:
        return redirect(report)
    drafts = FormDraft.objects.visible_to(request.user).of_report(report)
    context = {
        "report": report,
        "cohort": report.cohort,
        "said": said(report),
        # What was typed and is in none of the figures that the page shows.
        "drafts": [(FormOf.of_draft(draft), draft) for draft in drafts],
    }
    return render(request, "trainings/report_submit.html", context)


@require_POST
@file_reports
def report_withdraw(
    request: SignedInRequest, pk: int, kind: ReportKind = ReportKind.CLOSING
) -> HttpResponse:
    """Take a sent report back before anybody has decided on it."""
    report = _own_report(request, pk, kind)
    report.withdraw(by=request.user, version=_version(request))
    messages.success(request, gettext("The report is a draft again. Send it when it is right."))
    return redirect(report)
