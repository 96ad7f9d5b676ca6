"""The page that says how credible and independent the institutions have become."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.progress.independence import CLASSES, PUBLISHED, Independence
from blk_portal.progress.kept_parts import digest
from institutions.models import Province, TrainingOffice


@require_safe
def independence(request: SignedInRequest) -> HttpResponse:
    """The classes of all institutions over time, and by province and office today."""
    figures = Independence(request.user)
    provinces = figures.province_rows() if figures.has_area else []
    offices = figures.office_rows() if figures.has_area else []
    context = {
        "series": figures.series(),
        "classes": CLASSES,
        "provinces": provinces,
        "offices": offices,
        "kept_under": digest(provinces, offices),
        "published": [
            (when, [counts.get(one) for one in CLASSES], source)
            for when, counts, source in PUBLISHED
        ],
        "day": figures.days[-1],
    }
    return render(request, "progress/independence.html", context)


@require_safe
def independence_of_province(request: SignedInRequest, code: str) -> HttpResponse:
    """The classes in one province over time."""
    return _area(request, get_object_or_404(Province, code=code))


@require_safe
def independence_of_office(request: SignedInRequest, code: str) -> HttpResponse:
    """The classes among the institutions of one office over time."""
    return _area(request, get_object_or_404(TrainingOffice, code=code))


def _area(request: SignedInRequest, area: Province | TrainingOffice) -> HttpResponse:
    series = Independence(request.user, area).area_series()
    if series is None:
        raise Http404
    context = {"series": [series], "classes": CLASSES, "area": area, "day": series.latest.day}
    return render(request, "progress/independence.html", context)
