"""Strangers cannot work out a figure of few persons: by no sum of rows, columns and nation."""

from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from blk_portal.progress.pack.hiding import FEWEST, Table, hidden_parts, is_few
from blk_portal.progress.pack.shown import Place, hidden_places

SEXES, FUNDS = ("L", "P"), ("apbn", "apbd", "own")
# Persons of a province by sex and fund; most groups are small, as where the year has just begun.
PERSONS = st.lists(
    st.lists(st.sampled_from([0, 0, 1, 2, 3, 5, 9, 40]), min_size=6, max_size=6),
    min_size=1,
    max_size=4,
)


def cells_of(persons: list[list[int]]) -> dict[Place, int]:
    """Every cell of the nation and its provinces, as the roll-up stores them."""
    cells: dict[Place, int] = {}
    for province, groups in enumerate(persons, start=1):
        for number, count in enumerate(groups):
            sex, fund = SEXES[number % 2], FUNDS[number % 3]
            for part in (("", ""), ("sex", sex), ("funding", fund)):
                for area in (None, province):
                    cells[Place(area, *part)] = cells.get(Place(area, *part), 0) + count
    return {place: count for place, count in cells.items() if count}


def sums_of(cells: dict[Place, int]) -> list[tuple[Place, list[Place]]]:
    """Which cells add up to which: provinces to the nation, parts to their whole."""
    found = []
    for place in cells:
        if place.province is None:
            parts = [p for p in cells if p.province is not None and p[1:] == place[1:]]
            found.append((place, parts))
        if not place.breakdown:
            for breakdown in ("sex", "funding"):
                whole = [p for p in cells if (p.province, p.breakdown) == (place[0], breakdown)]
                found.append((place, whole))
    return found


def worked_out(cells: dict[Place, int], hidden: set[Place]) -> set[Place]:
    """The hidden cells that all sums together leave one value for."""
    solved: dict[Place, dict[Place, Fraction]] = {}
    for whole, parts in sums_of(cells):
        row = {part: Fraction(1) for part in parts if part in hidden}
        if whole in hidden:
            row[whole] = Fraction(-1)
        for known, other in solved.items():
            _take(row, other, known)
        if not row:
            continue
        first = next(iter(row))
        row = {place: value / row[first] for place, value in row.items()}
        for other in solved.values():
            _take(other, row, first)
        solved[first] = row
    return {place for place, row in solved.items() if len(row) == 1}


def _take(row: dict[Place, Fraction], other: dict[Place, Fraction], place: Place) -> None:
    """Take so much of another row that one place is in it no more."""
    share = row.get(place, Fraction(0))
    for key, value in other.items() if share else ():
        row[key] = row.get(key, Fraction(0)) - share * value
        if not row[key]:
            del row[key]


# Where the cells of provinces alone do not suffice: a total of parts has to be hidden as well.
@example([[0, 0, 0, 3, 1, 5], [0, 0, 9, 0, 0, 0]])
@example([[0, 5, 5, 3, 0, 0], [0, 3, 0, 0, 5, 0]])
@settings(max_examples=120, deadline=None)
@given(PERSONS)
def test_stranger_works_out_no_figure_of_few_persons(persons):
    people = [[count - count // 4 for count in groups] for groups in persons]
    told = {"completed": cells_of(persons), "people": cells_of(people)}
    hidden = hidden_places(told)
    for cells in told.values():
        few = {place for place, count in cells.items() if is_few(count)}
        # A total of the nation is hidden by itself.
        unseen = hidden | {place for place in few if place == Place()}
        assert few <= unseen
        assert not few & worked_out(cells, unseen)
        for whole, parts in sums_of(cells):
            lacking = [cells[part] for part in parts if part in unseen]
            if any(is_few(count) for count in lacking) and whole not in unseen:
                assert sum(lacking) >= FEWEST, "nor are those that are missing few together"


def test_test_itself_works_out_a_figure_that_is_hidden_alone():
    cells = cells_of([[40, 3, 0, 0, 0, 0], [40, 40, 0, 0, 0, 0]])
    few = Place(1, "sex", "P")
    assert few in worked_out(cells, {few})


@pytest.mark.parametrize(
    ("completed", "people"),
    [({"a": 9, "b": 9, "c": 50}, {"a": 9, "b": 3, "c": 50})],
)
def test_figures_of_the_same_persons_are_hidden_together(completed, people):
    assert hidden_parts([completed, people]) == {"a", "b"}


def test_single_thread_between_two_rings_is_closed_by_the_smallest_cell():
    """Rows a and b hide y and z, rows c and d hide x and w; a's x alone would join them."""
    cells = {
        ("a", "x"): 3, ("a", "y"): 2, ("a", "z"): 7, ("a", "w"): 90,
        ("b", "x"): 80, ("b", "y"): 6, ("b", "z"): 2, ("b", "w"): 85,
        ("c", "x"): 6, ("c", "y"): 70, ("c", "z"): 75, ("c", "w"): 5,
        ("d", "x"): 8, ("d", "y"): 72, ("d", "z"): 77, ("d", "w"): 5,
    }  # fmt: skip
    table = Table([cells], set(), set())
    seen = cells.keys() - table.hide()
    assert {key for key in cells if cells[key] > 10} - seen == {("c", "y")}
    assert not table.parts
