"""How a class follows from the answers, whatever was answered and whatever is asked."""

from dataclasses import dataclass
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from institutions.maturity import REACHED_BY_CRITERIA, Maturity, maturity_of, next_class

NEW, GROWING, DEVELOPING, INDEPENDENT = Maturity


@dataclass(frozen=True)
class Asked:
    pk: int
    maturity: str
    is_required: bool = True


def asked(*maturities: str) -> list[Asked]:
    numbers = count(1)
    return [Asked(next(numbers), maturity) for maturity in maturities]


ONE_EACH = asked(GROWING, DEVELOPING, INDEPENDENT)


@pytest.mark.parametrize(
    ("met", "reached"),
    [
        (set(), NEW),
        ({1}, GROWING),
        ({1, 2}, DEVELOPING),
        ({1, 2, 3}, INDEPENDENT),
        ({2}, NEW),
        ({3}, NEW),
        ({2, 3}, NEW),
        ({1, 3}, GROWING),
    ],
)
def test_a_class_needs_its_own_criteria_and_those_of_all_lower_classes(met, reached):
    assert maturity_of(ONE_EACH, met) == reached


def test_every_required_criterion_of_a_class_counts():
    criteria = asked(GROWING, GROWING, DEVELOPING)
    assert maturity_of(criteria, {1, 3}) == NEW
    assert maturity_of(criteria, {1, 2}) == GROWING


def test_a_criterion_that_is_not_required_holds_nobody_up_and_lifts_nobody():
    criteria = [Asked(1, GROWING), Asked(2, GROWING, False), Asked(3, DEVELOPING, False)]
    assert maturity_of(criteria, {1}) == GROWING
    assert maturity_of(criteria, {2, 3}) == NEW
    assert maturity_of(criteria, {1, 2, 3}) == GROWING


def test_a_class_of_which_nothing_is_required_is_passed_but_never_given():
    criteria = asked(GROWING, INDEPENDENT)
    assert maturity_of(criteria, {1}) == GROWING
    assert maturity_of(criteria, {1, 2}) == INDEPENDENT
    assert maturity_of([], {1, 2}) == NEW


def test_the_next_class_is_one_that_can_be_reached():
    assert next_class(ONE_EACH, NEW) == GROWING
    assert next_class(asked(GROWING, INDEPENDENT), GROWING) == INDEPENDENT
    assert next_class(ONE_EACH, INDEPENDENT) is None


@given(
    criteria=st.lists(st.tuples(st.sampled_from(REACHED_BY_CRITERIA), st.booleans()), max_size=6),
    bits=st.integers(0, 63),
    one_more=st.integers(0, 5),
)
def test_one_more_criterion_met_never_lowers_the_class(criteria, bits, one_more):
    rows = [Asked(pk, one, required) for pk, (one, required) in enumerate(criteria)]
    met = {pk for pk in range(6) if bits >> pk & 1}
    order = list(Maturity)
    before, after = maturity_of(rows, met), maturity_of(rows, met | {one_more})
    assert order.index(before) <= order.index(after)
