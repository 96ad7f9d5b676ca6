"""A round: who may be a candidate, the reserve list, replacement, undoing, and the last gate."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from blk_portal.formats import today_in_jakarta
from blk_portal.progress import news
from blk_portal.reporting.refusals import Incomplete, Refused, Stale
from incubators.bridge import bridge_of
from incubators.eligibility import Bar, bars_now
from incubators.models import Incubator, SelectionRound
from institutions.models import Institution
from tests.factories import (
    AssessmentFactory,
    CaseFactory,
    IncubatorFactory,
    IncubatorReviewerFactory,
    InstitutionFactory,
    NationalAdminFactory,
    ProgrammeYearFactory,
    SelectionRoundFactory,
)
from tests.reporting.concurrency import at_once

ON = date(2022, 11, 1)


@pytest.fixture
def reviewer(db):
    return IncubatorReviewerFactory()


@pytest.fixture
def round_(db):
    return SelectionRoundFactory(places=2)


def selected(round_, **options):
    return IncubatorFactory(round=round_, stage="selected", **options)


def reserve(round_, position, **options):
    return IncubatorFactory(round=round_, reserve_position=position, **options)


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def check_now():
    """What the database would say at the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class TestCandidates:
    def test_institution_at_work_may_be_a_candidate_and_one_without_pkb_not(self, round_, reviewer):
        at_work, proposed = InstitutionFactory(operational=True), InstitutionFactory()
        Incubator(institution=at_work, round=round_).enter(by=reviewer)
        with pytest.raises(Refused) as refusal:
            Incubator(institution=proposed, round=round_).enter(by=reviewer)
        assert str(Bar.NO_AGREEMENT.label) in refusal.value.message
        assert str(Bar.NOT_OPERATIONAL.label) in refusal.value.message
        assert refusal.value.cure
        assert [row.institution for row in round_.incubators.all()] == [at_work]

    def test_open_legal_case_bars_selection_until_it_is_closed(self, round_, reviewer):
        candidate = IncubatorFactory(round=round_, rank=1)
        case = CaseFactory(institution=candidate.institution, kind="legal", by=reviewer)
        with pytest.raises(Refused):
            candidate.move("select", by=reviewer, on=ON)
        case.close(by=NationalAdminFactory(), on=today_in_jakarta(), outcome="Selesai.")
        assert candidate.move("select", by=reviewer, on=today_in_jakarta())

    def test_lowest_maturity_class_bars_and_no_assessment_does_not(self, db):
        institution = InstitutionFactory(operational=True)
        assert bars_now(institution.pk, on=today_in_jakarta()) == []
        AssessmentFactory(institution=institution, reaching="baru")
        assert bars_now(institution.pk, on=today_in_jakarta()) == [Bar.LOWEST_CLASS]


