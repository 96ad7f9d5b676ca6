"""The form of answers to flags: as it is stored, as it came back, or as it was typed before."""

from collections.abc import Sequence
from typing import Any

from blk_portal.accounts.requests import SignedInRequest
from trainings.drafts import CONTINUE, FormOf, as_sent
from trainings.flag_forms import AnswerForm, answer_forms
from trainings.models import CohortReport, FormDraft


def form_of_answers(request: SignedInRequest, report: CohortReport) -> FormOf:
    """The form in which this person answers the flags of a report."""
    kind = FormDraft.Kind.ANSWERS
    return FormOf(request.user.pk, report.cohort_id, kind, report=report.pk)


def answers_of(
    request: SignedInRequest, report: CohortReport, faulty: Sequence[AnswerForm] = ()
) -> dict[str, Any]:
    """What the page of a report shows of the answers; wants `with_log()` and `with_draft()`.

    faulty: the answers that came back.
    """
    form_of = form_of_answers(request, report)
    came_back = {form.flag.pk: form for form in faulty}
    forms = [
        came_back.get(form.flag.pk, form) for form in answer_forms(report, report.standing_flags)
    ]
    draft = form_of.beside(report) if forms and not faulty else None
    is_continued = draft is not None and CONTINUE in request.GET
    if draft and is_continued:
        typed = as_sent(draft)
        for form in forms:
            form.go_on_with(typed)
    return {
        "answer_forms": forms,
        "faulty_answers": faulty,
        "answers_form": form_of,
        "answers_drafts": [(form_of, draft)] if draft else [],
        "answers_continued": is_continued,
    }
