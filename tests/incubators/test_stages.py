"""An incubator's way: every verb from every stage, the places of a round, the log."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from blk_portal.progress import news
from blk_portal.progress.models import PendingRollup
from blk_portal.reporting.refusals import Incomplete, Refused, Stale
from incubators.models import Incubator
from incubators.signals import incubator_moved
from incubators.stages import MOVES, REACHED, Stage
from tests.factories import (
    IncubatorFactory,
    IncubatorReviewerFactory,
    InstitutionFactory,
    NationalAdminFactory,
    ProgrammeYearFactory,
    SelectionRoundFactory,
    user_of,
)
from tests.reporting.concurrency import at_once

ALLOWED = {
    ("shortlisted", "select"): "selected",
    ("selected", "validate"): "validated",
    ("validated", "mentor"): "mentored",
    ("validated", "establish"): "established",
    ("mentored", "establish"): "established",
    ("established", "release"): "independent",
    ("shortlisted", "strike_off"): "struck_off",
    ("selected", "strike_off"): "struck_off",
    ("validated", "strike_off"): "struck_off",
    ("mentored", "strike_off"): "struck_off",
    ("established", "strike_off"): "struck_off",
}
ON = date(2022, 11, 1)


def move(incubator, verb, **options):
    reason = "Tidak aktif." if verb == "strike_off" else ""
    options = {"by": IncubatorReviewerFactory(), "on": ON, "reason": reason} | options
    return incubator.move(verb, **options)


@pytest.mark.django_db
class TestMoves:
    @pytest.mark.parametrize("verb", MOVES)
    @pytest.mark.parametrize("stage", Stage.values)
    def test_reviewer_moves_an_incubator_only_along_its_way(self, stage, verb):
        incubator = IncubatorFactory(stage=stage, proved=True, rank=1)
        log_before = list(incubator.transitions.values())
        PendingRollup.objects.all().delete()
        assert (verb in incubator.possible_moves()) == ((stage, verb) in ALLOWED)
        if target := ALLOWED.get((stage, verb)):
            transition = move(incubator, verb)
            assert (transition.from_stage, transition.to_stage) == (stage, target)
            assert transition.happened_on == ON
            incubator.refresh_from_db()
            assert incubator.stage == target
            owed = PendingRollup.objects.get()
            assert (owed.institution, owed.programme_year) == (
                incubator.institution, incubator.round.programme_year,
            )  # fmt: skip
        else:
            with pytest.raises(Stale):
                move(incubator, verb)
            incubator.refresh_from_db()
            assert incubator.stage == stage
            assert list(incubator.transitions.values()) == log_before
            assert not PendingRollup.objects.exists()

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_reviewer_strikes_off_only_with_a_reason(self, reason):
        incubator = IncubatorFactory(stage="selected")
        with pytest.raises(Incomplete):
            move(incubator, "strike_off", reason=reason)
        incubator.refresh_from_db()
        assert incubator.stage == "selected"
        assert move(incubator, "strike_off", reason="Lokakarya tutup.").reason == "Lokakarya tutup."

    def test_reviewer_with_an_old_page_is_refused_and_sees_the_stage(self):
        incubator = IncubatorFactory(stage="selected")
        old = Incubator.objects.get(pk=incubator.pk)
        move(incubator, "validate")
        with pytest.raises(Stale) as refusal:
            move(old, "strike_off")
        assert old.stage == "validated"
        assert str(Stage.VALIDATED.label) in refusal.value.message

    def test_refusal_from_a_stage_says_what_is_possible_from_there(self):
        incubator = IncubatorFactory(stage="selected")
        with pytest.raises(Stale) as refusal:
            move(incubator, "establish")
        assert str(MOVES["validate"].label) in refusal.value.cure
        assert str(MOVES["release"].label) not in refusal.value.cure

    def test_receiver_that_raises_undoes_the_move(self):
        incubator = IncubatorFactory(rank=1)

        def refuse(sender, **kwargs):
            raise Refused("Tidak sekarang.")

        incubator_moved.connect(refuse)
        try:
            with pytest.raises(Refused):
                move(incubator, "select")
        finally:
            incubator_moved.disconnect(refuse)
        incubator.refresh_from_db()
        assert incubator.stage == "shortlisted"
        assert not incubator.transitions.exists()

    def test_each_figure_counts_its_stage_and_what_lies_beyond(self):
        assert REACHED["selected"] == (
            "selected", "validated", "mentored", "established", "independent",
        )  # fmt: skip
        assert REACHED["established"] == ("established", "independent")
        assert not any("struck_off" in stages for stages in REACHED.values())
        assert not any(
            "shortlisted" in REACHED[stage] for stage in REACHED if stage != "shortlisted"
        )


@pytest.mark.django_db
class TestPlaces:
    def test_round_names_no_more_than_its_places_and_a_strike_off_frees_one(self):
        round_ = SelectionRoundFactory(places=2)
        first, second, third = (IncubatorFactory(round=round_, rank=n) for n in (1, 2, 3))
        move(first, "select")
        move(second, "select")
        move(second, "validate")
        with pytest.raises(Incomplete) as refusal:
            move(third, "select")
        assert "2" in refusal.value.message
        assert refusal.value.cure
        third.refresh_from_db()
        assert third.stage == "shortlisted"
        move(second, "strike_off")
        assert move(third, "select")

    def test_places_of_another_round_do_not_matter(self):
        full = SelectionRoundFactory(places=1)
        IncubatorFactory(round=full, stage="selected")
        other = SelectionRoundFactory(programme_year=ProgrammeYearFactory(year=2023), places=1)
        candidate = IncubatorFactory(round=other, rank=1, on=date(2022, 9, 1))
        assert move(candidate, "select")

    def test_full_round_still_validates_its_own(self):
        round_ = SelectionRoundFactory(places=1)
        assert move(IncubatorFactory(round=round_, stage="selected"), "validate")

    def test_database_keeps_an_institution_once_a_round_and_a_place_replaced_once(self):
        first = IncubatorFactory(stage="struck_off")
        with pytest.raises(IntegrityError, match="once_a_round"), transaction.atomic():
            IncubatorFactory(institution=first.institution, round=first.round)
        replacement = IncubatorFactory(replaces=first)
        with pytest.raises(IntegrityError, match="replaces"), transaction.atomic():
            IncubatorFactory(replaces=first)
        with pytest.raises(IntegrityError, match="own_replacement"), transaction.atomic():
            Incubator.objects.filter(pk=replacement.pk).update(replaces=replacement.pk)


@pytest.mark.django_db
class TestRights:
    @pytest.mark.parametrize(
        ("role", "sees", "edits"),
        [
            ("national_admin", True, True), ("national_incubator_reviewer", True, True),
            ("national_training_reviewer", True, False), ("area_reviewer", True, False),
            ("observer", True, False), ("leadership", True, False), ("auditor", True, False),
            ("operator", True, False), ("partner", False, False),
        ],
    )  # fmt: skip
    def test_role_sees_and_edits_incubators_of_its_reach(self, role, sees, edits):
        incubator = IncubatorFactory()
        user = user_of(role, incubator.institution)
        assert (incubator in Incubator.objects.visible_to(user)) == sees
        assert (incubator in Incubator.objects.editable_by(user)) == edits

    @pytest.mark.parametrize("role", ["area_reviewer", "observer", "auditor", "operator"])
    def test_person_of_another_area_sees_no_incubator(self, role):
        incubator = IncubatorFactory()
        stranger = user_of(role, InstitutionFactory())
        assert incubator not in Incubator.objects.visible_to(stranger)


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_take_the_last_place_at_once_and_one_gets_it(monkeypatch):
    monkeypatch.setattr(news, "ring", lambda year: None)
    round_ = SelectionRoundFactory(places=2)
    IncubatorFactory(round=round_, stage="selected", reserve_position=1)
    by = NationalAdminFactory()
    candidates = [IncubatorFactory(round=round_, rank=n) for n in (1, 2)]
    results = at_once(*[lambda one=one: one.move("select", by=by, on=ON) for one in candidates])
    assert sorted(isinstance(result, Incomplete) for result in results) == [False, True]
    assert round_.incubators.filter(stage="selected").count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_verbs_at_once_move_an_incubator_once(monkeypatch):
    monkeypatch.setattr(news, "ring", lambda year: None)
    incubator = IncubatorFactory(stage="selected")
    by = NationalAdminFactory()
    one, two = (Incubator.objects.get(pk=incubator.pk) for _n in range(2))
    results = at_once(
        lambda: one.move("validate", by=by, on=ON),
        lambda: two.move("strike_off", by=by, on=ON, reason="Tutup."),
    )
    assert sorted(isinstance(result, Stale) for result in results) == [False, True]
    incubator.refresh_from_db()
    assert incubator.transitions.first().to_stage == incubator.stage
    assert incubator.transitions.count() == 2
