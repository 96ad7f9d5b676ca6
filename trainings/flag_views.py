"""The operator's answers to what a reviewer flagged."""

from collections import defaultdict

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import SignedInRequest
from trainings.filing import file_reports
from trainings.flag_answers import answer_flags
from trainings.flag_forms import AnswerForm, answer_forms
from trainings.models import Cohort, CohortReport
from trainings.models.flag import ROW
from trainings.roster import remove
from trainings.views import cohort_page


@require_POST
@file_reports
def flags_answer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Store what was mended in flagged rows and why the rest is right; faults come back."""
    cohort = get_object_or_404(Cohort.objects.editable_by(request.user).for_lists(), pk=pk)
    report = get_object_or_404(
        CohortReport.objects.editable_by(request.user).closing().with_log(), cohort=cohort
    )
    forms = answer_forms(report.standing_flags, request.POST)
    faulty = _stored(cohort, forms, by=request.user)
    for flag in report.standing_flags:
        # Only a flag on the whole row offers this: the row is no participant.
        if flag.field == ROW and request.POST.get("remove") == str(flag.pk) and flag.participant:
            remove(cohort, flag.participant)
    if faulty:
        return cohort_page(request, pk, status=400, faulty_answers=faulty)
    messages.success(request, gettext("The corrections and answers are saved."))
    return redirect(reverse("trainings:cohort-detail", args=[pk]) + "#tanda")


def _stored(cohort: Cohort, forms: list[AnswerForm], *, by: User) -> list[AnswerForm]:
    """Store what is right; returns the forms with faults, to be shown as they were typed."""
    valid = [form for form in forms if form.is_valid()]
    values: dict[int, dict[str, str]] = defaultdict(dict)
    for form in valid:
        person = form.flag.participant_id
        if person and (typed := form.typed()):
            values[person] |= typed
    answers = {form.flag.pk: form.cleaned_data["answer"] for form in valid}
    faults = answer_flags(cohort, values, answers, by=by, today=timezone.localdate())
    for person, found in faults.items():
        own = [form for form in valid if form.flag.participant_id == person]
        shown = {name for form in own for name in form.fields}
        for form in own:
            form.show(fault for fault in found if fault.field in form.fields)
        own[0].show(fault for fault in found if fault.field not in shown)
    return [form for form in forms if form.errors]
