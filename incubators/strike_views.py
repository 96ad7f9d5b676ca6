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
from incubators.forms import ReasonForm, ReplaceForm, StrikeForm
from incubators.models import Incubator
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

    One that was struck off already is offered the replacement alone, while its place is free.
    """
    incubator = incubator_to_move(request, pk)
    successor = incubator.round.next_in_reserve()
    is_off = incubator.stage == Stage.STRUCK_OFF
    waiting = incubator.round.reserve()
    initial = {
        "on": today_in_jakarta(), "successor": successor,
        "then": StrikeForm.REPLACE if successor else StrikeForm.LEAVE,
    }  # fmt: skip
    kind = ReplaceForm if is_off else StrikeForm
    form = kind(request.POST or None, waiting=waiting, initial=initial)
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


def _act(request: SignedInRequest, incubator: Incubator, given: dict[str, Any]) -> None:
    successor = given["successor"]
    if incubator.stage == Stage.STRUCK_OFF:
        successor.take_place_of(incubator, by=request.user, on=given["on"])
    else:
        incubator.strike_off(
            by=request.user, on=given["on"], reason=given["reason"], successor=successor
        )
    told = {"name": incubator, "successor": successor}
    if successor is None:
        messages.success(request, gettext("Struck off: %(name)s. Its place is free.") % told)
    else:
        text = gettext("%(successor)s has taken the place of %(name)s.")
        messages.success(request, text % told)


def _context(incubator: Incubator, successor: Incubator | None, form: Any) -> dict[str, Any]:
    """What the page shows before anything happens: how many count before and after."""
    taken = incubator.round.taken()
    counted = incubator.stage in COUNTING
    return {
        "incubator": incubator,
        "round": incubator.round,
        "successor": successor,
        "skipped": _skipped(incubator, successor),
        "form": form,
        "is_off": incubator.stage == Stage.STRUCK_OFF,
        "taken": taken,
        "counted": counted,
        "after": taken - counted,
        "after_replaced": taken - counted + 1,
    }


def _skipped(incubator: Incubator, successor: Incubator | None) -> list[tuple[Incubator, str]]:
    """Those before the next one on the reserve list, and why each is passed over."""
    rows = []
    for row in incubator.round.reserve().select_related("institution"):
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
