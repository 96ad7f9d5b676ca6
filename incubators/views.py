"""The pages of incubators: the list with its stages, and each of them with its way and history."""

from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import today_in_jakarta
from incubators import standing
from incubators.counting import Figure, why_not
from incubators.filters import IncubatorFilter
from incubators.forms import PastForm
from incubators.gaps import gap_list
from incubators.models import (
    Criterion,
    Evidence,
    Incubator,
    IncubatorTransition,
    SelectionRound,
    StandingChange,
    gates,
)
from incubators.pipeline import stage_counts, steps
from incubators.stages import COUNTING, STRIKE_OFF, Stage
from incubators.tenant_page import tenancy_of
from institutions.listing import listing
from institutions.replacement import replacements

WITH_PLACE = ("institution__regency__province", "institution__office", "round__programme_year")
# All that happened to one incubator, for its page and for what the gates ask there.
WITH_HISTORY = (
    Prefetch("transitions", IncubatorTransition.objects.select_related("by", "withdrawn_by")),
    Prefetch("evidence", Evidence.objects.select_related("criterion", "paper", "decided_by")),
    Prefetch(
        "standing_changes", StandingChange.objects.select_related("criterion", "evidence__paper")
    ),
)


@require_safe
def incubator_list(request: SignedInRequest) -> HttpResponse:
    """The incubators a person may see, by the name of the institution."""
    visible = Incubator.objects.visible_to(request.user)
    filters = IncubatorFilter(request.GET, queryset=visible.select_related(*WITH_PLACE))
    found = listing(request, filters, order=("institution__name", "id"))
    counts = [] if found.is_refused else stage_counts(filters, visible)
    chosen = [entry for entry in counts if entry.is_chosen] or counts
    figure = "" if found.is_refused else filters.figure
    context = {
        "filters": filters,
        "unknown": found.unknown,
        "is_filtered": found.is_filtered,
        "page": found.page,
        "rows": [(row, why_not(figure, row) if figure else "") for row in found.page],
        "figure": Figure(figure).label if figure else "",
        "rounds": SelectionRound.objects.select_related("programme_year"),
        "count": sum(entry.count for entry in chosen),
        "way": [entry for entry in counts if not entry.is_off],
        "struck_off": next((entry for entry in counts if entry.is_off), None),
    }
    return render(request, "incubators/incubator_list.html", context, status=found.status)


@require_safe
def incubator_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One incubator: how far it has come, why, what comes next, and whose place it took."""
    visible = Incubator.objects.visible_to(request.user)
    near = visible.select_related(*WITH_PLACE, "replaced_by").prefetch_related(*WITH_HISTORY)
    incubator = get_object_or_404(near, pk=pk)
    context = {
        "incubator": incubator,
        "institution": incubator.institution,
        "steps": steps(incubator, incubator.steps_that_hold()),
        "history": list(incubator.transitions.all()),
        "latest": incubator.last_step(),
        "rank_changes": list(incubator.rank_changes.select_related("by")),
        "is_struck_off": incubator.stage == Stage.STRUCK_OFF,
        "replacements": replacements(visible.select_related("institution"), incubator),
        **_offered(request.user, incubator),
        **_standing(request, incubator),
        **tenancy_of(incubator, request.user),
    }
    return render(request, "incubators/incubator_detail.html", context)


def _offered(user: User, incubator: Incubator) -> dict[str, Any]:
    """Which steps are possible, what stands against each today, and which the person may take."""
    # The strike-off has a page of its own, with the reserve list.
    moves = {name: move for name, move in incubator.possible_moves().items() if name != STRIKE_OFF}
    may_move = user.has_perm("incubators.move_incubator")
    is_off = incubator.stage == Stage.STRUCK_OFF
    leaves_place = is_off and incubator.held_a_place() and not hasattr(incubator, "replaced_by")
    closed = gates.vacancy_hindrance(incubator) if leaves_place and may_move else None
    return {
        "next_moves": [move.label for move in moves.values()],
        "moves": [
            (verb, move.label, gates.hindrance(incubator, verb)) for verb, move in moves.items()
        ]
        if may_move
        else [],
        "may_rank": incubator.stage == Stage.SHORTLISTED
        and user.has_perm("incubators.change_incubator"),
        "may_strike": may_move and STRIKE_OFF in incubator.possible_moves(),
        "holds_place": incubator.stage in COUNTING,
        "leaves_place": leaves_place,
        "may_fill": may_move and leaves_place and closed is None,
        "may_undo": may_move,
        "may_prove": not is_off and user.has_perm("incubators.add_evidence"),
        "may_open_row": user.is_staff and user.has_perm("incubators.view_incubator"),
    }


def _standing(request: SignedInRequest, incubator: Incubator) -> dict[str, Any]:
    """The criteria on a day, what proves each, and every change of the standing."""
    form = PastForm(request.GET if request.GET.get("pada") else None)
    asked = form.cleaned_data.get("pada") if form.is_valid() else None
    day: date = asked or today_in_jakarta()
    evidence = list(incubator.evidence.all())
    lines = gap_list(list(Criterion.objects.in_force(on=day)), evidence, day)
    return {
        "past_form": form,
        "day": day,
        "is_past": day < today_in_jakarta(),
        "gaps": lines,
        "missing": [line for line in lines if not line.is_met],
        "stands": standing.stands([line.criterion for line in lines], evidence, day),
        "evidence": evidence if request.user.spec.sees_papers else [],
        "sees_evidence": request.user.spec.sees_papers,
        "standing_changes": list(incubator.standing_changes.all()),
    }
