"""The bridge of a figure between two moments: what was added and taken away, and by which rows.

Each term is a sum over reports, institutions or incubators, so it leads to them. First what was
there moves with its institution from province to province, then what changed counts in the new one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from blk_portal.progress.indicators import HEADLINES, INDICATORS, Indicator
from blk_portal.progress.past import COUNTED, INSTITUTIONS, KNOWN, STAGE, last_day_of
from incubators.stages import REACHED, Stage
from institutions.models import ProgrammeYear, Province

BRIDGED: dict[str, Indicator] = {
    code: INDICATORS[code]
    for headline, companions in HEADLINES.items()
    for code in (headline, *companions)
}
# What a term is called; in the order in which the bridge is read.
TERMS: dict[str, Promise] = {
    "verified": _("Verified"),
    "recorded": _("Recorded"),
    "replacement": _("Taken in as a replacement"),
    "opening": _("Opening balance counted"),
    "replaced": _("Opening balance replaced by reports"),
    "reopened": _("Reopened"),
    "withdrawn": _("Cancelled or withdrawn"),
    "struck_off": _("Struck off"),
    "lapsed": _("Standing lapsed"),
    "moved": _("Person counted elsewhere"),
    "area": _("Institution moved to another province"),
    "rule": _("Counted anew by another rule"),
}
AREA, RULE = "area", "rule"


def _held(condition: str, moment: str) -> str:
    return condition.replace("%(at)s", f"%({moment})s")


# A unit is what a figure is made of. was, becomes: what it adds at both moments. lost, gained: what
# it lost and gained between them, each under the name of a term. A span of a report that ended
# without another beginning at once was ended by a reopening; else a person went to another report.
REPORTS = f"""
SELECT n.id, n.institution_id, n.was, n.becomes,
    CASE WHEN n.is_reopened THEN 'reopened' ELSE %(other)s END AS lost_by,
    CASE WHEN n.is_reopened THEN n.was ELSE greatest(n.was - n.becomes, 0) END AS lost,
    CASE WHEN n.is_reopened OR NOT n.was_counted THEN 'verified' ELSE %(other)s END AS gained_by,
    CASE WHEN n.is_reopened THEN n.becomes ELSE greatest(n.becomes - n.was, 0) END AS gained
FROM (
    SELECT *, ends IS NOT NULL AND NOT coalesce(ends <@ beginnings, false) AS is_reopened
    FROM (SELECT report_id AS id, institution_id,
        coalesce(sum({{column}}) FILTER (WHERE {_held(COUNTED, "from")}), 0) AS was,
        coalesce(sum({{column}}) FILTER (WHERE {_held(COUNTED, "until")}), 0) AS becomes,
        bool_or(counted_from <= %(from)s) AS was_counted,
        array_agg(counted_to) FILTER (WHERE counted_to <= %(until)s) AS ends,
        array_agg(counted_from) FILTER (WHERE counted_from > %(from)s) AS beginnings
    FROM trainings_cohortcount
    WHERE programme_year_id = %(year)s AND counted_from <= %(until)s
      AND (counted_to IS NULL OR counted_to > %(from)s)
    GROUP BY report_id, institution_id) spans
) n
"""  # noqa: S608, made of our own constants
# Of an institution: what its opening balance counts beside the reports. Its unit has the negative
# of its number, so that it is no report's.
OPENINGS = f"""
SELECT -left_over.institution_id AS id, left_over.institution_id, left_over.was, left_over.becomes,
    CASE WHEN said_becomes < said_was THEN 'withdrawn' ELSE 'replaced' END AS lost_by,
    greatest(left_over.was - left_over.becomes, 0) AS lost,
    'opening' AS gained_by, greatest(left_over.becomes - left_over.was, 0) AS gained
