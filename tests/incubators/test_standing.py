"""Standing computed from criteria and evidence: granted, lapsed, warned of, asked about any day."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from blk_portal.formats import today_in_jakarta
from blk_portal.progress import audit, news, rollup
from blk_portal.progress.models import Actual, PendingRollup
from blk_portal.reporting.models import Notice
from blk_portal.reporting.refusals import Incomplete, NotYours, Refused, Stale
from incubators import expiry, tasks
from incubators.models import Evidence, EvidenceWarning, Incubator, StandingChange
from tests.factories import (
    EvidenceFactory,
    IncubatorCriterionFactory,
    IncubatorFactory,
    IncubatorReviewerFactory,
    MembershipFactory,
    OperatorFactory,
    prove,
)
from tests.factories.documents import small_pdf
from tests.reporting.concurrency import at_once

JAKARTA = ZoneInfo("Asia/Jakarta")
NOON = datetime(2024, 12, 1, 12, tzinfo=JAKARTA)
DAY = NOON.date()


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@pytest.fixture
def reviewer(db):
    return IncubatorReviewerFactory()


@pytest.fixture
def two_criteria(db):
    return [
        IncubatorCriterionFactory(code="pengelola"),
        IncubatorCriterionFactory(code="pendanaan", may_expire=True),
    ]


@pytest.fixture
def mentored(two_criteria):
    return IncubatorFactory(stage="mentored")


def evidence_of(incubator, criterion, **options):
    return EvidenceFactory(incubator=incubator, criterion=criterion, **options)


def complete(incubator, criteria, *, ends=None, on=date(2024, 1, 1)):
    plain, ending = criteria
    evidence_of(incubator, plain, verified_on=on)
    return evidence_of(incubator, ending, verified_on=on, valid_to=ends or date(2030, 1, 1))


def figure(incubator, indicator):
    rollup.settle(incubator.round.programme_year_id)
    cell = Actual.objects.filter(indicator=indicator, province=None, office=None, breakdown="")
    return cell.values_list("value", flat=True).first() or 0


class TestGranting:
    def test_standing_is_granted_with_the_last_missing_evidence(self, mentored, two_criteria):
        plain, ending = two_criteria
        assert mentored.missing_on(today_in_jakarta()) == [ending, plain]
        evidence_of(mentored, plain, verified_on=date(2024, 1, 5))
        assert mentored.missing_on(today_in_jakarta()) == [ending]
        assert not mentored.standing_changes.exists()
        last = evidence_of(
            mentored, ending, valid_to=date(2030, 1, 1), verified_on=date(2024, 2, 1)
        )
        assert mentored.missing_on(today_in_jakarta()) == []
        change = mentored.standing_changes.get()
        assert (change.day, change.is_granted, change.criterion, change.evidence) == (
            date(2024, 2, 1), True, ending, last,
        )  # fmt: skip
        assert not mentored.standing_on(date(2024, 1, 31))
        assert mentored.standing_on(date(2024, 2, 1))

    def test_establish_is_refused_without_evidence_in_force_and_says_what_is_missing(
        self, mentored, two_criteria, reviewer
    ):
        evidence_of(mentored, two_criteria[0], verified_on=date(2022, 9, 1))
        with pytest.raises(Incomplete) as refusal:
            mentored.move("establish", by=reviewer, on=date(2022, 11, 1))
        assert str(two_criteria[1]) in refusal.value.message
        assert str(two_criteria[0]) not in refusal.value.message
        mentored.refresh_from_db()
        assert mentored.stage == "mentored"
        evidence_of(
            mentored, two_criteria[1], valid_to=date(2030, 1, 1), verified_on=date(2022, 10, 1)
        )
        assert mentored.move("establish", by=reviewer, on=date(2022, 11, 1))

    def test_independence_is_refused_once_evidence_was_withdrawn(
        self, mentored, two_criteria, reviewer
    ):
        lasting = complete(mentored, two_criteria, on=date(2022, 9, 1))
        mentored.move("establish", by=reviewer, on=date(2022, 11, 1))
        lasting.withdraw(by=reviewer, reason="Tidak benar.")
        with pytest.raises(Incomplete) as refusal:
            mentored.move("release", by=reviewer, on=today_in_jakarta())
        assert str(two_criteria[1]) in refusal.value.message
        mentored.refresh_from_db()
        assert mentored.stage == "established"
        assert mentored.move("release", by=reviewer, on=today_in_jakarta() - timedelta(days=1))

    def test_establish_is_refused_where_no_criterion_is_in_force(self, reviewer):
        incubator = IncubatorFactory(stage="mentored")
        with pytest.raises(Incomplete):
            incubator.move("establish", by=reviewer, on=date(2022, 11, 1))

    def test_waiting_refused_and_withdrawn_evidence_proves_nothing(
        self, mentored, two_criteria, reviewer
    ):
        plain, _ending = two_criteria
        waiting = evidence_of(mentored, plain)
        assert plain in mentored.missing_on(today_in_jakarta())
        waiting.refuse(by=reviewer, reason="Tidak terbaca.")
        assert plain in mentored.missing_on(today_in_jakarta())
        held = evidence_of(mentored, plain, verified_on=date(2024, 1, 1))
        assert plain not in mentored.missing_on(today_in_jakarta())
        held.withdraw(by=reviewer, reason="Tidak benar.")
        assert plain in mentored.missing_on(today_in_jakarta())
        assert plain not in mentored.missing_on(today_in_jakarta() - timedelta(days=1))

    def test_staff_withdraw_a_paper_and_what_it_proved_ends_with_it(self, two_criteria, reviewer):
        incubator = IncubatorFactory(stage="mentored")
        proof = complete(incubator, two_criteria)
        asked_again = evidence_of(incubator, two_criteria[0])
        assert incubator.standing_on(today_in_jakarta())
        proof.paper.withdraw(by=reviewer, reason="Dokumen palsu.")
        asked_again.paper.withdraw(by=reviewer, reason="Salah unggah.")
        proof.refresh_from_db()
        asked_again.refresh_from_db()
        assert (proof.state, proof.withdrawn_by, proof.withdrawn_because) == (
            "withdrawn", reviewer, "Dokumen palsu.",
        )  # fmt: skip
        assert asked_again.state == "withdrawn"
        assert not incubator.standing_on(today_in_jakarta())
        assert incubator.standing_on(today_in_jakarta() - timedelta(days=1))
        lapse = incubator.standing_changes.standing().latest("day")
        assert (lapse.is_granted, lapse.evidence) == (False, proof)
        assert "Dokumen dari bukti ini dicabut" in lapse.because
        assert Evidence.objects.filter(state="verified").count() == 1


class TestDeciding:
    def test_nobody_verifies_what_they_handed_in(self, mentored, two_criteria, reviewer):
        own = evidence_of(mentored, two_criteria[0], submitted_by=reviewer)
        with pytest.raises(NotYours):
            own.verify(by=reviewer)
        own.refresh_from_db()
        assert own.state == "waiting"
        own.verify(by=IncubatorReviewerFactory())
        assert own.verified_on == today_in_jakarta()

    def test_evidence_is_decided_once_and_refused_with_a_reason(
        self, mentored, two_criteria, reviewer
    ):
        evidence = evidence_of(mentored, two_criteria[0])
        with pytest.raises(Incomplete):
            evidence.refuse(by=reviewer, reason=" ")
        evidence.refuse(by=reviewer, reason="Tidak terbaca.")
        with pytest.raises(Stale):
            evidence.verify(by=reviewer)
        with pytest.raises(Stale):
            evidence.withdraw(by=reviewer, reason="Keliru.")

    def test_evidence_that_may_expire_names_its_end(self, mentored, two_criteria):
        options = {"file": small_pdf(), "by": OperatorFactory(), "valid_from": DAY}
        with pytest.raises(Incomplete):
            Evidence.objects.submit(incubator=mentored, criterion=two_criteria[1], **options)
        with pytest.raises(Incomplete):
            Evidence.objects.submit(
                incubator=mentored, criterion=two_criteria[1],
                valid_to=DAY - timedelta(days=1), **options,
            )  # fmt: skip
        assert not Evidence.objects.exists()

    def test_struck_off_one_hands_nothing_in(self, two_criteria):
        gone = IncubatorFactory(stage="struck_off")
        with pytest.raises(Refused):
            evidence_of(gone, two_criteria[0])

    def test_database_keeps_dates_and_decisions(self, mentored, two_criteria):
        evidence = evidence_of(mentored, two_criteria[0], verified_on=date(2024, 1, 1))
        for statement in (
            "UPDATE incubators_evidence SET valid_from = '2020-01-01' WHERE id = %s",
            "UPDATE incubators_evidence SET verified_on = '2020-01-01' WHERE id = %s",
            "DELETE FROM incubators_evidence WHERE id = %s",
        ):
            with pytest.raises(IntegrityError, match="history is kept"), transaction.atomic():
                run(statement, evidence.pk)


class TestLapsing:
    def test_standing_lapses_on_the_first_day_without_and_leaves_the_figure(self, two_criteria):
        with time_machine.travel(NOON, tick=False):
            incubator = IncubatorFactory(stage="mentored", on=date(2024, 2, 1))
            ending = complete(incubator, two_criteria, ends=date(2024, 12, 31))
            incubator.move("establish", by=IncubatorReviewerFactory(), on=DAY)
            assert figure(incubator, "incubators_established") == 1
        with time_machine.travel(datetime(2024, 12, 31, 12, tzinfo=JAKARTA), tick=False):
            assert expiry.catch_up(on=today_in_jakarta()) == 0
        with time_machine.travel(datetime(2025, 1, 1, 0, 5, tzinfo=JAKARTA), tick=False):
            tasks.keep_standings()
            assert PendingRollup.objects.exists()
            assert figure(incubator, "incubators_established") == 0
            assert figure(incubator, "incubators_selected") == 1
            lapse = incubator.standing_changes.first()
            assert (lapse.day, lapse.is_granted, lapse.evidence) == (
                date(2025, 1, 1), False, ending,
            )  # fmt: skip
            assert "pendanaan" in lapse.because
            tasks.keep_standings()
            assert incubator.standing_changes.count() == 2
            assert incubator.standing_on(date(2024, 12, 31))
            assert not incubator.standing_on(date(2025, 1, 1))
            assert audit.run_audit() == []

    def test_renewed_in_time_standing_goes_on_and_later_it_is_granted_again(self, two_criteria):
        with time_machine.travel(NOON, tick=False):
            incubator = IncubatorFactory(stage="mentored", on=date(2024, 2, 1))
            complete(incubator, two_criteria, ends=date(2024, 12, 31))
            renewed = {"valid_from": date(2025, 1, 1), "valid_to": date(2025, 1, 31)}
            evidence_of(incubator, two_criteria[1], verified_on=DAY, **renewed)
        with time_machine.travel(datetime(2025, 2, 10, 9, tzinfo=JAKARTA), tick=False):
            expiry.catch_up(on=today_in_jakarta())
            again = {"valid_from": date(2025, 2, 1), "valid_to": date(2026, 1, 31)}
            evidence_of(incubator, two_criteria[1], verified_on=today_in_jakarta(), **again)
            days = [(row.day, row.is_granted) for row in incubator.standing_changes.order_by("day")]
        assert days == [
            (date(2024, 1, 1), True), (date(2025, 2, 1), False), (date(2025, 2, 10), True),
        ]  # fmt: skip

    def test_new_criterion_lapses_the_standing_until_it_is_proved(self, mentored, two_criteria):
        complete(mentored, two_criteria)
        today = today_in_jakarta()
        IncubatorCriterionFactory(code="baru", valid_from=today)
        assert expiry.catch_up(on=today) == 1
        assert not mentored.standing_on(today)
        assert "baru" in mentored.standing_changes.first().because

    def test_audit_names_a_cell_that_evidence_does_not_bear(self, mentored, two_criteria):
        complete(mentored, two_criteria, on=date(2022, 9, 1))
        mentored.move("establish", by=IncubatorReviewerFactory(), on=date(2022, 11, 1))
        assert figure(mentored, "incubators_established") == 1
        assert audit.run_audit() == []
        StandingChange.objects.filter(incubator=mentored).update(withdrawn_at=datetime.now(JAKARTA))
        rollup.rebuild_year(mentored.round.programme_year_id)
        found = {row.indicator for row in audit.audit_year(mentored.round.programme_year)}
        assert found == {"incubators_established"}


class TestWarnings:
    def test_operator_is_warned_once_at_sixty_and_once_at_fourteen_days(self, two_criteria):
        with time_machine.travel(NOON, tick=False):
            incubator = IncubatorFactory(stage="mentored", on=date(2024, 2, 1))
            operator = MembershipFactory(institution=incubator.institution).user
            complete(incubator, two_criteria, ends=DAY + timedelta(days=61))
        told = []
        for days in (0, 1, 2, 40, 47, 48, 70):
            with time_machine.travel(NOON + timedelta(days=days), tick=False):
                tasks.keep_standings()
                tasks.keep_standings()
                warned = Notice.objects.filter(recipient=operator, kind="evidence_ends")
                told.append(warned.count())
        assert told == [0, 1, 1, 1, 2, 2, 2]
        assert Notice.objects.filter(recipient=operator, kind="standing_lapsed").count() == 1

    def test_renewed_evidence_and_one_struck_off_are_not_warned_of(self, two_criteria, reviewer):
        today = today_in_jakarta()
        renewed, gone = IncubatorFactory(stage="mentored"), IncubatorFactory(stage="mentored")
        for incubator in (renewed, gone):
            complete(incubator, two_criteria, ends=today + timedelta(days=10))
        evidence_of(
            renewed, two_criteria[1], verified_on=today, valid_to=today + timedelta(days=400)
        )
        gone.move("strike_off", by=reviewer, on=today, reason="Tutup.")
        expiry.warn(on=today)
        assert not EvidenceWarning.objects.exists()

    def test_operator_reads_that_evidence_was_refused(self, mentored, two_criteria, reviewer):
        operator = MembershipFactory(institution=mentored.institution).user
        evidence_of(mentored, two_criteria[0]).refuse(by=reviewer, reason="Tidak terbaca.")
        assert [row.kind for row in Notice.objects.filter(recipient=operator)] == [
            "evidence_refused"
        ]


@pytest.mark.django_db(transaction=True)
def test_daily_task_runs_twice_at_once_and_writes_each_change_once(monkeypatch):
    monkeypatch.setattr(news, "ring", lambda year: None)
    incubator = IncubatorFactory(stage="mentored", on=date(2022, 9, 1))
    criterion = IncubatorCriterionFactory()
    prove(incubator, on=date(2022, 9, 1))
    StandingChange.objects.filter(incubator=incubator).update(withdrawn_at=datetime.now(JAKARTA))
    today = today_in_jakarta()
    results = at_once(lambda: expiry.catch_up(on=today), lambda: expiry.catch_up(on=today))
    assert sorted(results) == [0, 1]
    held = StandingChange.objects.standing().get()
    assert (held.is_granted, held.criterion) == (True, criterion)
    assert Incubator.objects.with_standing(on=today).get().in_force
