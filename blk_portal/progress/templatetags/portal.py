"""Filters and tags of every page: figures, dates, states and bars. Built in: no page loads them."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.db.models.fields import BLANK_CHOICE_DASH
from django.forms import BaseForm, BoundField
from django.forms.widgets import (
    CheckboxInput,
    CheckboxSelectMultiple,
    MultiWidget,
    RadioSelect,
    SelectDateWidget,
)
from django.urls import reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext_lazy

from blk_portal import formats
from blk_portal.accounts.requests import Visitor
from blk_portal.accounts.roles import Reach
from blk_portal.progress.indicators import MONEY
from blk_portal.progress.templatetags.drawings import ICONS

register = template.Library()

RATIO_ITSELF = object()
# What Django writes for the choice of nothing; text that people typed holds no bare bracket.
NOTHING_CHOSEN = f">{BLANK_CHOICE_DASH[0][1]}<"
# The filters of lists that choose among places.
PLACES = frozenset({"provinsi", "kabupaten", "uptp"})
NEAR_PACE = Decimal("0.95")
# The figures of an area in a table of areas, in the order of the headings.
COLUMNS = (
    "institutions_pkb", "institutions_operational", "completed", "passed", "people",
    "incubators_selected",
)  # fmt: skip

STATUS_TAGS = {
    "draft": ("", "pen", pgettext_lazy("state of a report", "Draft")),
    "submitted": ("wait", "clock", pgettext_lazy("state of a report", "Awaiting verification")),
    "returned": ("bad", "back", pgettext_lazy("state of a report", "Returned")),
    "verified": ("ok", "check", pgettext_lazy("state of a report", "Verified")),
    "overdue": ("bad", "clock", pgettext_lazy("state of a report", "Overdue")),
    "expected": ("", "minus", pgettext_lazy("state of a report", "No report yet")),
    "confirmed_zero": ("", "check", pgettext_lazy("state of a report", "Confirmed zero")),
    "reported": ("ok", "check", pgettext_lazy("state of a report", "Reported")),
    "not_expected": ("", "minus", pgettext_lazy("state of a report", "Not expected")),
}
NOTICE_ICONS = {"ok": "check", "warn": "warn", "bad": "error", "wait": "info"}


@register.filter
def number(value: formats.Number | None, decimals: int = 0) -> str:
    """{{ 232000|number }} gives 232.000; {{ 12.25|number:1 }} gives 12,3."""
    return formats.number(value, decimals)


@register.filter
def written_as(value: formats.Number | None, code: str) -> str:
    """{{ value|written_as:"finance" }}: a figure in the unit of its indicator."""
    return (formats.rupiah if code in MONEY else formats.number)(value)


@register.simple_tag(takes_context=True)
def figure(
    context: template.Context,
    code: str,
    value: formats.Number | None,
    breakdown: str = "",
    bucket: str = "",
    area: str = "",
) -> SafeString | str:
    """{% figure "completed" value %}: a figure that leads to its explanation.

    The page says of what its figures are (`asking`, as the address asks it); where it does not, as
    on a past day, and where nothing is known, there is only the figure. area: one area of the page,
    as "provinsi=32".
    """
    if breakdown and not bucket:
        return written_as(value, code)
    asking = context.get("asking") or ""
    query = f"{_asked(code, breakdown, bucket)}&{asking}" if asking else ""
    return _explained(code, value, query, area)


@register.simple_tag
def figure_cells(
    values: Mapping[str, formats.Number | None], asking: str = "", area: str = ""
) -> SafeString:
    """{% figure_cells row.known asking "provinsi=32" %}: the cells of an area in a table of areas.

    They stand under the headings of `progress/_figure_heads.html`. One tag for the whole row: a
    dashboard has hundreds of these figures.
    """
    cells = (
        (_explained(code, values.get(code), asking and f"{_asked(code)}&{asking}", area),)
        for code in COLUMNS
    )
    return format_html_join("", '<td class="num">{}</td>', cells)


def _explained(code: str, value: formats.Number | None, query: str, area: str) -> SafeString | str:
    """The figure as a link to its explanation, where an address asks for that."""
    written = written_as(value, code)
    if not query or value is None:
        return written
    asked = escape(f"{query}&{area}" if area else query)
    link = f'<a class="fig" href="{_explanation()}?{asked}">{written}</a>'
    return mark_safe(link)  # noqa: S308, a figure, and a query that is escaped


# A dashboard asks for both some five hundred times.
@cache
def _explanation() -> str:
    return reverse("progress:explain")


@lru_cache(maxsize=2_000)
def _asked(code: str, breakdown: str = "", bucket: str = "") -> str:
    cut = {"rincian": breakdown, "bagian": bucket} if breakdown else {}
    return urlencode({"indikator": code} | cut)


@register.filter
def percent(value: formats.Number | None, whole: Any = RATIO_ITSELF) -> str:
    """{{ share|percent }} of a ratio, {{ part|percent:whole }} of two counts."""
    return formats.percent(value if whole is RATIO_ITSELF else formats.ratio(value, whole))


@register.filter
def rupiah(value: formats.Number | None) -> str:
    """{{ 1500000|rupiah }} gives Rp 1.500.000."""
    return formats.rupiah(value)


@register.filter
def signed(value: formats.Number | None, decimals: int = 0) -> str:
    """{{ change|signed }} gives +3.792, −48 or 0."""
    return formats.signed(value, decimals)


@register.filter
def svgnum(value: formats.Number) -> str:
    """A figure for an attribute of a drawing, the same in every language."""
    return formats.svg_number(value)


@register.filter
def unknown(value: object) -> object:
    """The value, or an en dash where nothing is known; a zero stays a zero."""
    return formats.UNKNOWN if formats.is_missing(value) else value


@register.filter
def date_id(value: date | None) -> str:
    """{{ day|date_id }} gives 13 September 2022."""
    return formats.long_date(value)


@register.filter
def month_id(value: date | None) -> str:
    """{{ freeze.month|month_id }} gives September 2022."""
    return formats.month_name(value)


@register.filter
def month_short(value: date | None) -> str:
    """{{ label.month|month_short }} gives Sep, for the axis of a chart."""
    return formats.short_month(value)


@register.filter
def weekday_id(value: date | None) -> str:
    """{{ day|weekday_id }} gives Jumat, 30 September 2022."""
    return formats.weekday_date(value)


@register.filter
def date_range(start: date | None, end: date | None) -> str:
    """{{ starts_on|date_range:ends_on }} gives 1 Agustus–16 September 2022."""
    return formats.date_range(start, end)


@register.filter
def datetime_wib(value: datetime | None, zone: str | None = None) -> str:
    """{{ moment|datetime_wib }} gives 30 September 2022, 08.40 WIB.

    {{ moment|datetime_wib:province.time_zone }} adds the clock of a place outside western time.
    """
    return formats.moment(value, zone)


@register.filter
def time_wib(value: datetime | None, zone: str | None = None) -> str:
    """{{ moment|time_wib }} gives 08.40 WIB."""
    return formats.clock(value, zone)


@register.filter
def last_minute(zone: str | None) -> str:
    """{{ province.time_zone|last_minute }}: until when a due date runs, on the clocks there."""
    return formats.last_minute(zone)


@register.filter
def due(value: date | None, today: date | None = None) -> str:
    """{{ report.due_on|due }} gives 5 hari lagi, Rabu 5 Oktober."""
    return formats.due(value, today)


@register.filter
def due_class(value: date | None, today: date | None = None) -> str:
    """class="due due--{{ report.due_on|due_class }}": bad when late, warn in the last week."""
    return formats.due_class(value, today)


@register.simple_tag
def icon(name: str) -> SafeString:
    """{% icon "clock" %}, always beside a word; the names stand in `drawings.ICONS`."""
    drawing = mark_safe(ICONS[name])  # noqa: S308, drawn by us
    return format_html('<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', drawing)


@register.filter
def notice_icon(kind: str) -> str:
    """The icon that goes with the colour of a notice or a message."""
    return NOTICE_ICONS.get(kind, "info")


@register.simple_tag
def tag(kind: str, icon_name: str, label: object) -> SafeString:
    """{% tag "warn" "clock" _("Needs speed") %}: a state in one or two words, with its icon."""
    classes = f"tag tag--{kind}" if kind else "tag"
    return format_html('<span class="{}">{}{}</span>', classes, icon(icon_name), label)


@register.simple_tag
def status_tag(status: str, label: object = None) -> SafeString:
    """{% status_tag report.status %}: the state of a report; also overdue, expected."""
    kind, icon_name, words = STATUS_TAGS.get(str(status), ("", "info", status))
    return tag(kind, icon_name, label or words)


@register.simple_tag
def pace_tag(
    value: formats.Number | None, target: formats.Number | None, pace: formats.Number | None = None
) -> SafeString | str:
    """Where a target stands against an even pace; nothing where the pace is not known."""
    share, expected = formats.ratio(value, target), formats.ratio(pace, target)
    if share is not None and share >= 1:
        return tag("ok", "check", gettext("Target reached"))
    if share is None or expected is None:
        return ""
    if share >= expected:
        return tag("ok", "check", gettext("On track"))
    if share >= expected * NEAR_PACE:
        return tag("ok", "check", gettext("Near the track"))
    return tag("warn", "clock", gettext("Needs to speed up"))


@register.inclusion_tag("partials/bar.html")
def bar(
    value: formats.Number | None,
    target: formats.Number | None,
    pace: formats.Number | None = None,
    label: object = "",
    opening: formats.Number | None = None,
) -> dict[str, object]:
    """{% bar actual target pace=expected_today %}: the bar of a target card, full at 100 %.

    opening: how much of it is opening balance, in a colour of its own at the beginning.
    """
    share, expected = formats.ratio(value, target), formats.ratio(pace, target)
    return {
        "label": label or bar_label(share, expected),
        "width": width(share),
        "pace": None if expected is None else width(expected),
        "opening": width(formats.ratio(opening, target)) if opening else "",
    }


@register.simple_tag
def rank_bar(value: formats.Number | None, whole: formats.Number | None) -> SafeString:
    """{% rank_bar part whole %}: the thin bar under a row of a ranking; the row says its figure."""
    shape = '<rect class="bar-{}" width="{}%" height="10" rx="5"/>'
    share = width(formats.ratio(value, whole))
    bars = [("bg", "100"), ("on", share)] if share != "0" else [("bg", "100")]
    shapes = format_html_join("", shape, bars)
    return format_html('<svg class="bar" aria-hidden="true">{}</svg>', shapes)


def width(share: Decimal | None) -> str:
    """A share as the width of a shape in percent, from 0 to 100."""
    return formats.svg_number(max(Decimal(0), min(Decimal(1), share or Decimal(0))) * 100)


def bar_label(share: Decimal | None, expected: Decimal | None) -> str:
    """What a reader who does not see the bar hears."""
    if share is None:
        return gettext("No target has been set")
    if expected is None:
        return gettext("%(share)s of the target reached") % {"share": formats.percent(share)}
    return gettext(
        "%(share)s of the target reached; at an even pace it would be %(pace)s today"
    ) % {"share": formats.percent(share), "pace": formats.percent(expected)}


@register.inclusion_tag("partials/crumbs.html")
def crumbs(*parts: object) -> dict[str, object]:
    """{% crumbs _("Trainings") list_url cohort.name %}: words and address in pairs, then the page.

    An odd number of parts: the last one is the page itself.
    """
    *links, current = parts
    return {"links": list(zip(links[::2], links[1::2], strict=True)), "current": current}


@register.filter
def control(field: BoundField) -> SafeString:
    """The input of a form field in the look of the portal.

    A placeholder is left out: it is gone once one types, and the label says what is asked. A form
    that compares with what its page showed carries that along, hidden.
    """
    attrs: dict[str, str | bool] = {"placeholder": False}
    if not isinstance(field.field.widget, CheckboxInput):
        given = field.field.widget.attrs.get("class", "")
        attrs["class"] = f"input {given}".strip()
    shown = field.as_widget(attrs=attrs)
    if NOTHING_CHOSEN in shown:
        asked = format_html(">{}<", gettext("Choose"))
        shown = mark_safe(shown.replace(NOTHING_CHOSEN, asked))  # noqa: S308, the widget's own
    return shown + field.as_hidden(only_initial=True) if field.field.show_hidden_initial else shown


@register.filter
def asked_of(form: BaseForm, user: Visitor) -> list[BoundField]:
    """The filters a list offers a person: none by place to whom it shows their own institutions.

    One that is set by a link stays, so that it can be seen and taken back.
    """
    if not user.is_authenticated or user.spec.reach != Reach.OWN:
        return list(form)
    return [field for field in form if field.name not in PLACES or form.data.get(field.name)]


@register.filter
def control_kind(field: BoundField) -> str:
    """How a field is laid out: one box, a list of options, a group of parts, or a plain input."""
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return "check"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "options"
    if isinstance(widget, MultiWidget | SelectDateWidget):
        return "group"
    return "input"
