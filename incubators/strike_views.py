"""How reviewers strike an incubator off, fill its place, and take a mistaken step back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import long_date, today_in_jakarta
from blk_portal.reporting.refusals import Refused
from incubators.forms import DropForm, ReasonForm, ReplaceForm, StrikeForm
from incubators.leaving import left_by
from incubators.models import Incubator, gates
from incubators.stages import COUNTING, Stage
from institutions.recording import Record, recorded


def incubator_to_move(request: SignedInRequest, pk: int) -> Incubator:
    """The incubator of the address; 404 outside the person's rows, 403 without the right."""
    visible = Incubator.objects.visible_to(request.user).select_related(
        "institution__regency__province", "round__programme_year"
    )
    incubator = get_object_or_404(visible, pk=pk)
    if not request.user.has_perm("incubators.move_incubator"):
        raise PermissionDenied(gettext("Your role records no steps of incubators."))
    return incubator


@require_http_methods(["GET", "HEAD", "POST"])
def incubator_strike(request: SignedInRequest, pk: int) -> HttpResponse:
    """Strike one off, with the next of the reserve list in its place; the page shows both first.

    One of the short list leaves no place. One that was struck off already is offered the
    replacement alone, while it left a place that is free.
    """
    incubator = incubator_to_move(request, pk)
    successor = incubator.round.next_in_reserve()
    initial = {
        "on": today_in_jakarta(), "successor": successor,
        "then": StrikeForm.REPLACE if successor else StrikeForm.LEAVE,
    }  # fmt: skip
    form = _form_of(incubator)(request.POST or None, round_=incubator.round, initial=initial)
    refusal, status = None, 400 if form.is_bound else 200
    if form.is_valid():
        try:
            _act(request, incubator, form.cleaned_data)
        except Refused as reason:
            refusal, status = reason, reason.status
            incubator.refresh_from_db()
        else:
            return redirect("incubators:incubator-detail", pk=incubator.pk)
    context = _context(incubator, successor, form) | {"refusal": refusal}
    return render(request, "incubators/incubator_strike.html", context, status=status)


def _form_of(incubator: Incubator) -> type[ReplaceForm | StrikeForm | DropForm]:
    if incubator.stage == Stage.STRUCK_OFF:
        return ReplaceForm
    return StrikeForm if incubator.stage in COUNTING else DropForm


def _act(request: SignedInRequest, incubator: Incubator, given: dict[str, Any]) -> None:
    successor: Incubator | None = given.get("successor")
    had_place = incubator.stage in COUNTING
    if successor is not None and incubator.stage == Stage.STRUCK_OFF:
        successor.take_place_of(incubator, by=request.user, on=given["on"])
    else:
        incubator.strike_off(
            by=request.user, on=given["on"], reason=given["reason"], successor=successor
        )
    told = {"name": incubator.in_full(), "successor": successor and successor.in_full()}
    if successor is not None:
        text = gettext("%(successor)s has taken the place of %(name)s.")
    elif had_place:
        text = gettext("Struck off: %(name)s. Its place is free.")
    else:
        text = gettext("Struck off the short list: %(name)s. No place has changed.")
    messages.success(request, text % told)


def _context(incubator: Incubator, successor: Incubator | None, form: Any) -> dict[str, Any]:
    """What the page shows before anything happens: how many count before and after."""
    taken = incubator.round.taken()
    counted = incubator.stage in COUNTING
    is_off = incubator.stage == Stage.STRUCK_OFF
    closed = gates.vacancy_hindrance(incubator) if is_off else None
    taker = successor if counted or (is_off and closed is None) else None
    return {
        "incubator": incubator,
        "round": incubator.round,
        "successor": taker,
        "skipped": _skipped(incubator, successor) if counted or taker else [],
        "form": form,
        "is_off": is_off,
        "closed": closed,
        "lacks_successor": taker is None and (counted or (is_off and closed is None)),
        "left": None if is_off else left_by(incubator),
        "taken": taken,
        "counted": counted,
        "after": taken - counted + (taker is not None),
    }


def _skipped(incubator: Incubator, successor: Incubator | None) -> list[tuple[Incubator, str]]:
    """Those before the next one on the reserve list, and why each is passed over."""
    rows = []
    for row in incubator.round.reserve().select_related("institution__regency"):
        if successor is not None and row.pk == successor.pk:
            break
        rows.append((row, " ".join(str(bar.label) for bar in row.bars())))
    return rows


@require_http_methods(["GET", "HEAD", "POST"])
def step_undo(request: SignedInRequest, pk: int, step: int) -> HttpResponse:
    """Undo the last step, recorded by mistake; it stays readable with the reason."""
    incubator = incubator_to_move(request, pk)
    taken = get_object_or_404(incubator.transitions, pk=step)
    form = ReasonForm(request.POST or None)
    told = {
        "step": str(taken), "day": long_date(taken.happened_on),
        "before": taken.get_from_stage_display(),
    }  # fmt: skip
    record = Record(
        page=gettext("Undo a step"),
        title=gettext("Undo “%(step)s” of %(day)s?") % told,
        intro=gettext(
            "The incubator goes back to “%(before)s”. The step stays readable with your reason."
        ) % told,
        button=gettext("Undo the step"),
        done=gettext("Undone: %(step)s. The stage is “%(before)s” again.") % told,
        back_url=reverse("incubators:incubator-detail", args=[pk]),
        back_label=gettext("Incubator"),
    )  # fmt: skip
    return recorded(
        request, incubator.institution, form, record, refusals=Refused,
        act=lambda: incubator.undo(taken, by=request.user, reason=form.cleaned_data["reason"]),
    )  # fmt: skip
