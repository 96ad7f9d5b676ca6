"""The page of the bridge: from a figure of one day to that of another, and to the rows between."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import long_date, today_in_jakarta
from blk_portal.progress import asked, figures
from blk_portal.progress.bridge import BRIDGED, TERMS, Bridge, Row, Span
from blk_portal.progress.models import Publication
from blk_portal.progress.past import end_of
from blk_portal.progress.past_forms import SpanForm
from institutions.models import Institution, ProgrammeYear
from trainings.models import CohortReport

MOST_ROWS = 50
# Where all changes together are less than this part of the figure, the drawing leaves its foot out.
SMALLEST_PART = 0.25


@dataclass(frozen=True)
class Bar:
    """One bar of the drawing, in percent of its width; `kind` is a class of its colour."""

    label: str
    value: int
    kind: str
    start: float
    width: float

    @property
    def is_change(self) -> bool:
        return self.kind != "on"


@dataclass(frozen=True)
class Waterfall:
    """The bridge as a drawing: its bars from top to bottom, and the figure at its left edge."""

    bars: Sequence[Bar]
    foot: int


def waterfall(bridge: Bridge, first: str, last: str) -> Waterfall:
    """first, last: what the two ends are called."""
    reached = [bridge.start]
    for term in bridge.terms:
        reached.append(reached[-1] + term.value)
    top, bottom = max(reached), min(reached)
    spread = top - bottom
    foot = max(0, bottom - spread // 2) if spread < SMALLEST_PART * top else 0
    whole = max(top - foot, 1)

    def bar(label: str, kind: str, value: int, low: int, high: int) -> Bar:
        return Bar(label, value, kind, 100 * (low - foot) / whole, 100 * (high - low) / whole)

    bars = [bar(first, "on", bridge.start, foot, bridge.start)]
    for term, before in zip(bridge.terms, reached, strict=False):
        after = before + term.value
        kind = "up" if term.value >= 0 else "down"
        bars.append(bar(term.label, kind, term.value, min(before, after), max(before, after)))
    bars.append(bar(last, "on", bridge.end, foot, bridge.end))
    return Waterfall(bars, foot)


@dataclass(frozen=True)
class Line:
    """One row behind a term; `url` is that of its report, where it has one that is open."""

    institution: Institution
    amount: int
    url: str


@require_safe
def bridge(request: SignedInRequest) -> HttpResponse:
    """What led from a figure on one day to the same figure on another, or since a publication."""
    if not request.user.spec.looks_over_areas:
        raise PermissionDenied(gettext("This page is for the ministry and the regions."))
    known, year = asked.year_of(request)
    context: dict[str, Any] = {"years": known, "year": year}
    form = None
    if year:
        published = _published(request, year)
        form = _form(request, year, published)
        context |= {"form": form, "published": published}
        if form.is_valid():
            context |= _bridge(request, year, form.cleaned_data, published)
    status = 400 if form and form.errors else 200
    return render(request, "progress/bridge.html", context, status=status)


def _published(request: SignedInRequest, year: ProgrammeYear) -> Publication | None:
    """The publication that the address asks about, as `terbit`."""
    slug = request.GET.get("terbit")
    if slug is None:
        return None
    found = Publication.objects.visible_to(request.user).numbered(year, slug)
    if found is None:
        raise Http404
    return found


def _form(request: SignedInRequest, year: ProgrammeYear, published: Publication | None) -> SpanForm:
    """The days asked for; else those of the publication and the one before, or the last month."""
    today = today_in_jakarta()
    first, last = today - timedelta(days=30), today
    if published:
        before = Publication.objects.visible_to(request.user).before(published)
        first = before.day if before else date(year.year, 1, 1) - timedelta(days=1)
        last = published.day
    given = {"indikator": "completed", "dari": f"{first}", "sampai": f"{last}"}
    asked = {key: value for key, value in request.GET.items() if key in SpanForm.base_fields}
    provinces = figures.provinces_visible_to(request.user)
    return SpanForm(given | asked, provinces=provinces)


def _bridge(
    request: SignedInRequest,
    year: ProgrammeYear,
    given: dict[str, Any],
    published: Publication | None,
) -> dict[str, Any]:
    span = Span(
        year, given["indikator"], end_of(given["dari"]), end_of(given["sampai"]), given["provinsi"]
    )
    ends: dict[str, int] = {}
    if published and published.day == given["sampai"]:
        ends["end"] = published.value_of(span.indicator, given["provinsi"])
        before = Publication.objects.visible_to(request.user).before(published)
        if before and before.day == given["dari"]:
            ends["start"] = before.value_of(span.indicator, given["provinsi"])
    found = span.bridge(**ends)
    query = {
        "tahun": year.year, "indikator": span.indicator, "dari": given["dari"],
        "sampai": given["sampai"],
    }  # fmt: skip
    if span.province:
        query["provinsi"] = span.province.code
    if published:
        query["terbit"] = published.slug
    context: dict[str, Any] = {
        "bridge": found,
        "drawing": waterfall(found, long_date(given["dari"]), long_date(given["sampai"])),
        "span": span,
        "indicator": BRIDGED[span.indicator],
        "query": urlencode(query),
        "first_day": given["dari"],
        "last_day": given["sampai"],
    }
    term = request.GET.get("suku")
    if term is not None:
        if term not in TERMS:
            raise Http404
        context |= {"term": TERMS[term], **_lines(request, span, span.rows(term))}
    return context


def _lines(request: SignedInRequest, span: Span, rows: list[Row]) -> dict[str, Any]:
    """The first rows whose institutions the person may see, and how many are not shown."""
    visible = Institution.objects.visible_to(request.user).filter(
        pk__in={row.institution for row in rows}
    )
    seen = set(visible.values_list("pk", flat=True))
    shown = [row for row in rows if row.institution in seen][:MOST_ROWS]
    named = visible.select_related("regency__province").in_bulk([row.institution for row in shown])
    urls = _urls(request, span, [row.pk for row in shown])
    return {
        "lines": [Line(named[row.institution], row.amount, urls.get(row.pk, "")) for row in shown],
        "unshown": len(rows) - len(shown),
    }


def _urls(request: SignedInRequest, span: Span, keys: list[int]) -> dict[int, str]:
    """Where each report is read; institutions are named by the page, incubators among them."""
    if span.unit != "report":
        return {}
    reports = CohortReport.objects.visible_to(request.user).filter(pk__in=keys)
    return {report.pk: report.get_absolute_url() for report in reports}
