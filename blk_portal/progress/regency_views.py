"""The dashboards of regencies and cities, for who may see the figures of their province."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from blk_portal.formats import today_in_jakarta
from blk_portal.progress import asked, breakdowns, figures, ledger, regencies
from blk_portal.progress.tenancy import tenancy_of
from institutions.models import Regency


@require_safe
def regency_list(request: HttpRequest, code: str) -> HttpResponse:
    """The regencies and cities of a province side by side, with their sum."""
    province = get_object_or_404(figures.provinces_visible_to(request.user), code=code)
    known, year = asked.year_of(request)
    context: dict[str, Any] = {"years": known, "year": year, "province": province}
    if year:
        rows = regencies.rows_of(year, province)
        context |= {
            "rows": rows,
            "totals": figures.totals(rows),
            "asking": figures.asking(year, province=province),
            "counted_at": timezone.now(),
        }
    return render(request, "progress/regency_list.html", context)


@require_safe
def regency_detail(request: HttpRequest, code: str) -> HttpResponse:
    """The figures of one regency or city."""
    provinces = figures.provinces_visible_to(request.user)
    regency = get_object_or_404(
        Regency.objects.select_related("province").filter(province__in=provinces), code=code
    )
    known, year = asked.year_of(request)
    context: dict[str, Any] = {
        "years": known, "year": year, "area": regency, "area_kind": _("Regency or city"),
        "filter_name": "kabupaten", "province": regency.province,
    }  # fmt: skip
    if year:
        found = regencies.figures_of(year, regency)
        context |= {
            "headlines": figures.area_headlines(year, found, province=None),
            "outcomes": figures.after_training(found),
            "tenancy": tenancy_of(found),
            "columns": breakdowns.columns(breakdowns.sections(found)),
            "has_figures": bool(found.values),
            "counted_at": timezone.now(),
            **ledger.reporting_of(regency, year, request.user, on=today_in_jakarta()),
        }
    return render(request, "progress/area_detail.html", context)
