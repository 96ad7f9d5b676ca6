"""The pages that look over all rooms: public figures, the dashboard, and each role's home."""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from django.views.i18n import set_language

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import today_in_jakarta
from blk_portal.progress import (
    asked,
    boundaries,
    breakdowns,
    comparing,
    figures,
    guides,
    home_pages,
    ledger,
)
from blk_portal.progress.boundaries import Boundaries
from blk_portal.progress.filters import UNBROKEN
from blk_portal.progress.kept_parts import key_of
from blk_portal.progress.models import Publication
from blk_portal.progress.past_forms import PastDayForm
from blk_portal.progress.published import for_everybody, nation_of
from blk_portal.progress.tenancy import tenancy_of
from blk_portal.progress.tilemap import tile_map
from institutions.contacts import ministry
from institutions.models import ProgrammeYear, Province, TrainingOffice
from institutions.models.reach import with_areas

# A map of a few tiles says less than the table below it.
SMALLEST_MAP = 6


def _map(
    request: HttpRequest, year: ProgrammeYear, provinces: Iterable[Province]
) -> dict[str, Any]:
    """On which map figures are read, and whether the page offers the other one.

    provinces: the younger ones are looked for among these. Who sees some provinces only reads on
    today's map, and is told so when asking for the other one.
    """
    reading = boundaries.chosen(request.GET.get(boundaries.PARAMETER))
    if reading is None:
        raise Http404
    may_choose = boundaries.sees_every_province(request.user)
    asked_in_vain = reading == Boundaries.THEN and not may_choose
    moved = [one for one in provinces if may_choose and boundaries.counts_elsewhere(one, year)]
    return {
        "reading": Boundaries.NOW if asked_in_vain else reading,
        "readings": Boundaries.choices if moved else [],
        "moved": moved,
        "asked_in_vain": asked_in_vain,
        "map_query": f"&{boundaries.PARAMETER}={reading}"
        if reading == Boundaries.THEN and may_choose
        else "",
    }


@require_safe
@login_not_required
def public(request: HttpRequest) -> HttpResponse:
    """The three national figures with rule, source and data age, for everyone."""
    known, year = asked.year_of(request)
    context: dict[str, Any] = {"years": known, "year": year}
    if year:
        publication = Publication.objects.visible_to(request.user).of(year).latest_first().first()
        nation = nation_of(publication) if publication else breakdowns.figures_of(year)
        headlines = figures.headlines(year, nation)
        context |= {
            "publication": publication,
            "headlines": for_everybody(headlines, nation),
            "freshness": figures.freshness(year),
            "asking": figures.asking(year) if request.user.is_authenticated else "",
        }
    return render(request, "progress/public.html", context)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def choose_language(request: HttpRequest) -> HttpResponse:
    """Keep the language that somebody chose by the switch, and go back to the page.

    The form has no token, so that strangers get no cookie from the public page: browsers say from
    which site a form is sent, and another site's is refused.
    """
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.get_host():
        raise PermissionDenied(gettext("The language is chosen on the pages of the portal only."))
    return set_language(request)


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """The three targets, the nation broken down, and the areas the person may see."""
    known, year = asked.year_of(request)
    form = PastDayForm(request.GET)
    context: dict[str, Any] = {"years": known, "year": year, "past_form": form}
    if year:
        past = form.figures_of(year)
        nation = past.of() if past else breakdowns.figures_of(year)
        visible = list(figures.provinces_visible_to(request.user).select_related("split_from"))
        context |= _map(request, year, [] if past else visible)
        if past:
            context |= _past_day(request, form)
        rows = figures.province_rows(
            year, request.user, reading=context["reading"], visible=visible, past=past
        )
        office_rows = figures.office_rows(year, request.user, past=past)
        sections = breakdowns.sections(nation)
        context |= _comparison(request, known, year, nation, rows, context)
        context |= {
            "headlines": figures.headlines(year, nation),
            "asking": "" if past else figures.asking(year, reading=context["reading"]),
            "sees_all": boundaries.sees_every_province(request.user),
            "outcomes": figures.after_training(nation),
            "tenancy": tenancy_of(nation),
            "freshness": figures.freshness(year),
            "sections": sections,
            "columns": breakdowns.columns(sections),
            "rows": rows,
            "totals": figures.totals(rows),
            "map": tile_map(rows, "completed") if len(rows) >= SMALLEST_MAP else None,
            "office_rows": office_rows,
            "without_office": figures.without_office(nation, office_rows),
            "nation": breakdowns.known_figures(nation.values),
            "figures_query": urlencode({"tahun": year.year, "rincian": UNBROKEN}),
        }
        context["kept_under"] = key_of(context)
    return render(request, "progress/dashboard.html", context, status=400 if form.errors else 200)