class TestReplacement:
    def test_strike_off_with_replacement_keeps_the_number_and_the_link(self, round_, reviewer):
        gone, _other, next_ = selected(round_), selected(round_), reserve(round_, 1)
        gone.strike_off(by=reviewer, on=ON, reason="Tutup.", successor=next_)
        check_now()
        next_.refresh_from_db()
        assert (next_.stage, next_.replaces) == ("selected", gone)
        assert next_.last_step().replaces == gone
        assert round_.taken() == 2

    def test_chain_of_replacements_is_kept(self, round_, reviewer):
        first, second, third = selected(round_), reserve(round_, 1), reserve(round_, 2)
        first.strike_off(by=reviewer, on=ON, reason="Tutup.", successor=second)
        second.strike_off(by=reviewer, on=ON, reason="Mundur.", successor=third)
        check_now()
        third.refresh_from_db()
        assert third.replaces.replaces == first
        assert round_.taken() == 1

    def test_reserve_is_followed_in_its_order_and_barred_ones_are_passed_over(
        self, round_, reviewer
    ):
        gone = selected(round_)
        barred, second, third = (reserve(round_, position) for position in (1, 2, 3))
        Institution.objects.filter(pk=barred.institution_id).update(status="built")
        assert round_.next_in_reserve() == second
        with pytest.raises(Refused) as refusal:
            gone.strike_off(by=reviewer, on=ON, reason="Tutup.", successor=third)
        assert str(second) in refusal.value.cure
        gone.refresh_from_db()
        assert gone.stage == "selected"
        gone.strike_off(by=reviewer, on=ON, reason="Tutup.", successor=second)

    def test_reserve_that_is_not_next_is_not_selected_into_a_free_place_either(
        self, round_, reviewer
    ):
        first, second = reserve(round_, 1), reserve(round_, 2)
        with pytest.raises(Refused) as refusal:
            second.move("select", by=reviewer, on=ON)
        assert str(first) in refusal.value.cure
        for candidate in (first, second):
            candidate.move("select", by=reviewer, on=ON)
        assert round_.taken() == 2

    def test_one_on_whom_nothing_is_decided_is_not_selected(self, round_, reviewer):
        unknown, waiting = IncubatorFactory(round=round_), reserve(round_, 1)
        with pytest.raises(Incomplete):
            unknown.move("select", by=reviewer, on=ON)
        unknown.put_in_order(rank=9, score=None, reserve_position=None, by=reviewer)
        with pytest.raises(Refused) as refusal:
            unknown.move("select", by=reviewer, on=ON)
        assert waiting.in_full() in refusal.value.cure
        waiting.move("select", by=reviewer, on=ON)
        assert unknown.move("select", by=reviewer, on=ON)

    def test_decree_names_by_rank_before_the_reserve_list_and_nobody_behind_it(
        self, round_, reviewer
    ):
        named = [IncubatorFactory(round=round_, rank=rank) for rank in (1, 2)]
        first = reserve(round_, 1, rank=3)
        behind = IncubatorFactory(round=round_, rank=4)
        for candidate in reversed(named):
            candidate.move("select", by=reviewer, on=ON)
        named[0].move("strike_off", by=reviewer, on=ON, reason="Tutup.")
        with pytest.raises(Refused) as refusal:
            behind.move("select", by=reviewer, on=ON)
        assert first.in_full() in refusal.value.cure
        SelectionRound.objects.filter(pk=round_.pk).update(places=100)
        with pytest.raises(Refused):
            behind.move("select", by=reviewer, on=ON)

    def test_without_a_reserve_list_candidates_follow_by_rank(self, db, reviewer):
        round_ = SelectionRoundFactory(places=3)
        fifth, fourth = (IncubatorFactory(round=round_, rank=rank) for rank in (5, 4))
        with pytest.raises(Refused) as refusal:
            fifth.move("select", by=reviewer, on=ON)
        assert fourth.in_full() in refusal.value.cure
        Institution.objects.filter(pk=fourth.institution_id).update(status="built")
        assert fifth.move("select", by=reviewer, on=ON)

    def test_struck_off_the_short_list_leaves_no_place(self, round_, reviewer):
        listed, next_ = reserve(round_, 2), reserve(round_, 1)
        selected(round_)
        with pytest.raises(Refused) as refusal:
            listed.strike_off(by=reviewer, on=ON, reason="Mundur.", successor=next_)
        assert listed.in_full() in refusal.value.message
        listed.refresh_from_db()
        assert listed.stage == "shortlisted"
        listed.strike_off(by=reviewer, on=ON, reason="Mundur.")
        with pytest.raises(Refused):
            next_.take_place_of(listed, by=reviewer, on=ON)
        assert round_.taken() == 1
        assert not round_.incubators.vacated().exists()

    def test_place_is_taken_no_earlier_than_it_became_free(self, round_, reviewer):
        gone, next_ = selected(round_), reserve(round_, 1)
        gone.move("strike_off", by=reviewer, on=ON, reason="Tutup.")
        assert list(round_.incubators.vacated()) == [gone]
        with pytest.raises(Refused):
            next_.take_place_of(gone, by=reviewer, on=ON - timedelta(days=1))
        next_.take_place_of(gone, by=reviewer, on=ON)
        assert not round_.incubators.vacated().exists()

    def test_place_is_filled_once(self, round_, reviewer):
        gone, next_, last = selected(round_), reserve(round_, 1), reserve(round_, 2)
        gone.strike_off(by=reviewer, on=ON, reason="Tutup.", successor=next_)
        with pytest.raises(Refused) as refusal:
            last.take_place_of(gone, by=reviewer, on=ON)
        assert str(next_) in refusal.value.message

    def test_place_of_one_that_still_counts_or_of_another_round_is_not_taken(
        self, round_, reviewer
    ):
        standing, waiting = selected(round_), reserve(round_, 1)
        with pytest.raises(Refused):
            waiting.take_place_of(standing, by=reviewer, on=ON)
        other = SelectionRoundFactory(programme_year=ProgrammeYearFactory(year=2023))
        gone = IncubatorFactory(round=other, stage="struck_off")
        with pytest.raises(Refused):
            waiting.take_place_of(gone, by=reviewer, on=today_in_jakarta())

    def test_step_before_the_one_before_it_or_in_the_future_is_refused(self, round_, reviewer):
        incubator = selected(round_, on=date(2022, 9, 1))
        for day in (date(2022, 8, 31), today_in_jakarta() + timedelta(days=1)):
            with pytest.raises(Refused):
                incubator.move("validate", by=reviewer, on=day)
        assert incubator.move("validate", by=reviewer, on=date(2022, 9, 1))

    def test_no_step_before_the_decree_or_before_it_was_on_the_list(self, round_, reviewer):
        listed = date(2022, 9, 1)
        candidate = IncubatorFactory(round=round_, rank=1, on=listed)
        withdrawn = IncubatorFactory(round=round_, on=listed)
        SelectionRound.objects.filter(pk=round_.pk).update(decreed_on=date(2022, 9, 15))
        for day in (date(2022, 8, 31), date(2022, 9, 14)):
            with pytest.raises(Refused) as refusal:
                candidate.move("select", by=reviewer, on=day)
            assert refusal.value.cure
        with pytest.raises(Refused):
            withdrawn.move("strike_off", by=reviewer, on=date(2022, 8, 31), reason="Mundur.")
        withdrawn.move("strike_off", by=reviewer, on=listed, reason="Mundur.")
        assert candidate.move("select", by=reviewer, on=date(2022, 9, 15))


