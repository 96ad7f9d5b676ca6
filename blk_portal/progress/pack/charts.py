"""The drawings of a pack as plain places and words; they are the charts that the pages show."""

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext

from blk_portal.formats import EN_DASH, long_date, number, percent, short_month, signed
from blk_portal.progress.burn_up import SIDE, chart_of
from blk_portal.progress.pace import RECENT, WEEK, Pace, Series
from blk_portal.progress.pack.hiding import is_few
from blk_portal.progress.pack.shown import HIDDEN, Place, Shown, Value, written
from blk_portal.progress.tilemap import GAP_COLUMN, PITCH, Tile, tile_map

Point = list[float]


def thinned(pace: Pace) -> Pace:
    """A pace as strangers may see it: no month adds fewer than five persons.

    Such a month is told with the next one; of late, too few are no pace.
    """
    found: dict[date, int] = {}
    waiting, last = 0, None
    for month, change in sorted(pace.series.by_month.items()):
        waiting += change
        if waiting and not is_few(abs(waiting)):
            found[month], waiting, last = waiting, 0, month
    if waiting and last is not None:
        found[last] += waiting
    steps = {} if is_few(abs(pace.series.recent)) else pace.series.steps_by_month
    series = Series(by_month=found, steps_by_month=steps, recent=pace.series.recent)
    return replace(pace, series=series, movers=())


def burn_up(pace: Pace) -> dict[str, object]:
    """One chart: lines in a square of side 1, labels in percent of it."""
    chart = chart_of(pace)
    return {
        "line": _points(chart.line),
        "even": _points(chart.even),
        "projections": [_points(one) for one in chart.projections],
        "rules": [{"text": number(rule.value), "y": rule.y / 100} for rule in chart.rules],
        "months": [
            {
                "text": short_month(label.month), "year": str(label.month.year),
                "x": label.x / 100, "anchor": label.anchor,
            }
            for label in chart.labels
        ],
        "now": {
            "x": chart.now[0] / 100, "y": chart.now[1] / 100, "text": number(pace.counted),
            "is_right": chart.now_is_right, "is_low": chart.now_is_low,
        },
        "target": {
            "y": chart.target_y / 100,
            "text": f"{gettext('Target')} {number(pace.target.value)}",
        },
        "alt": _told(pace),
    }  # fmt: skip


def _points(text: str) -> list[Point]:
    return [[float(part) / SIDE for part in pair.split(",")] for pair in text.split()]


def _told(pace: Pace) -> str:
    """What the chart says, for those who cannot see it."""
    values = {
        "message": pace.message, "value": number(pace.counted), "day": long_date(pace.today),
        "target": number(pace.target.value),
    }  # fmt: skip
    return gettext("%(message)s. Reached by %(day)s: %(value)s of %(target)s.") % values


def facts(pace: Pace, *, is_public: bool) -> list[list[str]]:
    """What stands beside a chart, in pairs."""
    rows = [
        [
            gettext("Reached"),
            f"{number(pace.value)} ({percent(pace.value / pace.target.value)})",
        ],
        [gettext("Left to the target"), number(pace.left)],
    ]
    if pace.average is None:
        rows.append([gettext("Pace so far"), gettext("too few data")])
    else:
        rows.append([gettext("Average pace since the period began"), _weekly(pace, pace.average)])
    if pace.recent is not None:
        weeks = {"weeks": number(RECENT.days // WEEK)}
        rows.append(
            [gettext("Pace of the last %(weeks)s weeks") % weeks, _weekly(pace, pace.recent)]
        )
    if pace.required is not None:
        rows.append([gettext("Pace required"), _weekly(pace, pace.required)])
    if pace.has_ended:
        rows.append([gettext("The period ended on"), long_date(pace.target.ends_on)])
        late = HIDDEN if is_public and is_few(abs(pace.added_late)) else signed(pace.added_late)
        rows.append([gettext("Change after that day"), late])
    elif pace.projection:
        low, high = pace.projection
        span = number(low) if low == high else f"{number(low)}{EN_DASH}{number(high)}"
        rows.append(
            [gettext("Projection for %(day)s") % {"day": long_date(pace.target.ends_on)}, span]
        )
    return rows


def _weekly(pace: Pace, value: float) -> str:
    return gettext("%(n)s a week") % {"n": number(value, pace.decimals)}


def province_map(shown: Shown, code: str) -> dict[str, object]:
    """The tile map of one figure: both halves side by side, and the scale."""
    drawn = tile_map(shown.by_province(code), code)
    return {
        "columns": 2 * GAP_COLUMN + 1,
        "tiles": [
            _tile(tile, half.is_west, shown.value(code, Place(tile.province.pk)))
            for half in drawn.halves
            for tile in half.tiles
        ],
        "scale": [
            {
                "shade": shade,
                "text": f"{number(start)}{EN_DASH}{number(below - 1)}"
                if below
                else gettext("%(n)s and more") % {"n": number(start)},
            }
            for shade, start, below in drawn.classes
        ],
    }


def _tile(tile: Tile, is_west: bool, value: Value) -> dict[str, object]:
    return {
        "column": tile.x // PITCH + (0 if is_west else GAP_COLUMN + 1),
        "row": tile.y // PITCH + (0 if is_west else 1),
        "shade": tile.shade,
        "is_dark": tile.is_dark,
        "label": tile.province.label,
        "text": written(value),
    }
