"""Two budget years side by side, by figures of the same kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from blk_portal.progress import boundaries
from blk_portal.progress.breakdowns import known_figures
from blk_portal.progress.figures import AreaRow, ProvinceRow
from blk_portal.progress.indicators import AFTER_TRAINING, HEADLINES, INDICATORS, Indicator
from institutions.models import ProgrammeYear, Province

PARAMETER = "banding"
# What is compared: each headline figure with its companions, then what came after the training.
COMPARED = (
    *(code for head, companions in HEADLINES.items() for code in (head, *companions)),
    *(code for base, parts in AFTER_TRAINING for code in (base, *parts)),
)


@dataclass(frozen=True)
class Line:
    """A figure of both years; None where nothing is known of one."""

    label: object
    now: int | None
    then: int | None
    province: Province | None = None

    @property
    def change(self) -> int | None:
        return None if self.now is None or self.then is None else self.now - self.then

    @property
    def growth(self) -> float | None:
        """The change as a share of the earlier figure; None where that is zero or unknown."""
        return self.change / self.then if self.change is not None and self.then else None


@dataclass(frozen=True)
class Comparison:
    """One year beside another: figures of the nation, and the participations of provinces."""

    other: ProgrammeYear
    lines: list[Line]
    provinces: list[Line]


def chosen_other(
    known: Sequence[ProgrammeYear], year: ProgrammeYear, text: str | None
) -> ProgrammeYear | None:
    """The year asked for beside another one; None for no word, and for the year itself.

    Raises LookupError for a year without figures.
    """
    if not text or text == str(year.year):
        return None
    for one in known:
        if str(one.year) == text:
            return one
    raise LookupError(text)


def compared(
    other: ProgrammeYear, nation: Mapping[str, int], rows: Sequence[ProvinceRow], *, reading: str
) -> Comparison:
    """The other year beside the figures of the nation and the rows that a page shows already.

    reading: on which map the rows are read; the other year is read on it as well.
    """
    cells = boundaries.cells(reading).filter(programme_year=other, office=None, breakdown="")
    then: dict[int | None, dict[str, int]] = {}
    for province, code, value in cells.values_list("province", "indicator", "value"):
        then.setdefault(province, {})[code] = value
    now_known, then_known = known_figures(nation), known_figures(then.get(None, {}))
    lines = [_line(INDICATORS[code], now_known[code], then_known[code]) for code in COMPARED]
    return Comparison(
        other,
        [line for line in lines if line.now is not None or line.then is not None],
        [
            Line(
                row.province.name, row.known["completed"],
                AreaRow(then.get(row.province.pk, {})).known["completed"], row.province,
            )
            for row in rows
        ],
    )  # fmt: skip


def _line(indicator: Indicator, now: int | None, then: int | None) -> Line:
    return Line(indicator.label, now, then)
