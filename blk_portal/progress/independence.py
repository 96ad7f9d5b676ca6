"""“More credible and independent” as a figure: how many institutions are of which class, and since.

Counted live from the standing assessments: one pass over the institutions under an agreement, for
every day that is shown.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from operator import attrgetter

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import today
from blk_portal.accounts.requests import Visitor
from blk_portal.accounts.roles import Reach
from institutions.lifecycle import MilestoneKind
from institutions.maturity import Maturity
from institutions.models import Assessment, Institution, Milestone, Province, TrainingOffice
from institutions.models.assessment import UNASSESSED

# From the highest class to the lowest, as the pages show them.
CLASSES = tuple(reversed(Maturity))
LONGEST_SERIES = 6
PAPERS = (MilestoneKind.LICENCE, MilestoneKind.ACCREDITATION)
WHOLE = "whole"
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


@dataclass(slots=True)
class Past:
    """What is known of one institution: since when it counts, and, each with its day and in their
    order, its classes and the first of its papers of each kind."""

    since: date
    province: int
    office: int | None
    classes: tuple[tuple[date, str], ...] = ()
    papers: tuple[tuple[date, str], ...] = ()

    def held_on(self, day: date) -> tuple[str, ...]:
        """All that it counts in on a day: as one of the whole, by its class, by its papers."""
        if self.since > day:
            return ()
        held: str = UNASSESSED
        for dated, maturity in self.classes:
            if dated > day:
                break
            held = maturity
        if not self.papers:
            return WHOLE, held
        return (WHOLE, held, *[kind for dated, kind in self.papers if dated <= day])


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


def known_pasts() -> dict[int, Past]:
    """What is known of each institution under a standing agreement (PKB)."""
    agreed = Milestone.objects.standing().filter(kind=MilestoneKind.PKB)
    pasts: dict[int, Past] = {}
    for pk, province, office, day in agreed.values_list(
        "institution", "institution__regency__province", "institution__office", "happened_on"
    ).order_by("happened_on"):
        pasts.setdefault(pk, Past(since=day, province=province, office=office))
    standing = Assessment.objects.standing().order_by("assessed_on", "id")
    for pk, day, maturity in standing.values_list("institution", "assessed_on", "maturity"):
        if past := pasts.get(pk):
            past.classes += ((day, maturity),)
    papers = Milestone.objects.standing().filter(kind__in=PAPERS).order_by("happened_on")
    for pk, kind, day in papers.values_list("institution", "kind", "happened_on"):
        past = pasts.get(pk)
        if past and all(kind != known for _day, known in past.papers):
            past.papers += ((day, kind),)
    return pasts


def standings_of(pasts: Iterable[Past], days: Sequence[date], list_url: str = "") -> list[Standing]:
    """How these institutions stood on some days; the latest day comes first.

    Each institution is looked at once: what became of it is noted at the first of the days that
    knows of it, and added up from there on.
    """
    ends = sorted(days)
    moves: list[Counter[str]] = [Counter() for _day in ends]
    for past in pasts:
        begun = bisect_left(ends, past.since)
        if begun == len(ends):
            continue
        before = UNASSESSED
        moves[begun][WHOLE] += 1
        moves[begun][before] += 1
        for day, maturity in past.classes:
            at = max(begun, bisect_left(ends, day))
            if at == len(ends):
                break
            moves[at][before] -= 1
            moves[at][maturity] += 1
            before = maturity
        for day, kind in past.papers:
            at = max(begun, bisect_left(ends, day))
            if at < len(ends):
                moves[at][kind] += 1
    counts, found = dict.fromkeys(KEYS, 0), []
    for end, moved in zip(ends, moves, strict=True):
        counts = {key: count + moved[key] for key, count in counts.items()}
        found.append(Standing(end, counts[WHOLE], counts, list_url))
    return found[::-1]


def standing_of(held: Iterable[tuple[str, ...]], day: date, list_url: str = "") -> Standing:
    """How institutions stood on a day, by what each of them held (`Past.held_on`)."""
    counts = dict.fromkeys(KEYS, 0)
    for keys, number in Counter(held).items():
        for key in keys:
            counts[key] += number
    return Standing(day, counts[WHOLE], counts, list_url)


def days_shown(pasts: Iterable[Past]) -> list[date]:
    """Today, and the last days of the years since the first assessment, the latest first."""
    now = today()
    first = min((past.classes[0][0] for past in pasts if past.classes), default=now)
    ends = [date(year, 12, 31) for year in range(now.year - 1, first.year - 1, -1)]
    return [now, *ends[: LONGEST_SERIES - 1]]


@dataclass
class Independence:
    """The figures for one reader: the nation's for everybody, with lists for the reader's area."""

    user: Visitor
    pasts: dict[int, Past] = field(default_factory=known_pasts)

    def __post_init__(self) -> None:
        self.days = days_shown(self.pasts.values())
        self.sees_nation = self.user.is_authenticated and self.user.spec.reach == Reach.NATION
        self.has_area = self.user.is_authenticated and self.user.spec.reach in (
            Reach.NATION, Reach.OFFICE, Reach.REGION,
        )  # fmt: skip
        self.own = self._own_pasts()
        self.list_url = reverse("institutions:institution-list") + "?"

    def _own_pasts(self) -> list[Past]:
        if self.sees_nation:
            return list(self.pasts.values())
        if not self.has_area:
            return []
        visible = Institution.objects.visible_to(self.user).order_by().values_list("pk", flat=True)
        return [self.pasts[pk] for pk in visible if pk in self.pasts]

    def series(self) -> list[Series]:
        """The nation over time, and the reader's own area where that is less."""
        everything: Sequence[Past] = list(self.pasts.values())
        nation = self._over_time(
            gettext("The nation"), everything, self.list_url if self.sees_nation else ""
        )
        if self.sees_nation or not self.own:
            return [nation]
        return [self._over_time(gettext("Your area"), self.own, self.list_url), nation]

    def area_series(self, area: Province | TrainingOffice) -> Series | None:
        """One province or office over time as far as the reader may see it; None: nothing there."""
        is_province = isinstance(area, Province)
        name = "provinsi" if is_province else "uptp"
        inside = [
            past for past in self.own
            if (past.province if is_province else past.office) == area.pk
        ]  # fmt: skip
        if not (inside or self.sees_nation):
            return None
        return self._over_time(area.name, inside, self._list_of(name, area))

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
            rows.append(Row(None, standing_of(waiting, self.days[0])))
        return rows

    @cached_property
    def held_now(self) -> list[tuple[str, ...]]:
        """What each of the reader's own institutions counts in today."""
        return [past.held_on(self.days[0]) for past in self.own]

    def _held_now(self, column: str) -> dict[int, list[tuple[str, ...]]]:
        inside: dict[int, list[tuple[str, ...]]] = {}
        for area, held in zip(map(attrgetter(column), self.own), self.held_now, strict=True):
            inside.setdefault(area or NONE, []).append(held)
        return inside

    def _rows(
        self,
        areas: Iterable[Province | TrainingOffice],
        name: str,
        held: Mapping[int, list[tuple[str, ...]]],
    ) -> list[Row]:
        day = self.days[0]
        return [
            Row(area, standing_of(held[area.pk], day, self._list_of(name, area))) for area in areas
        ]

    def _list_of(self, name: str, area: Province | TrainingOffice) -> str:
        return f"{self.list_url}{urlencode({name: area.code})}&"

    def _over_time(self, title: object, pasts: Sequence[Past], list_url: str) -> Series:
        return Series(title, standings_of(pasts, self.days, list_url))
