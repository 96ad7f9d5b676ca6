"""The figures of incubators by province: map, table, and the rows behind each figure."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.accounts.roles import Reach
from blk_portal.progress import asked, figures
from blk_portal.progress.breakdowns import figures_of
from blk_portal.progress.indicators import INDICATORS
from blk_portal.progress.tilemap import tile_map
from incubators.counting import Figure

SMALLEST_MAP = 6


@require_safe
def incubators(request: SignedInRequest) -> HttpResponse:
    """How far the round of a budget year has come in each province the person may see."""
    if request.user.spec.reach == Reach.NOTHING:
        raise PermissionDenied(gettext("Your account works through the interface, not with pages."))
    known, year = asked.year_of(request)
    context: dict[str, Any] = {"years": known, "year": year}
    if year:
        codes = [(figure, f"incubators_{figure.value}") for figure in Figure]
        context["asking"] = figures.asking(year)
        rows = figures.province_rows(year, request.user)
        nation = figures_of(year).values
        context |= {
            "heads": [(figure, INDICATORS[code]) for figure, code in codes],
            "nation": [(figure, nation.get(code, 0)) for figure, code in codes],
            "rows": [
                (row.province, [(figure, row.values.get(code, 0)) for figure, code in codes])
                for row in rows
                if any(code in row.values for _figure, code in codes)
            ],
            "map": tile_map(rows, "incubators_selected") if len(rows) >= SMALLEST_MAP else None,
            "map_unit": gettext("incubators"),
            "map_scale": gettext("Colour scale: selected incubators"),
            "freshness": figures.freshness(year),
        }
    return render(request, "progress/incubators.html", context)
