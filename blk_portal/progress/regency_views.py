"""The dashboards of regencies and cities, for who may see the figures of their province."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from blk_portal.formats import today_in_jakarta
from blk_portal.progress import asked, breakdowns, figures, ledger, regencies
from blk_portal.progress.kept_parts import key_of
from blk_portal.progress.past_forms import PastDayForm
from blk_portal.progress.tenancy import tenancy_of


@require_safe
def regency_list(request: HttpRequest, code: str) -> HttpResponse:
    """The regencies and cities of a province side by side, with their sum."""
    province = get_object_or_404(figures.provinces_visible_to(request.user), code=code)
    known, year = asked.year_of(request)
    form = PastDayForm(request.GET)
    context: dict[str, Any] = {
        "years": known, "year": year, "province": province, "past_form": form
    }  # fmt: skip
    if year:
        rows = regencies.rows_of(year, province, form.day)
        context |= {"rows": rows, "totals": figures.totals(rows)} | _moment(form)
        if not form.day:
            context |= {
                "asking": figures.asking(year, province=province),
                "asking_of_parts": figures.asking(year),
            }
    status = 400 if form.errors else 200
    return render(request, "progress/regency_list.html", context, status=status)


@require_safe
def regency_detail(request: HttpRequest, code: str) -> HttpResponse:
    """The figures of one regency or city."""
    visible = figures.regencies_visible_to(request.user).select_related("province")
    regency = get_object_or_404(visible, code=code)
    known, year = asked.year_of(request)
    form = PastDayForm(request.GET)
    context: dict[str, Any] = {
        "years": known, "year": year, "area": regency, "area_kind": _("Regency or city"),
        "filter_name": "kabupaten", "province": regency.province, "past_form": form,
    }  # fmt: skip
    if year:
        found = regencies.figures_of(year, regency, form.day)
        context |= {
            "headlines": figures.area_headlines(year, found, province=None),
            "outcomes": figures.after_training(found),
            "tenancy": tenancy_of(found),
            "columns": breakdowns.columns(breakdowns.sections(found)),
            "has_figures": bool(found.values),
            "asking": "" if form.day else figures.asking(year, regency=regency),
            **_moment(form),
            **ledger.reporting_of(regency, year, request.user, on=today_in_jakarta()),
        }
        context["kept_under"] = key_of(context)
    return render(request, "progress/area_detail.html", context, status=400 if form.errors else 200)


def _moment(form: PastDayForm) -> dict[str, object]:
    """Of when the figures are: of the past day that is asked for, else of this moment."""
    if form.day:
        return {"past_day": form.day, "map_query": form.query}
    return {"counted_at": timezone.now()}
