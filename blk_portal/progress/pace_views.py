"""The pages that say how fast the targets are approached."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from blk_portal.formats import today_in_jakarta
from blk_portal.progress import asked, figures
from blk_portal.progress.burn_up import chart_of
from blk_portal.progress.pace import (
    FEWEST_MONTHS,
    FEWEST_STEPS,
    FEWEST_WEEKS,
    RECENT,
    paces,
)
from institutions.models import Province


@require_safe
def pace(request: HttpRequest) -> HttpResponse:
    """The nation's targets: how fast they are approached, and which provinces move them."""
    return _page(request, None)


@require_safe
def pace_of_province(request: HttpRequest, code: str) -> HttpResponse:
    """The targets of one province."""
    return _page(request, get_object_or_404(figures.provinces_visible_to(request.user), code=code))


def _page(request: HttpRequest, province: Province | None) -> HttpResponse:
    known, year = asked.year_of(request)
    context: dict[str, Any] = {
        "years": known, "year": year, "area": province, "weeks_of_late": RECENT.days // 7,
        "fewest": {"weeks": FEWEST_WEEKS, "steps": FEWEST_STEPS, "months": FEWEST_MONTHS},
    }  # fmt: skip
    if year:
        visible = [] if province else list(figures.provinces_visible_to(request.user))
        found = paces(year, today=today_in_jakarta(), province=province, visible=visible)
        context |= {
            "paces": [(one, chart_of(one)) for one in found],
            "freshness": figures.freshness(year),
        }
    return render(request, "progress/pace.html", context)
