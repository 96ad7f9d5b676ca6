"""The operator's answers to what a reviewer flagged."""

from collections import defaultdict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import SignedInRequest
from trainings.answering import form_of_answers
from trainings.drafts import keeps_typing
from trainings.entry_views import part_page
from trainings.filing import file_reports
from trainings.flag_answers import answer_flags
from trainings.flag_forms import AnswerForm, answer_forms
from trainings.models import CohortReport, ReportKind
from trainings.models.flag import ROW
from trainings.roster import remove
from trainings.unlocking import OF_ROSTER
from trainings.views import cohort_page


@keeps_typing
@require_POST
@file_reports
def flags_answer(
    request: SignedInRequest, pk: int, kind: ReportKind = ReportKind.CLOSING
) -> HttpResponse:
    """Store what was mended in flagged rows and why the rest is right; faults come back."""
    reports = CohortReport.objects.editable_by(request.user).for_lists().with_log([kind])
    report = get_object_or_404(reports, cohort=pk, kind=kind)
    forms = answer_forms(report, report.standing_flags, request.POST)
    faulty = _stored(report, forms, by=request.user)
    for flag in report.standing_flags if kind in OF_ROSTER else ():
        # Only a flag on the whole row offers this: the row is no participant.
        if flag.field == ROW and request.POST.get("remove") == str(flag.pk) and flag.participant:
            remove(report.cohort, flag.participant)
    if faulty:
        return _page(request, report, faulty)
    form_of_answers(request, report).forget()
    place = "tanda" if report.standing_flags else ""
    messages.success(request, gettext("The corrections and answers are saved."), extra_tags=place)
    return redirect(report.get_absolute_url() + "#tanda")


def _page(request: SignedInRequest, report: CohortReport, faulty: list[AnswerForm]) -> HttpResponse:
    """The page on which the flags stand, with what was typed and what is wrong with it."""
    if report.kind == ReportKind.CLOSING:
        return cohort_page(request, report.cohort_id, status=400, faulty_answers=faulty)
    return part_page(request, report, status=400, faulty_answers=faulty)


def _stored(report: CohortReport, forms: list[AnswerForm], *, by: User) -> list[AnswerForm]:
    """Store what is right; returns the forms with faults, to be shown as they were typed."""
    valid = [form for form in forms if form.is_valid()]
    values: dict[int, dict[str, str]] = defaultdict(dict)
    for form in valid:
        person = form.flag.participant_id
        if person and (typed := form.typed()):
            values[person] |= typed
    answers = {form.flag.pk: form.cleaned_data["answer"] for form in valid}
    faults = answer_flags(report, values, answers, by=by, today=timezone.localdate())
    for person, found in faults.items():
        own = [form for form in valid if form.flag.participant_id == person]
        shown = {name for form in own for name in form.fields}
        for form in own:
            form.show(fault for fault in found if fault.field in form.fields)
        own[0].show(fault for fault in found if fault.field not in shown)
    return [form for form in forms if form.errors]