class TestUndoing:
    def test_mistaken_strike_off_is_reopened_and_stays_readable(self, round_, reviewer):
        incubator = selected(round_)
        incubator.move("strike_off", by=reviewer, on=ON, reason="Keliru.")
        incubator.undo(incubator.last_step(), by=reviewer, reason="Salah lembaga.")
        assert incubator.stage == "selected"
        marked = incubator.transitions.get(verb="strike_off")
        assert (marked.withdrawn_by, marked.withdrawn_because) == (reviewer, "Salah lembaga.")
        assert round_.taken() == 1

    def test_strike_off_whose_place_is_taken_stays(self, round_, reviewer):
        gone, next_ = selected(round_), reserve(round_, 1)
        gone.strike_off(by=reviewer, on=ON, reason="Tutup.", successor=next_)
        with pytest.raises(Refused) as refusal:
            gone.undo(gone.last_step(), by=reviewer, reason="Keliru.")
        assert str(next_) in refusal.value.cure
        next_.refresh_from_db()
        next_.undo(next_.last_step(), by=reviewer, reason="Keliru.")
        assert (next_.stage, next_.replaces) == ("shortlisted", None)
        gone.undo(gone.last_step(), by=reviewer, reason="Keliru.")
        check_now()
        assert gone.stage == "selected"

    def test_strike_off_is_not_reopened_when_the_round_is_full(self, round_, reviewer):
        gone = selected(round_)
        gone.move("strike_off", by=reviewer, on=ON, reason="Tutup.")
        selected(round_), selected(round_)
        with pytest.raises(Incomplete):
            gone.undo(gone.last_step(), by=reviewer, reason="Keliru.")

    def test_only_the_last_step_is_undone_once_and_with_a_reason(self, round_, reviewer):
        incubator = IncubatorFactory(round=round_, stage="validated")
        first, last = incubator.transitions.order_by("pk")
        with pytest.raises(Stale):
            incubator.undo(first, by=reviewer, reason="Keliru.")
        with pytest.raises(Incomplete):
            incubator.undo(last, by=reviewer, reason=" ")
        incubator.undo(last, by=reviewer, reason="Keliru.")
        with pytest.raises(Stale):
            incubator.undo(last, by=reviewer, reason="Keliru.")
        assert incubator.stage == "selected"

    def test_database_keeps_the_log_as_it_was_written(self, round_):
        step = selected(round_).transitions.get()
        for statement in (
            "UPDATE incubators_incubatortransition SET happened_on = '2020-01-01' WHERE id = %s",
            "DELETE FROM incubators_incubatortransition WHERE id = %s",
        ):
            with pytest.raises(IntegrityError, match="history is kept"), transaction.atomic():
                run(statement, step.pk)


