"""The operator's pages of what is entered participant by participant, and of each single report."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import number
from blk_portal.privacy.models import note_reading
from trainings import entries
from trainings.answering import answers_of
from trainings.drafts import CONTINUE, FormOf, as_sent, keeps_typing
from trainings.filing import file_reports, may_file
from trainings.flag_forms import AnswerForm
from trainings.flagged import note_flags
from trainings.locks import locks_of
from trainings.models import (
    Cohort,
    CohortReport,
    CohortReportFlag,
    FormDraft,
    Participant,
    ReportKind,
    parts,
)
from trainings.roster import open_report
from trainings.row_forms import ROWS, LateForms, RowForms
from trainings.unlocking import OF_ROSTER, Unlocked, unlocked
from trainings.views import cohort_page

# The button that leads on to sending belongs to the form of rows: it saves them first.
SEND = "kirim"


def _typed(request: SignedInRequest, form_of: FormOf) -> tuple[QueryDict | None, dict[str, Any]]:
    """What a form of rows is filled with: what was sent, or a draft that the person goes on with.

    With it what its page shows of drafts.
    """
    sent = request.POST if request.method == "POST" else None
    draft = form_of.kept() if sent is None else None
    is_continued = draft is not None and CONTINUE in request.GET
    typed = as_sent(draft) if draft and is_continued else sent
    drafts = [(form_of, draft)] if draft else []
    return typed, {"form_of": form_of, "is_continued": is_continued, "drafts": drafts}


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
    rows = [(person, person) for person in cohort.participants.shown()]
    typed, drafted = _typed(request, FormOf(request.user.pk, cohort.pk, FormDraft.Kind.RESULTS))
    forms = RowForms(ReportKind.CLOSING, rows, typed, open_now=unlocked(cohort.closing))
    if sent is not None and not forms.faulty:
        _say_saved(request, entries.record_results(cohort, forms.sent()))
        drafted["form_of"].forget()
        return redirect(request.path if forms.is_filling else cohort.closing.get_absolute_url())
    flags = CohortReportFlag.objects.visible_to(request.user).standing()
    own = flags.filter(transition__report=cohort.closing)
    note_flags([form.person for form in forms.forms], own.with_values([ReportKind.CLOSING]))
    context = {"cohort": cohort, "forms": forms, "kind": ReportKind.CLOSING, **drafted}
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
    place = "menyusul" if forms.forms else ""
    messages.success(request, gettext("The reasons are saved."), extra_tags=place)
    return redirect(reverse("trainings:cohort-detail", args=[pk]) + "#menyusul")


def part_page(
    request: SignedInRequest,
    report: CohortReport,
    *,
    status: int = 200,
    faulty_answers: Sequence[AnswerForm] = (),
    **sent: Any,
) -> HttpResponse:
    """The page of one report beside the closing report: what it says, what lacks, its log.

    faulty_answers, sent: the answers or the form of rows that came back.
    """
    note_reading(request.user, f"trainings.cohort:{report.cohort_id}")
    files = may_file(request.user, report.cohort_id)
    is_editable = files and report.is_open
    rows = parts.entries(report) if report.kind not in OF_ROSTER else None
    missing = report.missing_to_submit(entered=rows) if report.is_open else []
    flags = report.standing_flags
    context: dict[str, Any] = {
        "report": report,
        "cohort": report.cohort,
        "cohort_page": reverse("trainings:cohort-detail", args=[report.cohort_id]),
        "is_editable": is_editable,
        "may_withdraw": files and report.status == CohortReport.Status.SUBMITTED,
        "missing": missing,
        "flags": flags,
        **answers_of(request, report, faulty_answers),
        **locks_of(report, request.user),
    }
    if rows is None:
        context["takes_off"] = report.cohort.closing.is_open
        context |= parts.summary(report)
        note_flags(context["participants"], flags)
    else:
        context["entries"] = rows
        note_flags([person for person, _row in rows], flags)
        is_asked = not any(item.anchor == "penutupan" for item in missing)
        if is_editable and is_asked:
            form_of = FormOf(request.user.pk, report.cohort_id, report.kind)
            open_now = context["open_now"]
            apart = _not_answered(rows, context["answer_forms"], open_now, report.kind)
            context |= _rows_of(request, form_of, apart, open_now)
    return render(request, "trainings/part_detail.html", context | sent, status=status)


def _not_answered(
    rows: parts.Entries, answers: Sequence[AnswerForm], open_now: Unlocked, kind: str
) -> parts.Entries:
    """The rows but for those of which all that is open is mended beside the flags already."""
    if open_now.everything:
        return rows
    beside = {(form.flag.participant_id, name) for form in answers for name in form.fields}

    def is_apart(person: Participant) -> bool:
        names = [name for name in ROWS[kind].base_fields if open_now.allows(person.pk, name)]
        return not names or any((person.pk, name) not in beside for name in names)

    return [(person, row) for person, row in rows if is_apart(person)]


def _rows_of(
    request: SignedInRequest, form_of: FormOf, rows: parts.Entries, open_now: Unlocked
) -> dict[str, Any]:
    """The form of rows as it is stored, or as it was typed before."""
    if request.method == "POST":
        # Something else on the page came back: the form of rows stands as it is stored.
        return {"forms": RowForms(form_of.kind, rows, open_now=open_now), "form_of": form_of}
    typed, drafted = _typed(request, form_of)
    return {"forms": RowForms(form_of.kind, rows, typed, open_now=open_now), **drafted}


@keeps_typing
@require_http_methods(["GET", "HEAD", "POST"])
def part_detail(request: SignedInRequest, pk: int, kind: ReportKind) -> HttpResponse:
    """One report of a cohort; a POST enters what it asks of each participant."""
    kinds = (kind, ReportKind.CLOSING)
    visible = CohortReport.objects.visible_to(request.user).for_lists().with_log(kinds)
    drafted = visible.with_draft(request.user, FormDraft.Kind.ANSWERS)
    both = drafted.filter(cohort=pk, kind__in=kinds)
    reports = {report.kind: report for report in both}
    if (report := reports.get(kind)) is None:
        raise Http404
    if ReportKind.CLOSING in reports:
        report.cohort.closing = reports[ReportKind.CLOSING]
    if request.method != "POST":
        return part_page(request, report)
    return _record(request, report)


@file_reports
@transaction.atomic
def _record(request: SignedInRequest, report: CohortReport) -> HttpResponse:
    if report.kind == ReportKind.OPENING:
        return redirect(report)
    # Held from here on, so that what the page is compared with is what it is written over.
    entries.hold_open(report)
    form_of = FormOf(request.user.pk, report.cohort_id, report.kind)
    rows = parts.entries(report)
    forms = RowForms(report.kind, rows, request.POST, open_now=unlocked(report))
    if forms.faulty:
        return part_page(request, report, status=400, forms=forms, form_of=form_of)
    changed = entries.record_outcomes(report, forms.sent())
    form_of.forget()
    is_sending = SEND in request.POST
    if changed or not is_sending:
        _say_saved(request, changed)
    if is_sending:
        return redirect("trainings:part-submit", report.cohort_id, report.kind)
    return redirect(request.path if forms.is_filling else report)
