"""Strangers cannot work out a figure of few persons: by no sum of rows, columns and nation."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from blk_portal.progress.opening.counting import BUCKET
from blk_portal.progress.pack.hiding import FEWEST, Table, hidden_parts, is_few
from blk_portal.progress.pack.shown import Place, Shown, hidden_places
from blk_portal.progress.published import hidden_of_nation
from institutions.models import Province

FIELDS, FUNDS = ("las", "tik"), ("apbn", "apbd", "own")
# Persons of a province by field and fund; most groups are small, as where the year has just begun.
PERSONS = st.lists(
    st.lists(st.sampled_from([0, 0, 1, 2, 3, 5, 9, 40]), min_size=6, max_size=6),
    min_size=1,
    max_size=4,
)
BALANCES = st.lists(st.sampled_from([0, 0, 0, 2, 4, 7, 30]), min_size=4, max_size=4)
EVERYWHERE = {
    Place(area, *part)
    for area in (None, 1, 2, 3, 4)
    for part in (
        ("", ""),
        *(("field", code) for code in (*FIELDS, BUCKET)),
        *(("funding", code) for code in (*FUNDS, BUCKET)),
    )
}


def cells_of(persons: list[list[int]], balances: Sequence[int] = ()) -> dict[Place, int]:
    """Every cell of the nation and its provinces, as the roll-up stores them."""
    cells: dict[Place, int] = {}
    for province, balance in enumerate(balances[: len(persons)], start=1):
        for part in (("", ""), ("field", BUCKET), ("funding", BUCKET)):
            for area in (None, province):
                cells[Place(area, *part)] = cells.get(Place(area, *part), 0) + balance
    for province, groups in enumerate(persons, start=1):
        for number, count in enumerate(groups):
            field, fund = FIELDS[number % 2], FUNDS[number % 3]
            for part in (("", ""), ("field", field), ("funding", fund)):
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
            for breakdown in ("field", "funding"):
                whole = [p for p in cells if (p.province, p.breakdown) == (place[0], breakdown)]
                found += [(place, whole)] if whole else []
    return found


def worked_out(cells: dict[Place, int], hidden: set[Place]) -> set[Place]:
    """The hidden cells that all sums together leave one value for."""
    solved: dict[Place, dict[Place, Fraction]] = {}
    for row in _equations(cells, hidden):
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


def _equations(cells: dict[Place, int], hidden: set[Place]) -> Iterator[dict[Place, Fraction]]:
    """What a stranger knows of hidden cells: sums, and that a balance is the same everywhere."""
    for whole, parts in sums_of(cells):
        row = {part: Fraction(1) for part in parts if part in hidden}
        if whole in hidden:
            row[whole] = Fraction(-1)
        yield row
    for place in cells:
        if place[1:] == ("field", BUCKET):
            pair = {place: Fraction(1), Place(place[0], "funding", BUCKET): Fraction(-1)}
            yield {one: value for one, value in pair.items() if one in hidden}


def _take(row: dict[Place, Fraction], other: dict[Place, Fraction], place: Place) -> None:
    """Take so much of another row that one place is in it no more."""
    share = row.get(place, Fraction(0))
    for key, value in other.items() if share else ():
        row[key] = row.get(key, Fraction(0)) - share * value
        if not row[key]:
            del row[key]


# Where the cells of provinces alone do not suffice: a total of parts has to be hidden as well.
@example([[0, 0, 0, 3, 1, 5], [0, 0, 9, 0, 0, 0]], [])
@example([[0, 5, 5, 3, 0, 0], [0, 3, 0, 0, 5, 0]], [])
@settings(max_examples=120)
@given(PERSONS, BALANCES)
def test_stranger_works_out_no_figure_of_few_persons(persons, balances):
    told = told_of(persons, balances)
    hidden = hidden_places(told)
    for code, cells in told.items():
        few = {place for place, count in cells.items() if is_few(count)}
        assert few <= hidden[code]
        assert not few & worked_out(cells, hidden[code])
        assert_few_lack_enough(cells, hidden[code])


@example([[40, 0, 5, 0, 0, 0], [40, 40, 0, 0, 0, 0]], [])
@example([[0, 5, 0, 0, 0, 0], [0, 0, 0, 0, 9, 0]], [0, 7])
@settings(max_examples=120)
@given(PERSONS, BALANCES)
def test_stranger_works_out_no_few_who_failed_or_took_part_again(persons, balances):
    told = told_of(persons, balances)
    hidden = hidden_places(told)
    found = {code: known_of(cells, hidden[code]) for code, cells in told.items()}
    for code, whole in (("people", without_balances(told["completed"])), ("passed", {})):
        left = left_of(whole or told["completed"], told[code])
        few = {place for place, count in left.items() if is_few(count)}
        assert not few & found["completed"] & found[code]
        unseen = hidden["completed"] | hidden[code]
        assert_few_lack_enough(left_of(told["completed"], told[code]), unseen)


def left_of(whole: dict[Place, int], part: dict[Place, int]) -> dict[Place, int]:
    """What is left of figures without a part of each, where that part is told."""
    is_broken = any(place.breakdown for place in part)
    return {
        place: count - part.get(place, 0)
        for place, count in whole.items()
        if is_broken or not place.breakdown
    }


def told_of(persons: list[list[int]], balances: Sequence[int]) -> dict[str, dict[Place, int]]:
    """What a pack tells of persons: participations and people by part, who passed by area."""
    people = [[count - count // 4 for count in groups] for groups in persons]
    passed = cells_of([[count - count // 3 for count in groups] for groups in persons], balances)
    return {
        "completed": cells_of(persons, balances),
        "people": cells_of(people),
        "passed": {place: count for place, count in passed.items() if not place.breakdown},
    }


def without_balances(cells: dict[Place, int]) -> dict[Place, int]:
    """Participations that are no opening balance, of which everybody knows that nobody is named."""
    return {
        place: count - (0 if place.breakdown else cells.get(Place(place[0], "field", BUCKET), 0))
        for place, count in cells.items()
        if place.bucket != BUCKET
    }


def known_of(cells: dict[Place, int], hidden: set[Place]) -> set[Place]:
    """Where a stranger knows the figure: it is shown, or zero, or follows from the others."""
    return EVERYWHERE - (hidden - worked_out(cells, hidden))


def assert_few_lack_enough(cells: dict[Place, int], hidden: set[Place]) -> None:
    """Nor are those that are missing from a sum few together."""
    for whole, parts in sums_of(cells):
        lacking = [cells[part] for part in parts if part in hidden]
        if any(is_few(count) for count in lacking) and whole not in hidden:
            assert sum(lacking) >= FEWEST


def test_test_itself_works_out_a_figure_that_is_hidden_alone():
    cells = cells_of([[40, 3, 0, 0, 0, 0], [40, 40, 0, 0, 0, 0]])
    few = Place(1, "field", "tik")
    assert few in worked_out(cells, {few})


@pytest.mark.parametrize(
    ("completed", "people"),
    [({"a": 9, "b": 9, "c": 50}, {"a": 9, "b": 3, "c": 50})],
)
def test_figures_of_the_same_persons_are_hidden_together(completed, people):
    assert hidden_parts([completed, people]) == {"a", "b"}


@pytest.mark.parametrize(
    ("hidden", "ranked"), [(set(), [2, 3, 1]), ({1}, [2, 3]), ({2}, []), ({3}, [2])]
)
def test_hidden_province_is_not_passed_over_in_a_ranking(hidden, ranked):
    cells = {Place(): 1289, Place(1): 11, Place(2): 681, Place(3): 597}
    shown = Shown(
        cells={"completed": cells},
        provinces=[Province(pk=key, code=f"1{key}") for key in (1, 2, 3)],
        fields={},
        is_public=True,
        hidden={"completed": {Place(key) for key in hidden}},
    )
    assert [province.pk for province, _value in shown.ranked("completed")] == ranked


def test_province_with_few_is_hidden_with_the_smallest_that_serves_every_column():
    participations = {"a": 47, "b": 589, "c": 30, "d": 11, "e": 681}
    opening, rest = {"a": 3, "b": 16, "c": 17}, {"a": 44, "b": 573, "c": 13}
    assert hidden_parts([participations, opening, rest]) == {"a", "c"}


def test_stranger_sees_no_figure_of_the_nation_that_leaves_few():
    values = {
        "completed": 90, "people": 79, "passed": 88, "certification_reported": 60,
        "certified": 40, "placement_3_reported": 50, "employed_3": 36, "self_employed_3": 11,
    }  # fmt: skip
    assert hidden_of_nation(values, opening=8) == {"people", "passed", "self_employed_3"}


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
