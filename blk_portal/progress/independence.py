"""“More credible and independent” as a figure: how many institutions are of which class, and since.

Counted live from the standing assessments (see `maturity_moves`), for every day that is shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import today
from blk_portal.accounts.requests import Visitor
from blk_portal.accounts.roles import Reach
from blk_portal.progress.maturity_moves import CLASSES, PAPERS, WHOLE, Move, moves_until
from institutions.lifecycle import MilestoneKind
from institutions.maturity import Maturity
from institutions.models import Institution, Province, TrainingOffice
from institutions.models.assessment import UNASSESSED

LONGEST_SERIES = 6
# The key of those without an office.
NONE = 0
KEYS = tuple(map(str, (WHOLE, *CLASSES, UNASSESSED, *PAPERS)))

# What the ministry has said in public, for comparison only: the sources differ, and count by rules
# of their own.
PUBLISHED: tuple[tuple[object, dict[str, int], object], ...] = (
    (
        "2022",
        {Maturity.INDEPENDENT: 283, Maturity.DEVELOPING: 876, Maturity.GROWING: 1_752},
        "bisnisbandung; antaranews",
    ),
    (
        _("August 2023"),
        {Maturity.INDEPENDENT: 492, Maturity.DEVELOPING: 1_534, Maturity.GROWING: 1_731},
        _("public statements of the ministry"),
    ),
)


@dataclass(frozen=True)
class Count:
    """A figure, and the list behind it where the reader may see all of it."""

    value: int | None
    url: str = ""


@dataclass(frozen=True)
class Standing:
    """How the institutions of an area stood on one day.

    counts: by KEYS. list_url: how the address of the lists behind begins; empty where the reader
    does not see all of it.
    """

    day: date
    whole: int
    counts: dict[str, int]
    list_url: str = ""

    @property
    def is_today(self) -> bool:
        return self.day == today()

    @property
    def assessed(self) -> int:
        return self.whole - self.counts[UNASSESSED]

    @property
    def classes(self) -> list[Count]:
        """From the highest class to the lowest; unknown, not zero, where nobody was assessed."""
        return [self._count("kelas", one, is_known=bool(self.assessed)) for one in CLASSES]

    @property
    def unassessed(self) -> Count:
        return self._count("kelas", UNASSESSED)

    @property
    def total(self) -> Count:
        return self._listed(self.whole, "tonggak", MilestoneKind.PKB)

    @property
    def licensed(self) -> Count:
        return self._count("tonggak", MilestoneKind.LICENCE)

    @property
    def accredited(self) -> Count:
        return self._count("tonggak", MilestoneKind.ACCREDITATION)

    @property
    def figures(self) -> list[Count]:
        """All of them, in the order of the columns."""
        return [*self.classes, self.unassessed, self.total, self.licensed, self.accredited]

    @property
    def segments(self) -> list[tuple[str, float, float]]:
        """The parts of the stacked bar: key, where it begins and how wide it is, in percent."""
        parts, start = [], 0.0
        for key in (*CLASSES, UNASSESSED):
            width = 100 * self.counts[key] / self.whole if self.whole else 0.0
            if width:
                parts.append((str(key), start, width))
            start += width
        return parts

    def _count(self, name: str, key: str, *, is_known: bool = True) -> Count:
        return self._listed(self.counts[key] if is_known else None, name, key)

    def _listed(self, value: int | None, name: str, key: str) -> Count:
        if not self.list_url:
            return Count(value)
        day = "" if self.is_today else f"&pada={self.day.isoformat()}"
        return Count(value, f"{self.list_url}{name}={key}{day}")


@dataclass(frozen=True)
class Series:
    """One area over time, the latest day first."""

    title: object
    standings: list[Standing]

    @property
    def latest(self) -> Standing:
        return self.standings[0]

    @property
    def message(self) -> str:
        """What the series says, in words: how many are independent, of how many assessed."""
        latest = self.latest
        if not latest.assessed:
            return gettext("No institution has been assessed yet")
        return gettext("%(n)s of %(whole)s assessed institutions are independent") % {
            "n": latest.counts[Maturity.INDEPENDENT], "whole": latest.assessed,
        }  # fmt: skip


@dataclass(frozen=True)
class Row:
    """An area as it stands today."""

    area: Province | TrainingOffice | None
    standing: Standing


def days_counted(now: date) -> list[date]:
    """The last days of the years before, as many as are shown, and today."""
    first = now.year - LONGEST_SERIES + 1
    return [*(date(year, 12, 31) for year in range(first, now.year)), now]


def _standing(day: date, counts: dict[str, int], list_url: str) -> Standing:
    """Who is of no class is not assessed."""
    waiting = counts[WHOLE] - sum(counts[one] for one in CLASSES)
    return Standing(day, counts[WHOLE], counts | {UNASSESSED: waiting}, list_url)


@dataclass
class Independence:
    """The figures for one reader: the nation's for everybody, with lists for the reader's area.

    area: a province or an office, of which alone the reader's own figures are; None: all of it.
    """

    user: Visitor
    area: Province | TrainingOffice | None = None

    def __post_init__(self) -> None:
        reach = self.user.spec.reach if self.user.is_authenticated else Reach.NOTHING
        self.sees_nation = reach == Reach.NATION
        self.has_area = reach in (Reach.NATION, Reach.OFFICE, Reach.REGION)
        ends = days_counted(today())
        self.moves = moves_until(ends, own=self._own_keys(), area=self.area)
        assessed = [move.at for move in self.moves if move.key in CLASSES and move.at is not None]
        self.first = min(assessed, default=len(ends) - 1)
        self.days = ends[self.first :]
        self.list_url = reverse("institutions:institution-list") + "?"

    def _own_keys(self) -> list[int] | None:
        """The institutions that the reader sees; None for all."""
        if self.sees_nation:
            return None
        if not self.has_area:
            return []
        visible = Institution.objects.visible_to(self.user).order_by()
        return list(visible.values_list("pk", flat=True))

    def series(self) -> list[Series]:
        """The nation over time, and the reader's own area where that is less."""
        nation = self._over_time(
            gettext("The nation"), self.moves, self.list_url if self.sees_nation else ""
        )
        if self.sees_nation:
            return [nation]
        own = self._over_time(gettext("Your area"), self._own, self.list_url)
        return [own, nation] if own.latest.whole else [nation]

    def area_series(self) -> Series | None:
        """The area over time as far as the reader may see it; None: nothing there."""
        assert self.area, "the series of an area is read for one"
        name = "provinsi" if isinstance(self.area, Province) else "uptp"
        series = self._over_time(self.area.name, self._own, self._list_of(name, self.area))
        return series if series.latest.whole or self.sees_nation else None

    def province_rows(self) -> list[Row]:
        """The provinces of which the reader sees institutions, as they stand today."""
        held = self._held_now("province")
        return self._rows(Province.objects.filter(pk__in=list(held)), "provinsi", held)

    def office_rows(self) -> list[Row]:
        """The offices of which the reader sees institutions; at the end those without one."""
        held = self._held_now("office")
        waiting = held.pop(NONE, None)
        rows = self._rows(TrainingOffice.objects.filter(pk__in=list(held)), "uptp", held)
        if waiting:
            rows.append(Row(None, self._today(waiting)))
        return rows

    @property
    def _own(self) -> list[Move]:
        return [move for move in self.moves if move.is_own]

    def _held_now(self, kind: str) -> dict[int, dict[str, int]]:
        """By area of a kind: how many of the reader's own count in what today."""
        inside: dict[int, dict[str, int]] = {}
        for move in self._own:
            if move.kind == kind and move.change:
                inside.setdefault(move.area or NONE, dict.fromkeys(KEYS, 0))[move.key] = move.change
        return inside

    def _rows(
        self,
        areas: Iterable[Province | TrainingOffice],
        name: str,
        held: Mapping[int, dict[str, int]],
    ) -> list[Row]:
        return [Row(area, self._today(held[area.pk], self._list_of(name, area))) for area in areas]

    def _today(self, counts: dict[str, int], list_url: str = "") -> Standing:
        return _standing(self.days[-1], counts, list_url)

    def _list_of(self, name: str, area: Province | TrainingOffice) -> str:
        return f"{self.list_url}{urlencode({name: area.code})}&"

    def _over_time(self, title: object, moves: Iterable[Move], list_url: str) -> Series:
        """What moved until each of the days, added up from the first to today."""
        moved = [dict.fromkeys(KEYS, 0) for _day in self.days]
        for move in moves:
            if move.at is not None:
                moved[max(0, move.at - self.first)][move.key] += move.change
        counts, standings = dict.fromkeys(KEYS, 0), []
        for day, change in zip(self.days, moved, strict=True):
            counts = {key: count + change[key] for key, count in counts.items()}
            standings.append(_standing(day, counts, list_url))
        return Series(title, standings[::-1])
