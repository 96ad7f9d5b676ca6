"""How reviewers carry out what the selection decided: ranks, and the steps between the stages."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import number, today_in_jakarta
from blk_portal.reporting.refusals import Refused
from incubators.forms import RankForm, VerbForm
from incubators.models import Incubator, gates
from incubators.stages import MOVES, STRIKE_OFF
from incubators.strike_views import incubator_to_move
from institutions.recording import Record, recorded


def _record(incubator: Incubator, title: str, *, button: str, done: str, intro: str) -> Record:
    return Record(
        page=button, title=title, button=button, done=done, intro=intro,
        back_url=reverse("incubators:incubator-detail", args=[incubator.pk]),
        back_label=gettext("Incubator"),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def incubator_move(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """Record one step of an incubator with its day; the strike-off has a page of its own."""
    incubator = incubator_to_move(request, pk)
    if verb not in MOVES or verb == STRIKE_OFF:
        raise Http404
    move = MOVES[verb]
    if request.method != "POST" and verb not in incubator.possible_moves():
        return _closed(request, incubator, verb)
    form = VerbForm(request.POST or None, move=move, initial={"on": today_in_jakarta()})
    told = {
        "name": incubator.in_full(),
        "stage": incubator.get_stage_display(),
        "step": move.label,
        "taken": number(incubator.round.taken()),
        "places": number(incubator.round.places),
    }
    intro = [gettext("%(name)s stands at “%(stage)s”.") % told]
    if verb == "select":
        intro.append(gettext("%(taken)s of the %(places)s places of the round are taken.") % told)
    if not form.is_bound and (against := gates.hindrance(incubator, verb)):
        intro += [gettext("Refused as of today:"), against.message, against.cure]
    record = _record(
        incubator, gettext("%(step)s: %(name)s") % told, button=str(move.label),
        done=gettext("The step is recorded."), intro=" ".join(intro),
    )  # fmt: skip
    return recorded(
        request, incubator.institution, form, record, refusals=Refused,
        act=lambda: incubator.move(verb, by=request.user, **form.cleaned_data),
    )  # fmt: skip


def _closed(request: SignedInRequest, incubator: Incubator, verb: str) -> HttpResponse:
    """That a step does not start from the present stage, and which ones do: no form to fill in."""
    refusal = gates.wrong_stage(incubator)
    context = {
        "incubator": incubator, "institution": incubator.institution,
        "step": MOVES[verb].label, "refusal": refusal,
    }  # fmt: skip
    return render(request, "incubators/step_closed.html", context, status=refusal.status)


@require_http_methods(["GET", "HEAD", "POST"])
def incubator_rank(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write down what the selection decided of a candidate: rank, score, place on the reserve."""
    incubator = incubator_to_move(request, pk)
    if not request.user.has_perm("incubators.change_incubator"):
        raise PermissionDenied(gettext("Your role ranks no candidates."))
    decided = {name: getattr(incubator, name) for name in RankForm.base_fields}
    form = RankForm(request.POST or None, initial=decided)
    record = _record(
        incubator, gettext("Rank of %(name)s") % {"name": incubator},
        button=gettext("Store the rank"), done=gettext("The rank is stored."),
        intro=gettext("As the decree says. It stays as it is once the institution is selected."),
    )  # fmt: skip
    return recorded(
        request, incubator.institution, form, record, refusals=Refused,
        act=lambda: incubator.put_in_order(by=request.user, **form.cleaned_data),
    )  # fmt: skip
