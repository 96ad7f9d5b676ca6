"""The page of an institution's assessments: its class, what it rests on, and the next one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from blk_portal.accounts.models import User, today
from blk_portal.accounts.requests import SignedInRequest
from institutions.assessment_forms import AssessmentForm
from institutions.entry_forms import ReasonForm
from institutions.maturity import REACHED_BY_CRITERIA, next_class
from institutions.models import Assessment, AssessmentAnswer, AssessmentCriterion, Institution
from institutions.models.assessment import NOT_ASSESSED, AssessmentRefused, missing_for

PAGE = "institutions:assessment-list"


class PaperRefused(Exception):
    """A chosen file cannot be kept; the form says which and why. Nothing else is kept either."""


class AssessmentPage:
    """What the page of one institution knows: the assessments, and whether the person assesses."""

    def __init__(self, request: SignedInRequest, pk: int) -> None:
        user: User = request.user
        self.request = request
        self.institution = get_object_or_404(
            Institution.objects.visible_to(user).for_lists(), pk=pk
        )
        rows = Assessment.objects.visible_to(user).filter(institution=self.institution)
        found = list(rows.with_answers())
        self.draft = next((row for row in found if not row.is_final), None)
        self.history = [row for row in found if row.is_final]
        standing = [row for row in self.history if row.withdrawn_at is None]
        self.current = next((row for row in standing if row.assessed_on <= today()), None)
        self.may_assess = (
            Institution.objects.editable_by(user).contains(self.institution)
            and self.institution.status not in NOT_ASSESSED
        )
        self.criteria = self._criteria_to_answer() if self.may_assess else []

    def _criteria_to_answer(self) -> list[AssessmentCriterion]:
        """Those of the draft; for a new assessment those in force today."""
        everything = AssessmentCriterion.objects.all()
        year = self.draft.programme_year if self.draft else everything.year_in_force(today())
        if year is None:
            return []
        return list(everything.of_year(year).select_related("programme_year"))

    def form(self, *, is_final: bool = False) -> AssessmentForm | None:
        """The form for staff of the area; None where there is nothing to ask."""
        if not self.criteria:
            return None
        sent = (self.request.POST, self.request.FILES) if self.request.method == "POST" else ()
        return AssessmentForm(*sent, criteria=self.criteria, draft=self.draft, is_final=is_final)

    def answer(
        self, *, status: int = 200, form: AssessmentForm | None = None, **more: object
    ) -> HttpResponse:
        current = self.current
        context = {
            "institution": self.institution,
            "current": current,
            "draft": self.draft,
            "history": self.history,
            "may_assess": self.may_assess,
            "sees_evidence": self.request.user.spec.sees_papers,
            "groups": answers_by_class(current) if current else [],
            "form": form,
            "is_open": bool(self.draft or more or not current or (form and form.is_bound)),
            **self._next_step(),
        }
        return render(
            self.request, "institutions/assessment_list.html", context | more, status=status
        )

    def _next_step(self) -> dict[str, object]:
        """The class that comes next, and what lacks for it."""
        if self.current is None:
            return {}
        answers = list(self.current.answers.all())
        criteria = [answer.criterion for answer in answers]
        coming = next_class(criteria, self.current.maturity)
        if coming is None:
            return {}
        met = {answer.criterion_id for answer in answers if answer.is_met}
        return {"coming": coming, "missing": missing_for(criteria, met, coming)}


def answers_by_class(assessment: Assessment) -> list[tuple[object, list[AssessmentAnswer]]]:
    """What an assessment found, by the class that the criteria belong to."""
    answers = list(assessment.answers.all())
    groups = [
        (maturity.label, [one for one in answers if one.criterion.maturity == maturity])
        for maturity in REACHED_BY_CRITERIA
    ]
    return [(label, rows) for label, rows in groups if rows]


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read the assessments of an institution; staff keep a draft, make it final or discard it."""
    page = AssessmentPage(request, pk)
    if request.method != "POST":
        return page.answer(form=page.form())
    if not page.may_assess:
        raise PermissionDenied(gettext("Your role does not assess institutions."))
    verb = request.POST.get("verb", "save")
    form = page.form(is_final=verb == "finalise")
    if form is None:
        return page.answer(status=409)
    try:
        if verb == "discard":
            return discard(page)
        if not form.is_valid():
            return page.answer(status=400, form=form)
        return keep(page, form)
    except PaperRefused:
        return page.answer(status=400, form=form)
    except AssessmentRefused as refusal:
        again = AssessmentPage(request, pk)
        form.brought_up_to_date(again.draft)
        return again.answer(status=409, form=form, refusal=refusal, other=again.draft)


@transaction.atomic
def keep(page: AssessmentPage, form: AssessmentForm) -> HttpResponse:
    """Keep what was sent as the draft, and make it final where that is asked."""
    user, institution = page.request.user, page.institution
    version = form.cleaned_data["version"]
    assessment = page.draft if page.draft and version else Assessment(
        institution=institution, programme_year=page.criteria[0].programme_year
    )  # fmt: skip
    facts = form.facts(institution=institution, by=user)
    answers = form.answers(institution=institution, by=user)
    if form.errors:
        raise PaperRefused
    assessment.record(answers, by=user, version=version, **facts)
    if form.is_final:
        assessment.finalise(by=user, version=assessment.version)
        text = gettext("The assessment is final: %(class)s.")
        messages.success(page.request, text % {"class": assessment.get_maturity_display()})
    else:
        messages.success(page.request, gettext("The draft is saved; it does not count yet."))
    return redirect(PAGE, institution.pk)


def discard(page: AssessmentPage) -> HttpResponse:
    """Throw the draft away that the person had before them."""
    sent = page.request.POST.get("version", "")
    if page.draft is None or not sent.isdigit():
        raise AssessmentRefused(gettext("There is no draft any more."))
    page.draft.discard(by=page.request.user, version=int(sent))
    messages.success(page.request, gettext("The draft is discarded."))
    return redirect(PAGE, page.institution.pk)


@require_POST
def assessment_withdraw(request: SignedInRequest, pk: int, assessment: int) -> HttpResponse:
    """Take a mistaken final assessment out of force, with a reason."""
    page = AssessmentPage(request, pk)
    rows = Assessment.objects.visible_to(request.user).exclude(finalised_at=None)
    mistaken = get_object_or_404(rows, pk=assessment, institution=page.institution)
    if not page.may_assess:
        raise PermissionDenied(gettext("Your role does not assess institutions."))
    reason = ReasonForm(request.POST)
    if not reason.is_valid():
        return page.answer(status=400, withdrawing=mistaken.pk, reason=reason)
    try:
        mistaken.withdraw(by=request.user, reason=reason.cleaned_data["reason"])
    except AssessmentRefused as refusal:
        return page.answer(status=409, refusal=refusal)
    messages.success(request, gettext("The assessment is withdrawn."))
    return redirect(PAGE, pk)
