"""The page of one obligation, and what operators and staff say about it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.accounts.roles import Reach
from blk_portal.formats import long_date
from blk_portal.reporting.forms import ExtendForm, ReasonForm, UndoZeroForm, ZeroForm
from blk_portal.reporting.messenger import messenger_url, owed_message
from blk_portal.reporting.models import Obligation
from blk_portal.reporting.obligation import ObligationQuerySet
from blk_portal.reporting.refusals import Refused
from incubators.models import IncubationReport
from institutions.recording import Record, recorded
from trainings.models import Cohort, CohortReport
from trainings.periods import in_period


def _one(rows: ObligationQuerySet, pk: int) -> Obligation:
    return get_object_or_404(rows.for_lists(), pk=pk)


def _answerable(request: SignedInRequest) -> ObligationQuerySet:
    return Obligation.objects.visible_to(request.user).answerable_by(request.user)


@require_safe
def duty_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is owed, where it stands, what became of it, and what the person may do about it."""
    duty = _one(Obligation.objects.visible_to(request.user), pk)
    return _detail_page(request, duty, ZeroForm())


def _detail_page(request: SignedInRequest, duty: Obligation, form: ZeroForm) -> HttpResponse:
    user = request.user
    own, manageable = user.spec.reach == Reach.OWN, Obligation.objects.editable_by(user)
    reports = CohortReport.objects.visible_to(user).for_lists().filter(obligation=duty)
    text = "" if own or not duty.is_outstanding else owed_message(duty.institution, [duty])
    context = {
        "duty": duty,
        "form": form,
        "report": reports.first(),
        "cohorts": _cohorts(request, duty),
        "quarter": IncubationReport.objects.visible_to(user).filter(obligation=duty).first()
        if duty.kind == Obligation.Kind.INCUBATION_QUARTER
        else None,
        "steps": list(duty.steps.select_related("by")),
        # A reason may name a training or a person: for those who work with the reports.
        "sees_reasons": user.spec.sees_cohorts,
        "may_manage": manageable.filter(pk=duty.pk).exists(),
        "may_answer": own and duty.may_be_zero,
        "message": text,
        "messenger_url": messenger_url(duty.institution, text) if text else "",
    }
    status = 400 if form.errors else 200
    return render(request, "progress/duty_detail.html", context, status=status)


def _cohorts(request: SignedInRequest, duty: Obligation) -> list[Cohort]:
    """The trainings of a period, as far as they are open to the person."""
    if duty.kind != Obligation.Kind.TRAINING_PERIOD:
        return []
    held = in_period(duty.programme_year, *duty.period)
    visible = Cohort.objects.visible_to(request.user).for_lists()
    return list(visible.filter(held, institution=duty.institution).order_by("ends_on", "pk"))


@require_POST
def duty_zero(request: SignedInRequest, pk: int) -> HttpResponse:
    """The one click of an operator: nothing to report of this period."""
    duty = _one(_answerable(request), pk)
    form = ZeroForm(request.POST)
    if not form.is_valid():
        return _detail_page(request, duty, form)
    try:
        duty.confirm_zero(by=request.user, **form.cleaned_data)
    except Refused as refusal:
        messages.error(request, f"{refusal.message} {refusal.cure}")
        return redirect("progress:duty-detail", pk)
    text = gettext("Confirmed: no training in %(days)s. You can undo it until %(date)s.")
    if duty.is_past_due:
        text = gettext("Confirmed: no training in %(days)s.")
    if duty.kind == Obligation.Kind.INCUBATION_QUARTER:
        text = gettext("Confirmed: nothing to report of %(days)s.")
    messages.success(request, text % {"days": duty.days, "date": long_date(duty.due_on)})
    return redirect("progress:home")


@require_http_methods(["GET", "HEAD", "POST"])
def duty_zero_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the zero back: one click until the due date has passed, afterwards with a reason."""
    duty = _one(_answerable(request), pk)
    if request.method == "POST" and not duty.is_past_due:
        try:
            duty.undo_zero(by=request.user)
        except Refused as refusal:
            messages.error(request, f"{refusal.message} {refusal.cure}")
        else:
            messages.success(request, gettext("Taken back. The period is open again."))
        return redirect("progress:duty-detail", pk)
    form, done = (
        UndoZeroForm(request.POST or None),
        gettext("Taken back. The period is open again."),
    )
    return recorded(
        request, duty.institution, form, _record(duty, gettext("Take the zero back"), done),
        refusals=Refused,
        act=lambda: duty.undo_zero(by=request.user, **form.cleaned_data),
    )  # fmt: skip


def _record(duty: Obligation, title: str, done: str) -> Record:
    return Record(
        page=title, title=title, intro=str(duty), button=title, done=done,
        back_url=reverse("progress:duty-detail", args=[duty.pk]), back_label=duty.label,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def duty_extend(request: SignedInRequest, pk: int) -> HttpResponse:
    """Move the due date to a later day, with a reason."""
    duty = _one(Obligation.objects.editable_by(request.user), pk)
    form = ExtendForm(request.POST or None)
    record = _record(duty, gettext("Extend the due date"), gettext("The due date is extended."))
    return recorded(
        request, duty.institution, form, record, refusals=Refused,
        act=lambda: duty.extend(by=request.user, **form.cleaned_data),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def duty_excuse(request: SignedInRequest, pk: int) -> HttpResponse:
    """Expect this report no longer, with a reason."""
    duty = _one(Obligation.objects.editable_by(request.user), pk)
    form = ReasonForm(request.POST or None)
    record = _record(duty, gettext("Expect it no longer"), gettext("It is no longer expected."))
    return recorded(
        request, duty.institution, form, record, refusals=Refused,
        act=lambda: duty.excuse(by=request.user, **form.cleaned_data),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def duty_expect(request: SignedInRequest, pk: int) -> HttpResponse:
    """Expect this report again after all, with a reason."""
    duty = _one(Obligation.objects.editable_by(request.user), pk)
    form = ReasonForm(request.POST or None)
    record = _record(duty, gettext("Expect it again"), gettext("It is expected again."))
    return recorded(
        request, duty.institution, form, record, refusals=Refused,
        act=lambda: duty.expect_again(by=request.user, **form.cleaned_data),
    )  # fmt: skip
