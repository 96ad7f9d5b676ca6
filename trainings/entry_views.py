"""The operator's pages of what is entered participant by participant, and of each single report."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import number
from blk_portal.privacy.models import note_reading
from trainings import entries
from trainings.drafts import CONTINUE, FormOf, as_sent, keeps_typing
from trainings.filing import file_reports, may_file
from trainings.flagged import note_flags
from trainings.locks import locks_of
from trainings.models import (
    Cohort,
    CohortReport,
    CohortReportFlag,
    FormDraft,
    ReportKind,
    parts,
)
from trainings.roster import open_report
from trainings.row_forms import LateForms, RowForms
from trainings.unlocking import unlocked
from trainings.views import cohort_page


def _say_saved(request: SignedInRequest, changed: int) -> None:
    text = ngettext("%(n)s row is saved.", "%(n)s rows are saved.", changed)
    messages.success(request, text % {"n": number(changed)})


@keeps_typing
@require_http_methods(["GET", "HEAD", "POST"])
@file_reports
@transaction.atomic
def results(request: SignedInRequest, pk: int) -> HttpResponse:
    """Enter result, attendance and tests of each participant."""
    cohort = get_object_or_404(Cohort.objects.editable_by(request.user).for_lists(), pk=pk)
    if request.method != "POST" and not cohort.closing.is_open:
        return redirect("trainings:cohort-detail", cohort.pk)
    sent = request.POST if request.method == "POST" else None
    if sent is not None:
        # Held from here on, so that what the page is compared with is what it is written over.
        open_report(cohort)
    people, open_now = list(cohort.participants.shown()), unlocked(cohort.closing)
    rows = [(person, person) for person in people if open_now.allows(person.pk, "result")]
    form_of = FormOf(request.user.pk, cohort.pk, FormDraft.Kind.RESULTS)
    draft = form_of.kept() if sent is None else None
    is_continued = draft is not None and CONTINUE in request.GET
    typed = as_sent(draft) if draft and is_continued else sent
    forms = RowForms(ReportKind.CLOSING, rows, typed)
    if sent is not None and not forms.faulty:
        _say_saved(request, entries.record_results(cohort, forms.sent()))
        form_of.forget()
        return redirect(request.path if forms.is_filling else cohort.closing.get_absolute_url())
    flags = CohortReportFlag.objects.visible_to(request.user).standing()
    note_flags([person for person, _row in rows], flags.filter(transition__report=cohort.closing))
    locked = [person for person in people if not open_now.allows(person.pk, "result")]
    context = {
        "cohort": cohort, "forms": forms, "kind": ReportKind.CLOSING, "form_of": form_of,
        "locked": locked, "is_continued": is_continued,
        "drafts": [(form_of, draft)] if draft else [],
    }  # fmt: skip
    status = 400 if sent is not None else 200
    return render(request, "trainings/cohort_results.html", context, status=status)


@require_POST
@file_reports
def latecomers(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep why participants were added after the opening report."""
    cohort = get_object_or_404(Cohort.objects.editable_by(request.user).for_lists(), pk=pk)
    forms = LateForms(cohort.closing.latecomers, request.POST)
    if forms.faulty:
        return cohort_page(request, pk, status=400, late_forms=forms)
    entries.explain_latecomers(cohort, forms.reasons())
    messages.success(request, gettext("The reasons are saved."))
    return redirect(reverse("trainings:cohort-detail", args=[pk]) + "#menyusul")


def part_page(
    request: SignedInRequest,
    report: CohortReport,
    forms: RowForms | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """The page of one report beside the closing report: what it says, what lacks, its log."""
    note_reading(request.user, f"trainings.cohort:{report.cohort_id}")
    files = may_file(request.user, report.cohort_id)
    is_editable = files and report.is_open
    missing = report.missing_to_submit() if report.is_open else []
    context: dict[str, Any] = {
        "report": report,
        "cohort": report.cohort,
        "cohort_page": reverse("trainings:cohort-detail", args=[report.cohort_id]),
        "is_editable": is_editable,
        "may_withdraw": files and report.status == CohortReport.Status.SUBMITTED,
        "missing": missing,
        **locks_of(report, request.user),
    }
    if report.kind == ReportKind.OPENING:
        context |= parts.summary(report)
    else:
        context["entries"] = rows = parts.entries(report)
        is_asked = not any(item.anchor == "penutupan" for item in missing)
        if is_editable and is_asked:
            context["forms"] = forms or RowForms(report.kind, rows)
    return render(request, "trainings/part_detail.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def part_detail(request: SignedInRequest, pk: int, kind: ReportKind) -> HttpResponse:
    """One report of a cohort; a POST enters what it asks of each participant."""
    reports = CohortReport.objects.visible_to(request.user).for_lists().with_log()
    report = get_object_or_404(reports, cohort=pk, kind=kind)
    if request.method != "POST":
        return part_page(request, report)
    return _record(request, report)


@file_reports
def _record(request: SignedInRequest, report: CohortReport) -> HttpResponse:
    if report.kind == ReportKind.OPENING:
        return redirect(report)
    forms = RowForms(report.kind, parts.entries(report), request.POST)
    if forms.faulty:
        return part_page(request, report, forms, status=400)
    _say_saved(request, entries.record_outcomes(report, forms.sent()))
    return redirect(report)
