"""The pages that look over all rooms: public figures, the dashboard, and each role's home."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from blk_portal.accounts.roles import Reach
from blk_portal.progress import figures, home_pages
from blk_portal.progress.tilemap import tile_map
from institutions.models import ProgrammeYear


def _year(request: HttpRequest) -> tuple[list[ProgrammeYear], ProgrammeYear]:
    known = figures.years()
    year = figures.chosen_year(known, request.GET.get("tahun"))
    if year is None and request.GET.get("tahun"):
        raise Http404
    return known, year


@require_safe
@login_not_required
def public(request: HttpRequest) -> HttpResponse:
    """The three national figures with rule, source and data age, for everyone."""
    known, year = _year(request)
    context = {"years": known, "year": year}
    if year:
        context |= {
            "headlines": figures.headlines(year),
            "freshness": figures.freshness(year),
        }
    return render(request, "progress/public.html", context)


@require_safe
def dashboard(request: HttpRequest) -> HttpResponse:
    """The three targets, and the provinces the person may see."""
    known, year = _year(request)
    context = {"years": known, "year": year}
    if year:
        rows = figures.province_rows(year, request.user)
        context |= {
            "headlines": figures.headlines(year),
            "freshness": figures.freshness(year),
            "rows": rows,
            "totals": figures.totals(rows),
            "map": tile_map(rows, "completed"),
        }
    return render(request, "progress/dashboard.html", context)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Where work begins: what an operator owes, what waits for a reviewer, else the dashboard."""
    spec = request.user.spec
    if spec.reach == Reach.OWN:
        return render(request, "progress/home_operator.html", home_pages.operator(request.user))
    if spec.is_staff:
        return render(request, "progress/home_staff.html", home_pages.staff(request.user))
    if spec.reach == Reach.NOTHING:
        return render(request, "progress/home_partner.html")
    return redirect("progress:dashboard")
