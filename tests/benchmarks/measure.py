"""Taking times: medians of several runs, and the bare statements of a piece of work."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection

from blk_portal.runtime.frames import with_room

RUNS = 5


@dataclass(frozen=True)
class Line:
    """One measure: the time of the portal, of the raw work, and how often it asked the database.

    rows: how many it was about. most: the ratio that must not be passed, marked where it is.
    """

    name: str
    seconds: float
    raw: float
    queries: int | None = None
    note: str = ""
    rows: int | None = None
    runs: int = RUNS
    most: float | None = None

    @property
    def ratio(self) -> float:
        return self.seconds / self.raw if self.raw else float("nan")

    def __str__(self) -> str:
        note = self.note or ("!" if self.most and self.ratio > self.most else "")
        asked = "" if self.queries is None else f"{self.queries:3d} q"
        return (
            f"{self.name:<58}{asked:>6}{self.seconds * 1000:10.1f} ms"
            f"{self.raw * 1000:10.1f} ms raw   r {self.ratio:6.2f}  {note}"
        ).rstrip()

    def as_noted(self) -> dict[str, object]:
        """As `var/bench.json` keeps it."""
        return {
            "name": self.name, "rows": self.rows, "ours_s": self.seconds,
            "raw_s": self.raw or None, "ratio": self.ratio if self.raw else None,
            "runs": self.runs,
        }  # fmt: skip


@dataclass
class Statements:
    """What a piece of work asked the database, to be asked again without everything around it."""

    asked: list[tuple[str, object]] = field(default_factory=list)

    def __call__(self, execute, sql, params, many, context):
        self.asked.append((sql, params))
        return execute(sql, params, many, context)

    def replay(self) -> None:
        with connection.cursor() as cursor:
            for sql, params in self.asked:
                cursor.execute(sql, params)
                if cursor.description:
                    cursor.fetchall()


def seconds(work: Callable[[], object], *, runs: int = RUNS) -> float:
    """The median of several runs, after one that is not counted."""
    work()
    return statistics.median(_once(work) for _run in range(runs))


def _once(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    with_room(work)
    return time.perf_counter() - start


def median_of_pairs(
    work: Callable[[], object], raw: Callable[[], object], *, runs: int = RUNS
) -> tuple[float, float]:
    """Both medians, taken in turn, so that a busy machine slows both alike."""
    work(), raw()
    pairs = [(_once(work), _once(raw)) for _run in range(runs)]
    return statistics.median(pair[0] for pair in pairs), statistics.median(p[1] for p in pairs)
