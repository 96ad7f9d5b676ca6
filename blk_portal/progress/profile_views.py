"""Profiles as PDF: one page of an institution or a province, to print and to hand over."""

import logging
import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.printing.typesetting import Busy, Unprintable, typeset
from blk_portal.progress import breakdowns, figures, profiles
from blk_portal.progress.errors import refusal_page
from institutions.models import Institution

logger = logging.getLogger(__name__)
TRY_AGAIN_SECONDS = "10"


@require_safe
def institution_profile(request: SignedInRequest, pk: int) -> HttpResponse:
    """The profile of one institution, as far as its page is open to the person."""
    visible = Institution.objects.visible_to(request.user).for_lists().select_related("foundation")
    row = get_object_or_404(visible, pk=pk)
    return _printed(request, profiles.institution(row), name=f"profil-{row.code}")


@require_safe
def province_profile(request: SignedInRequest, code: str) -> HttpResponse:
    """The profile of one province in a budget year."""
    area = get_object_or_404(figures.provinces_visible_to(request.user), code=code)
    year = figures.chosen_year(figures.years(), request.GET.get("tahun"))
    if year is None:
        raise Http404
    cells = breakdowns.figures_of(year, province=area)
    page = profiles.province(area, year, cells, request.user)
    return _printed(request, page, name=f"profil-{area.code}-{year.year}")


def _printed(request: HttpRequest, page: dict[str, object], *, name: str) -> HttpResponse:
    """The page as a file; one sentence and the way back where it cannot be made just now."""
    try:
        content = typeset("profile", page)
    except (Busy, Unprintable) as problem:
        logger.warning("a profile was not printed: %s", problem or "busy")
        refused = refusal_page(
            request,
            status=503,
            title=gettext("The page could not be made just now"),
            message=gettext("Many pages are being made at this moment."),
            cure=gettext("Try again in a few seconds."),
        )
        refused["Retry-After"] = TRY_AGAIN_SECONDS
        return refused
    response = HttpResponse(content, content_type="application/pdf")
    file_name = re.sub(r"[^A-Za-z0-9.-]", "-", name)
    response["Content-Disposition"] = f'inline; filename="{file_name}.pdf"'
    return response
