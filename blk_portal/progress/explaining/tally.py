"""Sums over the lines of a family: how much counts, and how many rows do not, by key and reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db import connection


class Tally(NamedTuple):
    """A sum of lines.

    value: what they add to the figure, 0 with a reason. rows: how many there are. units: over how
    many reports, tenants or institutions they are spread.
    """

    value: int = 0
    rows: int = 0
    units: int = 0

    def plus(self, other: "Tally") -> "Tally":
        return Tally(self.value + other.value, self.rows + other.rows, self.units + other.units)


# By key and reason; the empty reason counts. Key 0 is what the reader may not open one by one.
Tallies = dict[tuple[int, str], Tally]
REST = 0


@dataclass(frozen=True)
class Place:
    """The institutions that a question is about, each with the key under which its lines are added.

    level: what the keys are: provinces or institutions.
    """

    level: str
    keys: Mapping[int, int]


SUMS = """
WITH place (institution_id, key) AS MATERIALIZED (
    SELECT * FROM unnest(%(institutions)s::bigint[], %(keys)s::bigint[])
),
line (institution_id, unit_id, reason, value, rows) AS ({lines})
SELECT {key}, line.reason, sum(line.value)::bigint, sum(line.rows)::bigint, count(*)
FROM line JOIN place USING (institution_id)
WHERE line.rows > 0
GROUP BY 1, 2
"""


def sums(lines: str, values: Mapping[str, Any], place: Place, *, by_unit: bool) -> Tallies:
    """The lines of a statement added up by the keys of the place, or by unit.

    The statement may limit itself by `%(institutions)s`.
    """
    statement = SUMS.format(lines=lines, key="line.unit_id" if by_unit else "place.key")
    given = {"institutions": list(place.keys), "keys": list(place.keys.values()), **values}
    return keyed(statement, given)


def keyed(statement: str, values: Mapping[str, Any]) -> Tallies:
    """The tallies of a statement that gives key, reason, value, rows and units."""
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(values))
        return {
            (key, reason): Tally(0 if reason else value, rows, units)
            for key, reason, value, rows, units in cursor.fetchall()
        }


def total(tallies: Sequence[Tally]) -> Tally:
    """All of them together."""
    whole = Tally()
    for tally in tallies:
        whole = whole.plus(tally)
    return whole