class TestLastGate:
    """Raw SQL past the verbs: the database refuses at the commit."""

    def refuses(self, name, statement, *values):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            run(f"{statement}; SET CONSTRAINTS ALL IMMEDIATE", *values)

    def test_no_more_count_than_the_decree_names(self, round_):
        selected(round_), selected(round_)
        extra = IncubatorFactory(round=round_)
        check_now()
        self.refuses(
            "within_the_decree",
            "UPDATE incubators_incubator SET stage = 'mentored' WHERE id = %s", extra.pk,
        )  # fmt: skip
        self.refuses(
            "within_the_decree",
            "UPDATE incubators_selectionround SET places = 1 WHERE id = %s", round_.pk,
        )  # fmt: skip

    def test_only_one_that_was_struck_off_is_replaced(self, round_):
        standing, other = selected(round_), IncubatorFactory(round=round_)
        sql = "UPDATE incubators_incubator SET replaces_id = %s WHERE id = %s"
        self.refuses("replaced_is_struck_off", sql, standing.pk, other.pk)

    def test_replaced_one_does_not_come_back_beside_its_replacement(self, round_, reviewer):
        gone, next_ = selected(round_), reserve(round_, 1)
        gone.strike_off(by=reviewer, on=ON, reason="Tutup.", successor=next_)
        sql = "UPDATE incubators_incubator SET stage = 'selected' WHERE id = %s"
        self.refuses("replaced_is_struck_off", sql, gone.pk)

    def test_one_place_is_replaced_once_and_within_its_round(self, round_, reviewer):
        gone, next_ = selected(round_), reserve(round_, 1)
        gone.strike_off(by=reviewer, on=ON, reason="Tutup.", successor=next_)
        sql = "UPDATE incubators_incubator SET replaces_id = %s WHERE id = %s"
        self.refuses("replaces_id", sql, gone.pk, IncubatorFactory(round=round_).pk)
        other = SelectionRoundFactory(programme_year=ProgrammeYearFactory(year=2023))
        stranger = IncubatorFactory(round=other)
        fallen = IncubatorFactory(round=round_, stage="struck_off")
        self.refuses("within_its_round", sql, fallen.pk, stranger.pk)

    def test_only_one_that_held_a_place_is_replaced(self, round_, reviewer):
        never, held = IncubatorFactory(round=round_), selected(round_)
        for row in (never, held):
            row.move("strike_off", by=reviewer, on=ON, reason="Mundur.")
        taker = selected(round_)
        sql = "UPDATE incubators_incubator SET replaces_id = %s WHERE id = %s"
        self.refuses("replaced_held_a_place", sql, never.pk, taker.pk)
        run(sql, held.pk, taker.pk)
        check_now()

    def test_replacements_form_no_circle(self, round_):
        one, two, three = IncubatorFactory.create_batch(3, round=round_, stage="struck_off")
        Incubator.objects.filter(pk=two.pk).update(replaces=one)
        Incubator.objects.filter(pk=three.pk).update(replaces=two)
        check_now()
        sql = "UPDATE incubators_incubator SET replaces_id = %s WHERE id = %s"
        self.refuses("no_circle", sql, three.pk, one.pk)


class TestBridge:
    def test_strike_off_with_replacement_shows_minus_one_plus_one(self, round_, reviewer):
        gone, _stays = selected(round_), selected(round_)
        next_ = reserve(round_, 1)
        gone.strike_off(by=reviewer, on=ON, reason="Tutup.", successor=next_)
        bridge = bridge_of(Incubator.objects.filter(round=round_), date(2022, 10, 1), ON)
        assert (bridge.start, bridge.end, bridge.is_exact) == (2, 2, True)
        assert [(term.key, term.value) for term in bridge.terms] == [
            ("struck_off", -1), ("replaced", 1),
        ]  # fmt: skip
        assert [row.incubator for term in bridge.terms for row in term.rows] == [gone, next_]
        assert not bridge_of(Incubator.objects.filter(round=round_), ON, ON).terms

    def test_undone_step_is_no_term_and_is_told_beside(self, round_, reviewer):
        incubator = selected(round_)
        incubator.move("strike_off", by=reviewer, on=ON, reason="Keliru.")
        incubator.undo(incubator.last_step(), by=reviewer, reason="Salah lembaga.")
        bridge = bridge_of(Incubator.objects.filter(round=round_), date(2022, 10, 1), ON)
        assert (bridge.start, bridge.end, bridge.terms) == (1, 1, [])
        assert [step.withdrawn_because for step in bridge.undone] == ["Salah lembaga."]


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_replace_two_at_once_and_the_reserve_is_not_given_twice(monkeypatch):
    monkeypatch.setattr(news, "ring", lambda year: None)
    round_, by = SelectionRoundFactory(places=2), NationalAdminFactory()
    gone = [selected(round_), selected(round_)]
    next_ = reserve(round_, 1)
    results = at_once(
        *[
            lambda one=one: one.strike_off(
                by=by, on=ON, reason="Tutup.", successor=Incubator.objects.get(pk=next_.pk)
            )
            for one in gone
        ]
    )
    assert sorted(isinstance(result, Refused) for result in results) == [False, True]
    assert SelectionRound.objects.get().taken() == 2
    assert Incubator.objects.filter(replaces__isnull=False).count() == 1
