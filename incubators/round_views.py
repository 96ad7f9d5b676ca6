"""The pages of a selection round: its places, its reserve list, its bridge, and its candidates."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.accounts.roles import Reach
from blk_portal.formats import today_in_jakarta
from blk_portal.reporting.refusals import Refused
from incubators.bridge import bridge_of
from incubators.counting import Figure, figures_of
from incubators.eligibility import Bar, bars_of, with_bars
from incubators.filters import CandidateFilter
from incubators.forms import BridgeForm
from incubators.models import Incubator, IncubatorQuerySet, SelectionRound
from incubators.stages import Stage
from institutions.keyset import Page
from institutions.listing import listing
from institutions.models import Institution


def _round(request: SignedInRequest, year: int) -> SelectionRound:
    """The round of a budget year. Raises PermissionDenied for a partner system."""
    if request.user.spec.reach == Reach.NOTHING:
        raise PermissionDenied(gettext("Your account works through the interface, not with pages."))
    rounds = SelectionRound.objects.select_related("programme_year", "decree_paper")
    return get_object_or_404(rounds, programme_year__year=year)


@require_safe
def round_detail(request: SignedInRequest, year: int) -> HttpResponse:
    """One round: its decree and places, who waits on the reserve list, and what has changed."""
    round_ = _round(request, year)
    visible = Incubator.objects.visible_to(request.user).filter(round=round_)
    today = today_in_jakarta()
    counts = figures_of(visible.with_standing(on=today))
    taken = round_.taken()
    near = visible.select_related("institution__regency")
    reserve = near.filter(stage=Stage.SHORTLISTED).exclude(reserve_position=None)
    form, bridge = _bridge(request, round_, visible, today)
    context = {
        "round": round_,
        "taken": taken,
        "free": round_.places - taken,
        "figures": [(figure, counts[figure]) for figure in Figure],
        "selected": near.counting()
        .select_related("replaces__institution__regency")
        .order_by(F("rank").asc(nulls_last=True), "pk"),
        "reserve": reserve.order_by("reserve_position"),
        "vacant": near.vacated().order_by("institution__name", "pk"),
        "form": form,
        "bridge": bridge,
        "is_part": request.user.spec.reach != Reach.NATION,
        # A round that is full has no place to fill, whoever left it.
        "may_fill": request.user.has_perm("incubators.move_incubator") and taken < round_.places,
        "may_open_row": request.user.has_perm("incubators.view_selectionround"),
    }
    status = 400 if form.errors else 200
    return render(request, "incubators/round_detail.html", context, status=status)


def _bridge(
    request: SignedInRequest, round_: SelectionRound, visible: Any, today: date
) -> tuple[BridgeForm, Any]:
    """The form of the two days and the bridge between them; from the start of the year to today
    where nobody chose others."""
    year = round_.programme_year.year
    chosen = request.GET if {"dari", "sampai"} & set(request.GET) else None
    standard = {"dari": date(year, 1, 1), "sampai": today}
    form = BridgeForm(chosen, initial=standard)
    if chosen is not None and not form.is_valid():
        return form, None
    given = form.cleaned_data if chosen is not None else {}
    first = given.get("dari") or standard["dari"]
    last = given.get("sampai") or max(first, today)
    return form, bridge_of(visible, first, last)


@require_http_methods(["GET", "HEAD", "POST"])
def candidate_list(request: SignedInRequest, year: int) -> HttpResponse:
    """The institutions that may become candidates of a round, and why others may not."""
    if not request.user.has_perm("incubators.view_incubator"):
        raise PermissionDenied(gettext("Your role does not work with the selection."))
    round_ = _round(request, year)
    if request.method == "POST":
        return _enter(request, round_)
    listed = Incubator.objects.visible_to(request.user).filter(round=round_)
    institutions = Institution.objects.visible_to(request.user)
    rows = with_bars(institutions, on=today_in_jakarta(), listed=listed)
    filters = CandidateFilter(request.GET, queryset=rows.select_related("regency__province"))
    found = listing(request, filters, order=("name", "id"))
    context = {
        "round": round_,
        "filters": filters,
        "unknown": found.unknown,
        "is_filtered": found.is_filtered,
        "page": found.page,
        "rows": _candidates(found.page, listed),
        "may_enter": request.user.has_perm("incubators.add_incubator"),
    }
    return render(request, "incubators/candidate_list.html", context, status=found.status)


def _candidates(
    page: Page[Institution], listed: IncubatorQuerySet
) -> list[tuple[Institution, list[Bar], Incubator | None]]:
    """The institutions of a page, each with what bars it and with its row of the round."""
    found = listed.filter(institution__in=[row.pk for row in page])
    own = {incubator.institution_id: incubator for incubator in found}
    return [(row, bars_of(row), own.get(row.pk)) for row in page]


def _enter(request: SignedInRequest, round_: SelectionRound) -> HttpResponse:
    """Put one institution on the short list, or say why not."""
    if not request.user.has_perm("incubators.add_incubator"):
        raise PermissionDenied(gettext("Your role puts nobody on the short list."))
    key = request.POST.get("lembaga", "")
    visible = Institution.objects.visible_to(request.user).select_related("regency")
    institution = get_object_or_404(visible, pk=key if key.isdigit() else 0)
    candidate = Incubator(institution=institution, round=round_)
    try:
        if round_.incubators.filter(institution=institution).exists():
            raise Refused(gettext("This institution is already in the round."))
        candidate.enter(by=request.user)
    except Refused as refusal:
        messages.error(request, f"{refusal.message} {refusal.cure}".strip())
    else:
        told = {"name": candidate.in_full()}
        messages.success(request, gettext("On the short list now: %(name)s.") % told)
    return redirect(request.get_full_path())
