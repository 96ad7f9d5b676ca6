"""Asking for a row to be unlocked, and the reviewer's answer."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.privacy.validators import without_nik
from blk_portal.reporting.refusals import Refused
from trainings.filing import file_reports
from trainings.models import Cohort, CohortReport, Participant, ReportKind, UnlockRequest, parts
from trainings.queue_views import verify_reports
from trainings.unlocking import Unlocked, ask_to_unlock, lock_of, unlocked

WHOLE = "laporan"


class AskForm(forms.Form):
    """Which row is to be unlocked, and why."""

    place = forms.ChoiceField(
        label=_("What is to be changed?"),
        error_messages={"required": _("Choose a row, or the report as a whole.")},
    )
    reason = forms.CharField(
        label=_("Why is it to be changed?"), max_length=500, validators=[without_nik],
        help_text=_("Without names and NIKs. The reviewer reads it."),
        error_messages={"required": _("Write the reason in one sentence.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(
        self, people: list[Participant], open_now: Unlocked, data: QueryDict | None = None,
        **options: Any,
    ) -> None:  # fmt: skip
        super().__init__(data, **options)
        self.people = {str(person.pk): person for person in people}
        rows = [
            (str(person.pk), f"{person.roster_row or '–'}. {person.name}")
            for person in people
            if not open_now.allows(person.pk)
        ]
        whole = (WHOLE, _("The report as a whole, for example to add a row"))
        field: Any = self.fields["place"]
        field.choices = [("", _("Choose")), *rows, whole]


@require_http_methods(["GET", "HEAD", "POST"])
@file_reports
def ask(request: SignedInRequest, pk: int, kind: ReportKind = ReportKind.CLOSING) -> HttpResponse:
    """Ask the reviewer to unlock a row that was not flagged."""
    reports = CohortReport.objects.editable_by(request.user).for_lists()
    report = get_object_or_404(reports, cohort=pk, kind=kind)
    open_now = unlocked(report)
    if request.method != "POST" and (open_now.everything or not report.is_open):
        return redirect(report)
    form = AskForm(
        parts.people_of(report), open_now, request.POST if request.method == "POST" else None,
        initial={"place": request.GET.get("baris", "")},
    )  # fmt: skip
    if form.is_valid():
        person = form.people.get(form.cleaned_data["place"])
        ask_to_unlock(report, person, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, gettext("The reviewer sees your request."))
        return redirect(report.get_absolute_url() + "#kunci")
    context = {"report": report, "cohort": report.cohort, "form": form}
    status = 400 if form.is_bound else 200
    return render(request, "trainings/unlock_ask.html", context, status=status)


def asking_page(cohort: Cohort, person: Participant | None) -> str:
    """Where one asks for a row of the roster, or for a new one: of the report that locks it."""
    report = cohort.closing
    if report.kind not in lock_of([report.pk]) and report.opening is not None:
        report = report.opening
    return f"{report.unlock_url}?baris={person.pk if person else WHOLE}"


class AnswerRequestForm(forms.Form):
    """What the reviewer answers to a request."""

    GRANT, DECLINE = "grant", "decline"
    answer = forms.ChoiceField(
        label=_("What is your answer?"),
        choices=[(GRANT, _("Unlock")), (DECLINE, _("Leave locked"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose an answer first.")},
    )
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=500, validators=[without_nik],
        help_text=_("Needed when the row stays locked. The operator reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@verify_reports
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Grant or decline an operator's request to change a row that was not flagged."""
    wishes = UnlockRequest.objects.visible_to(request.user).for_lists()
    wish = get_object_or_404(wishes.select_related("transition__report__cohort"), pk=pk)
    form = AnswerRequestForm(request.POST or None)
    if form.is_valid():
        is_granted = form.cleaned_data["answer"] == form.GRANT
        try:
            wish.decide(by=request.user, is_granted=is_granted, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.add_error(None, f"{refusal.message} {refusal.cure}")
            return _answer_page(request, wish, form, status=refusal.status)
        text = gettext("The row stays locked; the operator reads your reason.")
        messages.success(request, gettext("The row is unlocked.") if is_granted else text)
        return redirect("trainings:report-review", wish.transition.report_id)
    return _answer_page(request, wish, form, status=400 if form.is_bound else 200)


def _answer_page(
    request: SignedInRequest, wish: UnlockRequest, form: forms.Form, *, status: int
) -> HttpResponse:
    report = wish.transition.report
    context = {"wish": wish, "report": report, "cohort": report.cohort, "form": form}
    return render(request, "trainings/unlock_decide.html", context, status=status)
