"""Random histories of a round: every count equals its rows on every past day."""

from datetime import date, datetime, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from blk_portal.formats import today_in_jakarta
from blk_portal.reporting.refusals import Refused
from incubators import expiry
from incubators.bridge import bridge_of, counting_on
from incubators.models import Evidence, Incubator, IncubatorTransition
from incubators.stages import COUNTING
from tests.factories import (
    EvidenceFactory,
    IncubatorCriterionFactory,
    IncubatorFactory,
    IncubatorReviewerFactory,
    SelectionRoundFactory,
)

JAKARTA = ZoneInfo("Asia/Jakarta")
BEGAN = datetime(2024, 3, 1, 9, tzinfo=JAKARTA)
PLACES, CANDIDATES = 2, 5

targets = st.integers(0, CANDIDATES - 1)
steps = st.one_of(
    st.tuples(st.just("forward"), targets),
    st.tuples(st.just("forward"), targets),
    st.tuples(st.sampled_from(["strike", "replace", "fill", "reopen"]), targets),
    st.tuples(st.sampled_from(["prove", "prove", "withdraw"]), targets),
    st.tuples(st.just("wait"), st.sampled_from([0, 1, 9, 30])),
)
histories = st.lists(steps, min_size=4, max_size=14)


class World:
    """A round of two places, five candidates in the order of the reserve list, two criteria."""

    def __init__(self) -> None:
        self.by = IncubatorReviewerFactory()
        self.criteria = [IncubatorCriterionFactory(code=code) for code in ("satu", "dua")]
        self.round = SelectionRoundFactory(places=PLACES)
        self.keys = [
            IncubatorFactory(round=self.round, reserve_position=n, on=BEGAN.date()).pk
            for n in range(1, CANDIDATES + 1)
        ]
        self.paper = EvidenceFactory(
            incubator=Incubator.objects.get(pk=self.keys[0]), criterion=self.criteria[0]
        )

    def get(self, target: int) -> Incubator:
        return Incubator.objects.select_related("round", "institution").get(pk=self.keys[target])

    def do(self, verb: str, target: int) -> None:
        """One step; what is not possible now is refused and changes nothing."""
        try:
            with transaction.atomic():
                getattr(self, verb)(self.get(target))
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        except Refused:
            pass

    def forward(self, incubator: Incubator) -> None:
        verbs = [verb for verb in incubator.possible_moves() if verb != "strike_off"]
        if verbs:
            incubator.move(verbs[0], by=self.by, on=today_in_jakarta())

    def strike(self, incubator: Incubator) -> None:
        incubator.strike_off(by=self.by, on=today_in_jakarta(), reason="Tutup.")

    def replace(self, incubator: Incubator) -> None:
        incubator.strike_off(
            by=self.by, on=today_in_jakarta(), reason="Tutup.",
            successor=self.round.next_in_reserve(),
        )  # fmt: skip

    def fill(self, incubator: Incubator) -> None:
        if next_ := self.round.next_in_reserve():
            next_.take_place_of(incubator, by=self.by, on=today_in_jakarta())

    def reopen(self, incubator: Incubator) -> None:
        if last := incubator.last_step():
            incubator.undo(last, by=self.by, reason="Keliru.")

    def prove(self, incubator: Incubator) -> None:
        """The missing criterion, else a renewal, until twenty days from now."""
        today = today_in_jakarta()
        asked = incubator.missing_on(today) or self.criteria
        Evidence.objects.create(
            incubator=incubator, criterion=asked[0], paper=self.paper.paper, valid_from=today,
            valid_to=today + timedelta(days=20), submitted_by=self.paper.submitted_by,
            submitted_at=BEGAN,
        ).verify(by=self.by)  # fmt: skip

    def withdraw(self, incubator: Incubator) -> None:
        held = incubator.evidence.in_force(on=today_in_jakarta()).first()
        if held:
            held.withdraw(by=self.by, reason="Keliru.")

    def counting_by_hand(self, day: date) -> set[int]:
        """Who took a place at the end of a day, by replaying the log row by row."""
        stages = dict.fromkeys(self.keys, "shortlisted")
        for step in IncubatorTransition.objects.order_by("recorded_at", "pk"):
            if step.withdrawn_at is None and step.happened_on <= day:
                stages[step.incubator_id] = step.to_stage
        return {pk for pk, stage in stages.items() if stage in COUNTING}

    def check_now(self) -> None:
        rows = list(Incubator.objects.filter(round=self.round))
        counting = {row.pk for row in rows if row.stage in COUNTING}
        assert len(counting) <= PLACES
        assert counting == self.counting_by_hand(today_in_jakarta())
        for row in rows:
            assert not (row.replaces_id in counting and row.pk in counting)
            assert row.replaces is None or row.replaces.held_a_place()
            stands = row.standing_on(today_in_jakarta())
            assert stands == (row.missing_on(today_in_jakarta()) == [])
        for granted in Incubator.objects.with_standing(on=today_in_jakarta()):
            assert granted.in_force == granted.standing_on(today_in_jakarta())

    def check_past(self, days: list[date]) -> None:
        rows = Incubator.objects.filter(round=self.round)
        for day in days:
            assert counting_on(rows, day) == len(self.counting_by_hand(day))
            for row in rows:
                proved = set(row.evidence.in_force(on=day).values_list("criterion", flat=True))
                assert row.standing_on(day) == (len(proved) == len(self.criteria))
        for first, last in combinations(days, 2):
            bridge = bridge_of(rows, first, last)
            assert bridge.is_exact
            terms = {term.key: term.value for term in bridge.terms}
            assert set(terms) <= {"selected", "struck_off", "replaced"}


@pytest.mark.django_db
def test_people_act_in_any_order_and_every_past_day_keeps_its_count():
    with time_machine.travel(BEGAN, tick=False):
        world = World()

    @settings(max_examples=12, database=None)
    @given(histories)
    def live_through(history):
        moment, days, known = BEGAN, [BEGAN.date()], {}
        with transaction.atomic():
            for verb, target in history:
                moment += timedelta(days=target if verb == "wait" else 0, seconds=1)
                with time_machine.travel(moment, tick=False):
                    if verb == "wait":
                        expiry.catch_up(on=today_in_jakarta())
                    else:
                        world.do(verb, target)
                    world.check_now()
                    known[moment] = world.counting_by_hand(moment.date())
                days.append(moment.date())
            with time_machine.travel(moment, tick=False):
                world.check_past(sorted({*days[:: max(1, len(days) // 4)], days[-1]}))
            for at, counted in known.items():
                stages = dict.fromkeys(world.keys, "shortlisted")
                for step in IncubatorTransition.objects.known_at(at).order_by("recorded_at", "pk"):
                    stages[step.incubator_id] = step.to_stage
                assert {pk for pk, stage in stages.items() if stage in COUNTING} == counted
            transaction.set_rollback(True)

    live_through()
