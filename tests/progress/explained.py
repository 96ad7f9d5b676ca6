"""Figures as their explanation adds them up, in the shape of the stored cells."""

from collections import Counter

from blk_portal.accounts.models import User
from blk_portal.progress.explaining.explanation import Explanation, explain, place_of
from blk_portal.progress.explaining.families import FAMILIES
from blk_portal.progress.explaining.question import Question
from blk_portal.progress.explaining.reasons import COUNTING
from blk_portal.progress.explaining.tally import Tallies
from blk_portal.progress.indicators import INDICATORS
from institutions.models import Institution, ProgrammeYear


def asked(user: User, year: ProgrammeYear, code: str = "completed", **more) -> Explanation:
    """The explanation that somebody gets of an indicator of a year."""
    return explain(Question(user=user, indicator=INDICATORS[code], year=year, **more))


def left(answer: Explanation) -> dict[str, int]:
    """How many rows of it do not count, by reason."""
    return {reason.code: tally.rows for reason, tally in answer.left}


def explained_cells(
    year: ProgrammeYear, stored: dict[tuple, int], reader: User
) -> dict[tuple, int]:
    """(province, office, indicator, breakdown, bucket) -> the sum of the rows that count.

    Of every part that is stored anywhere, and of the whole of every indicator.
    """
    places = {
        pk: (province, office)
        for pk, province, office in Institution.objects.values_list(
            "pk", "regency__province", "office"
        )
    }
    cells: Counter = Counter()
    asked = {cell[2:] for cell in stored} | {(code, "", "") for code in INDICATORS}
    for code, breakdown, bucket in sorted(asked):
        tallies = _tallies(year, code, reader, breakdown=breakdown, bucket=bucket)
        for (institution, reason), tally in tallies.items():
            if reason not in COUNTING:
                assert tally.value == 0, (code, reason)
                continue
            province, office = places[institution]
            for area in {(None, None), (province, None), (None, office)}:
                cells[*area, code, breakdown, bucket] += tally.value
    return {cell: value for cell, value in cells.items() if value}


def participations_told(year: ProgrammeYear, code: str, reader: User) -> int:
    """How many participations an explanation tells in all, for whatever reason."""
    return sum(
        tally.rows
        for (_institution, reason), tally in _tallies(year, code, reader).items()
        if not reason.startswith("opening")
    )


def _tallies(year: ProgrammeYear, code: str, reader: User, **part: str) -> Tallies:
    question = Question(user=reader, indicator=INDICATORS[code], year=year, **part)
    return FAMILIES[code].tallies(question, place_of(question, {}), by_unit=False)