FROM (
    SELECT said.institution_id, said.was AS said_was, said.becomes AS said_becomes,
        greatest(said.was - coalesce(told.was, 0), 0) AS was,
        greatest(said.becomes - coalesce(told.becomes, 0), 0) AS becomes
    FROM (
        SELECT institution_id,
            coalesce(sum({{column}}) FILTER (WHERE {_held(COUNTED, "from")}), 0) AS was,
            coalesce(sum({{column}}) FILTER (WHERE {_held(COUNTED, "until")}), 0) AS becomes
        FROM progress_openingbalance
        WHERE programme_year_id = %(year)s AND counted_from <= %(until)s
          AND (counted_to IS NULL OR counted_to > %(from)s)
        GROUP BY institution_id
    ) said
    LEFT JOIN LATERAL (
        SELECT sum({{column}}) FILTER (WHERE {_held(COUNTED, "from")}) AS was,
            sum({{column}}) FILTER (WHERE {_held(COUNTED, "until")}) AS becomes
        FROM trainings_cohortcount n
        WHERE n.programme_year_id = %(year)s AND n.institution_id = said.institution_id
    ) told ON true
) left_over
"""  # noqa: S608, made of our own constants
MILESTONES = f"""
SELECT m.institution_id AS id, m.institution_id, m.was, m.becomes,
    'withdrawn' AS lost_by, greatest(m.was - m.becomes, 0) AS lost,
    CASE WHEN i.replaces_id IS NULL THEN 'recorded' ELSE 'replacement' END AS gained_by,
    greatest(m.becomes - m.was, 0) AS gained
FROM (
    SELECT institution_id,
        count(*) FILTER (WHERE {_held(KNOWN, "from")}) AS was,
        count(*) FILTER (WHERE {_held(KNOWN, "until")}) AS becomes
    FROM institutions_milestone
    WHERE programme_year_id = %(year)s AND kind = %(kind)s
    GROUP BY institution_id
) m
JOIN institutions_institution i ON i.id = m.institution_id
"""  # noqa: S608, made of our own constants
STANDS = """(
    NOT %(has_to_stand)s OR coalesce((
        SELECT c.is_granted FROM incubators_standingchange c
        WHERE c.incubator_id = i.id AND {known} ORDER BY c.day DESC LIMIT 1), false))"""
INCUBATORS = f"""
SELECT u.id, u.institution_id, u.was, u.becomes,
    CASE WHEN u.stage = 'struck_off' THEN 'struck_off' WHEN u.stage = ANY(%(reached)s)
         THEN 'lapsed' ELSE 'withdrawn' END AS lost_by,
    greatest(u.was - u.becomes, 0) AS lost,
    CASE WHEN u.replaces_id IS NULL THEN 'recorded' ELSE 'replacement' END AS gained_by,
    greatest(u.becomes - u.was, 0) AS gained
FROM (
    SELECT i.id, i.institution_id, i.replaces_id, now.stage,
        (i.listed_on <= %(from_day)s AND {_held(STAGE, "from")} = ANY(%(reached)s)
            AND {STANDS.format(known=_held(KNOWN, "from"))})::int AS was,
        (i.listed_on <= %(until_day)s AND now.stage = ANY(%(reached)s)
            AND {STANDS.format(known=_held(KNOWN, "until"))})::int AS becomes
    FROM incubators_incubator i
    JOIN incubators_selectionround s ON s.id = i.round_id
    CROSS JOIN LATERAL (SELECT {_held(STAGE, "until")} AS stage) AS now
    WHERE s.programme_year_id = %(year)s
) u
"""  # noqa: S608, made of our own constants

EVERYWHERE = "SELECT unit.*, 1 AS was_in, 1 AS is_in FROM unit"
THERE = """unit.institution_id IN (
            SELECT i.id FROM {institutions} i JOIN institutions_regency r ON r.id = i.regency_id
            WHERE r.province_id = %(province)s)"""
IN_PROVINCE = f"""
    SELECT unit.*, ({THERE.format(institutions=_held(INSTITUTIONS, "from"))})::int AS was_in,
        ({THERE.format(institutions=_held(INSTITUTIONS, "until"))})::int AS is_in
    FROM unit
