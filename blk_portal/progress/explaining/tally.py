"""Sums over the lines of a family: how much counts, and how many rows do not, by key and reason."""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import QuerySet

from blk_portal.progress.explaining.reasons import COUNTING
from blk_portal.progress.opening.counting import IN_PLACE
from institutions.models import Institution


class Tally(NamedTuple):
    """A sum of lines. value: what they add to the figure, 0 with a reason. rows: how many rows."""

    value: int = 0
    rows: int = 0

    def plus(self, other: "Tally") -> "Tally":
        return Tally(self.value + other.value, self.rows + other.rows)


# By key and reason; the empty reason counts, and that of opening balances. Key 0 is what the reader
# may not open one by one.
Tallies = dict[tuple[int, str], Tally]
REST = 0


@dataclass(frozen=True)
class Place:
    """The institutions that a question is about, each with the key under which its lines are added.

    level: what the keys are. rows: pairs of institution and key. is_whole: all institutions.
    """

    level: str
    rows: QuerySet[Institution, tuple[int, int]]
    is_whole: bool = False

    def keys(self) -> dict[int, int]:
        return dict(self.rows)


# The lines may limit themselves to the institutions in `place`.
SUMS = """SELECT * FROM (
WITH place (institution_id, key) AS MATERIALIZED ({place}),
line (institution_id, unit_id, reason, value, rows) AS ({lines})
SELECT {key}, line.reason, sum(line.value)::bigint, sum(line.rows)::bigint
FROM line JOIN place USING (institution_id)
WHERE line.rows > 0
GROUP BY 1, 2) AS summed
"""
PLACEHOLDER = re.compile("%s")


def sums(lines: str, values: Mapping[str, Any], place: Place, *, by_unit: bool) -> Tallies:
    """The lines of a statement added up by the keys of the place, or by unit."""
    if place.is_whole:
        # The join says who is in; asking it of each row before as well takes its time.
        lines = lines.replace(IN_PLACE, "IS NOT NULL")
    sql, given = place.rows.query.sql_with_params()
    number = itertools.count()
    named = PLACEHOLDER.sub(lambda _found: f"%(place_{next(number)})s", sql)
    statement = SUMS.format(place=named, lines=lines, key="unit_id" if by_unit else "key")
    return keyed(statement, {**values, **{f"place_{at}": value for at, value in enumerate(given)}})


def keyed(statement: str, values: Mapping[str, Any]) -> Tallies:
    """The tallies of a statement that gives key, reason, value and rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(values))
        return {
            (key, reason): Tally(value if reason in COUNTING else 0, rows)
            for key, reason, value, rows in cursor.fetchall()
        }


def total(tallies: Sequence[Tally]) -> Tally:
    """All of them together."""
    whole = Tally()
    for tally in tallies:
        whole = whole.plus(tally)
    return whole
