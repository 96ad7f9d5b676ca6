"""The pages of incubators: the list with its stages, and each of them with its way and history."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from blk_portal.accounts.requests import SignedInRequest
from incubators.filters import IncubatorFilter
from incubators.models import Incubator
from incubators.pipeline import stage_counts, steps
from incubators.stages import Stage
from incubators.tenant_page import tenancy_of
from institutions.listing import listing
from institutions.replacement import replacements

WITH_PLACE = ("institution__regency__province", "institution__office", "round__programme_year")


@require_safe
def incubator_list(request: SignedInRequest) -> HttpResponse:
    """The incubators a person may see, by the name of the institution."""
    visible = Incubator.objects.visible_to(request.user)
    filters = IncubatorFilter(request.GET, queryset=visible.select_related(*WITH_PLACE))
    found = listing(request, filters, order=("institution__name", "id"))
    counts = [] if found.is_refused else stage_counts(filters, visible)
    chosen = [entry for entry in counts if entry.is_chosen] or counts
    context = {
        "filters": filters,
        "unknown": found.unknown,
        "is_filtered": found.is_filtered,
        "page": found.page,
        "count": sum(entry.count for entry in chosen),
        "way": [entry for entry in counts if not entry.is_off],
        "struck_off": next((entry for entry in counts if entry.is_off), None),
    }
    return render(request, "incubators/incubator_list.html", context, status=found.status)


@require_safe
def incubator_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One incubator: how far it has come, why, what comes next, and whose place it took."""
    visible = Incubator.objects.visible_to(request.user)
    incubator = get_object_or_404(visible.select_related(*WITH_PLACE), pk=pk)
    history = list(incubator.transitions.select_related("by"))
    moves = incubator.possible_moves().values()
    user = request.user
    context = {
        "incubator": incubator,
        "institution": incubator.institution,
        "steps": steps(incubator, history),
        "history": history,
        "latest": history[0] if history else None,
        "is_struck_off": incubator.stage == Stage.STRUCK_OFF,
        "next_moves": [move.label for move in moves if not move.needs_reason],
        "replacements": replacements(visible.select_related("institution"), incubator),
        "may_move": bool(moves) and user.has_perm("incubators.move_incubator"),
        "may_open_row": user.is_staff and user.has_perm("incubators.view_incubator"),
        **tenancy_of(incubator, user),
    }
    return render(request, "incubators/incubator_detail.html", context)