def _past_day(request: HttpRequest, form: PastDayForm) -> dict[str, Any]:
    """The day that a page tells, on today's map; it says so where the other one was asked for."""
    return {
        "past_day": form.day,
        "past_then": request.GET.get(boundaries.PARAMETER) == Boundaries.THEN,
        "reading": Boundaries.NOW,
        "map_query": form.query,
    }


def _comparison(
    request: HttpRequest,
    known: Sequence[ProgrammeYear],
    year: ProgrammeYear,
    nation: breakdowns.AreaFigures,
    rows: list[figures.ProvinceRow],
    shown: dict[str, Any],
) -> dict[str, Any]:
    """Another year beside the one shown, where the address asks for it, and its part of links."""
    try:
        other = comparing.chosen_other(known, year, request.GET.get(comparing.PARAMETER))
    except LookupError as unknown:
        raise Http404 from unknown
    if other is None:
        return {"view_query": shown["map_query"]}
    query = f"&{comparing.PARAMETER}={other.year}"
    return {
        "comparison": comparing.compared(other, nation.values, rows, reading=shown["reading"]),
        "compared_query": query,
        "view_query": shown["map_query"] + query,
    }


@require_safe
def province_detail(request: HttpRequest, code: str) -> HttpResponse:
    """The figures of one province."""
    province = get_object_or_404(figures.provinces_visible_to(request.user), code=code)
    return _area_page(request, province, _("Province"), "provinsi", province=province)


@require_safe
def office_detail(request: HttpRequest, code: str) -> HttpResponse:
    """The figures of the institutions that one office guides."""
    office = get_object_or_404(figures.offices_open_to(request.user), code=code)
    return _area_page(request, office, _("Training office (UPTP)"), "uptp", office=office)


def _place_on_map(province: Province, context: dict[str, Any]) -> dict[str, Any]:
    """As reported: the younger provinces that count in this one, or the one it counts in itself."""
    if context["reading"] == Boundaries.NOW:
        return {}
    return {
        "parts": [part for part in context["moved"] if part.split_from == province],
        "counted_under": province.split_from if province in context["moved"] else None,
    }


def _area_page(
    request: HttpRequest,
    area: Province | TrainingOffice,
    kind: object,
    filter_name: str,
    **cells_of: Any,
) -> HttpResponse:
    """The page of one area; `filter_name` is how the lists of institutions ask for it."""
    known, year = asked.year_of(request)
    form = PastDayForm(request.GET)
    context: dict[str, Any] = {
        "years": known, "year": year, "area": area, "area_kind": kind, "filter_name": filter_name,
        "past_form": form,
    }  # fmt: skip
    if year:
        past = form.figures_of(year)
        if past:
            area_figures = past.of(**cells_of)
            context |= _past_day(request, form)
        else:
            if province := cells_of.get("province"):
                context |= _map(request, year, boundaries.relatives_of(province))
                context |= _place_on_map(province, context)
                cells_of["reading"] = context["reading"]
            area_figures = breakdowns.figures_of(year, **cells_of)
        context |= {
            "asking": "" if past else figures.asking(year, **cells_of),
            "headlines": figures.area_headlines(
                year, area_figures, province=cells_of.get("province")
            ),
            "outcomes": figures.after_training(area_figures),
            "tenancy": tenancy_of(area_figures),
            "freshness": figures.freshness(year),
            "columns": breakdowns.columns(breakdowns.sections(area_figures)),
            "has_figures": bool(area_figures.values),
            "figures_query": urlencode({"tahun": year.year, filter_name: area.code}),
            **ledger.reporting_of(area, year, request.user, on=today_in_jakarta()),
        }
        context["kept_under"] = key_of(context)
    return render(request, "progress/area_detail.html", context, status=400 if form.errors else 200)


@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Where work begins: what waits for the person, what the person owes, how the area stands."""
    template, context_of = home_pages.HOMES[request.user.role]
    return render(request, template, context_of(with_areas(request.user)))


@require_safe
@login_not_required
def guide(request: HttpRequest) -> HttpResponse:
    """How to work with the portal: the guide of the person's role, for strangers what it is."""
    role = request.user.role if request.user.is_authenticated else None
    return render(request, guides.GUIDES[role], {"ministry": ministry()})
