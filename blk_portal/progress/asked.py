"""The budget year that the address of a page asks for."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest

from blk_portal.progress import figures
from institutions.models import ProgrammeYear


def year_of(request: HttpRequest) -> tuple[Sequence[ProgrammeYear], ProgrammeYear | None]:
    """The years one can choose, and the chosen one; none before the first year is set up.

    Raises Http404 for a year that is not known.
    """
    known = figures.years()
    year = figures.chosen_year(known, request.GET.get("tahun"))
    if year is None and request.GET.get("tahun"):
        raise Http404
    return known, year