"""  # noqa: S608, made of our own constants
STEPS = """(
    WITH unit AS ({units}), placed AS ({placed})
    SELECT v.term, placed.id, placed.institution_id, v.amount
    FROM placed CROSS JOIN LATERAL (VALUES
        ('start', was * was_in), ('end', becomes * is_in), ('area', was * (is_in - was_in)),
        (lost_by, -lost * is_in), (gained_by, gained * is_in)
    ) AS v (term, amount)
    WHERE v.amount <> 0
) AS step"""
SUMS = f"SELECT term, sum(amount)::bigint, count(*) FROM {STEPS} GROUP BY term"  # noqa: S608, ours
# What one term is made of, the weightiest first.
ROWS = f"""
SELECT id, institution_id, sum(amount)::bigint FROM {STEPS} WHERE term = %(term)s
GROUP BY id, institution_id ORDER BY abs(sum(amount)) DESC, id
"""  # noqa: S608, made of our own constants


class Row(NamedTuple):
    """One report, institution or incubator (its primary key) behind a term, and what it adds.

    An opening balance has the negative of its institution's.
    """

    pk: int
    institution: int
    amount: int


@dataclass(frozen=True)
class Term:
    """One kind of change: its sum, and how many rows stand behind it."""

    key: str
    value: int
    rows: int

    @property
    def label(self) -> str:
        return str(TERMS[self.key])


@dataclass(frozen=True)
class Bridge:
    """A figure at two moments, and the terms that lead from the one to the other."""

    start: int
    end: int
    terms: Sequence[Term]

    @property
    def difference(self) -> int:
        return self.end - self.start

    @property
    def is_exact(self) -> bool:
        """Whether the terms lead from the one number to the other."""
        return self.start + sum(term.value for term in self.terms) == self.end


@dataclass(frozen=True)
class Span:
    """What is bridged: an indicator of a budget year between two moments, perhaps in a province."""

    year: ProgrammeYear
    indicator: str
    since: datetime
    until: datetime
    province: Province | None = None

    @property
    def unit(self) -> str:
        """What the rows behind the terms are: report, institution or incubator."""
        if self.indicator.startswith("institutions_"):
            return "institution"
        return "incubator" if self.indicator.startswith("incubators_") else "report"

    def bridge(self, *, start: int | None = None, end: int | None = None) -> Bridge:
        """The bridge; where `start` or `end` was published, what rows do not explain is the rule's.

        Rows say something else than a publication only where they were counted anew since.
        """
        sums = {term: (value, rows) for term, value, rows in self._read(SUMS)}
        counted = [sums.pop(key, (0, 0))[0] for key in ("start", "end")]
        start = counted[0] if start is None else start
        end = counted[1] if end is None else end
        left = end - start - sum(value for value, _rows in sums.values())
        if left:
            value, rows = sums.get(RULE, (0, 0))
            sums[RULE] = (value + left, rows)
        return Bridge(start, end, [Term(key, *sums[key]) for key in TERMS if key in sums])

    def rows(self, term: str) -> list[Row]:
        """What stands behind a term, the weightiest first."""
        return [Row(*row) for row in self._read(ROWS, term=term)]

    def _read(self, statement: str, **more: Any) -> list[tuple[Any, ...]]:
        units, values = self._units()
        placed = IN_PROVINCE if self.province else EVERYWHERE
        values |= {
            "year": self.year.pk, "from": self.since, "until": self.until,
            "province": self.province and self.province.pk, **more,
        }  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute(statement.format(units=units, placed=placed), values)
            return list(cursor.fetchall())

    def _units(self) -> tuple[str, dict[str, Any]]:
        """The statement of the units, and the values that it alone asks for."""
        if self.unit == "institution":
            return MILESTONES, {"kind": self.indicator.removeprefix("institutions_")}
        if self.unit == "incubator":
            stage = self.indicator.removeprefix("incubators_")
            return INCUBATORS, {
                "reached": list(REACHED[stage]),
                "has_to_stand": stage == Stage.ESTABLISHED,
                "from_day": last_day_of(self.since), "until_day": last_day_of(self.until),
            }  # fmt: skip
        if self.indicator == "people":
            return REPORTS.format(column=self.indicator), {"other": "moved"}
        units = f"{REPORTS} UNION ALL {OPENINGS}".format(column=self.indicator)
        return units, {"other": RULE}
