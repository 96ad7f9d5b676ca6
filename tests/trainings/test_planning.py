"""Cohorts planned, changed, cancelled and brought back: the rules, whoever asks for them."""

import re
from datetime import date

import pytest
import time_machine
from django.db import IntegrityError, transaction

from blk_portal.reporting.models import Obligation
from blk_portal.reporting.refusals import Refused, Stale
from institutions.due import due_date
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    CohortReportFactory,
    ObligationFactory,
    OperatorFactory,
    ParticipantFactory,
    PartnerBodyFactory,
    ProgrammeFactory,
    ProgrammeYearFactory,
)
from trainings import planning, roster
from trainings.models import Cohort, CohortReport, CohortStep, ExternalId, Programme, ReportKind
from trainings.planning import PlanRefused

pytestmark = pytest.mark.django_db
REASON = "Gedung dipakai untuk pengungsian."
State = Obligation.State


@pytest.fixture
def operator():
    return OperatorFactory()


@pytest.fixture
def cohort():
    return CohortFactory()


def owed(cohort: Cohort) -> Obligation:
    return Obligation.objects.get(pk=planning.closing_of(cohort).obligation_id)


def verbs(cohort: Cohort) -> list[str]:
    return list(cohort.steps.values_list("verb", flat=True))


class TestCancelling:
    def test_cancelled_cohort_owes_nothing_and_keeps_who_when_and_why(self, cohort, operator):
        assert owed(cohort).state == State.EXPECTED
        planning.cancel(cohort, by=operator, reason=f" {REASON} ")
        assert (cohort.cancelled_by, cohort.cancelled_because) == (operator, REASON)
        assert cohort.is_cancelled
        assert owed(cohort).state == State.NOT_EXPECTED
        assert list(Cohort.objects.cancelled()) == [cohort]
        assert not Cohort.objects.planned().exists()

    def test_every_report_of_a_cancelled_cohort_is_set_aside(self, operator):
        cohort = CohortFactory(kinds=ReportKind)
        planning.cancel(cohort, by=operator, reason=REASON)
        states = planning.obligations_of(cohort).values_list("state", flat=True)
        assert list(states) == [State.NOT_EXPECTED] * len(ReportKind)
        planning.restore(cohort, by=operator, reason=REASON)
        assert planning.obligations_of(cohort).outstanding().count() == len(ReportKind)

    def test_cancelling_wants_a_reason_and_happens_once(self, cohort, operator):
        with pytest.raises(PlanRefused):
            planning.cancel(cohort, by=operator, reason="  ")
        assert not Cohort.objects.get(pk=cohort.pk).is_cancelled
        planning.cancel(cohort, by=operator, reason=REASON)
        with pytest.raises(PlanRefused, match=re.escape(operator.name)):
            planning.cancel(cohort, by=operator, reason="Sekali lagi.")
        assert cohort.steps.count() == 1

    @pytest.mark.parametrize(("trait", "is_open"), [
        ("submitted", False), ("verified", False), ("returned", True), ("reopened", True),
    ])  # fmt: skip
    def test_cohort_is_cancelled_unless_its_report_is_in_other_hands(
        self, operator, trait, is_open
    ):
        cohort = CohortReportFactory(**{trait: True}).cohort
        if is_open:
            planning.cancel(cohort, by=operator, reason=REASON)
        else:
            closing = cohort.closing
            by = closing.verified_by or closing.submitted_by
            with pytest.raises(PlanRefused, match=f"{re.escape(by.name)}.*WIB"):
                planning.cancel(cohort, by=operator, reason=REASON)
        assert Cohort.objects.get(pk=cohort.pk).is_cancelled == is_open

    def test_report_of_a_cancelled_cohort_is_not_handed_in(self, operator):
        report = CohortReportFactory()
        planning.cancel(Cohort.objects.get(pk=report.cohort_id), by=operator, reason=REASON)
        # With the cohort as it was read before the cancelling.
        with pytest.raises(Stale, match=f"{re.escape(operator.name)}.*WIB"):
            report.submit(by=operator, version=0)
        assert CohortReport.objects.get(pk=report.pk).status == "draft"
        assert not CohortReport.objects.get(pk=report.pk).is_open
        planning.restore(report.cohort, by=operator, reason="Gedung kosong lagi.")
        again = CohortReport.objects.get(pk=report.pk)
        again.submit(by=operator, version=0)
        assert again.status == "submitted"

    def test_opening_report_that_was_sent_leaves_the_queue_with_the_reason_in_its_log(
        self, operator
    ):
        cohort = CohortFactory(kinds=ReportKind)
        ParticipantFactory(cohort=cohort)
        opening = cohort.reports.get(kind=ReportKind.OPENING)
        opening.submit(by=operator, version=0)
        reviewer = AreaReviewerFactory(office=cohort.institution.office)
        waiting = CohortReport.objects.visible_to(reviewer).awaiting()
        assert list(waiting.all()) == [opening]
        planning.cancel(cohort, by=operator, reason=REASON)
        assert not waiting.all().exists()
        last = opening.transitions.first()
        assert (last.verb, last.by, last.comment) == ("set_aside", operator, REASON)
        states = planning.obligations_of(cohort).values_list("state", flat=True)
        assert list(states) == [State.NOT_EXPECTED] * len(ReportKind)
        assert opening.obligation.steps.first().reason == REASON
        planning.restore(cohort, by=operator, reason="Gedung kosong lagi.")
        again = CohortReport.objects.get(pk=opening.pk)
        assert planning.obligations_of(cohort).outstanding().count() == len(ReportKind)
        again.submit(by=operator, version=again.version)
        assert list(waiting.all()) == [again]

    def test_report_that_is_verified_stays_so_when_the_cohort_is_cancelled(self, operator):
        cohort = CohortFactory(kinds=ReportKind)
        ParticipantFactory(cohort=cohort)
        opening = cohort.reports.get(kind=ReportKind.OPENING)
        opening.submit(by=operator, version=0)
        reviewer = AreaReviewerFactory(office=cohort.institution.office)
        opening.verify(by=reviewer, version=1)
        planning.cancel(cohort, by=operator, reason=REASON)
        opening.refresh_from_db()
        assert (opening.status, opening.obligation.state) == ("verified", State.REPORTED)
        with pytest.raises(Stale, match="membatalkan"):
            opening.reopen(by=reviewer, version=2, comment="Buka lagi.")

    @pytest.mark.parametrize("verb", ["verify", "send_back", "withdraw"])
    def test_nothing_is_decided_on_a_cancelled_cohort(self, operator, verb):
        cohort = CohortFactory(kinds=ReportKind)
        ParticipantFactory(cohort=cohort)
        opening = cohort.reports.get(kind=ReportKind.OPENING)
        opening.submit(by=operator, version=0)
        options = {"comment": "Lengkapi."} if verb == "send_back" else {}
        # As it stood on a page from before the cancelling, and as it stands now.
        old = CohortReport.objects.get(pk=opening.pk)
        planning.cancel(cohort, by=operator, reason=REASON)
        now = CohortReport.objects.get(pk=opening.pk)
        for report in (old, now):
            with pytest.raises(Stale):
                getattr(report, verb)(by=AreaReviewerFactory(), version=report.version, **options)
        now.refresh_from_db()
        assert now.status == "draft"

    def test_roster_of_a_cancelled_cohort_stays(self, cohort, operator):
        person = ParticipantFactory(cohort=cohort)
        planning.cancel(cohort, by=operator, reason=REASON)
        with pytest.raises(Stale):
            roster.remove(cohort, person)
        planning.restore(cohort, by=operator, reason=REASON)
        roster.remove(cohort, person)
        assert not cohort.participants.exists()

    def test_restored_cohort_owes_again_what_the_cancelling_set_aside(self, cohort, operator):
        other = Obligation.objects.create(
            institution=cohort.institution, programme_year=cohort.programme_year,
            kind="cohort_closing", subject="test", due_on=date(2022, 9, 1),
            state=State.NOT_EXPECTED,
        )  # fmt: skip
        planning.cancel(cohort, by=operator, reason=REASON)
        staff = AreaReviewerFactory()
        with pytest.raises(PlanRefused):
            planning.restore(cohort, by=staff, reason="")
        planning.restore(cohort, by=staff, reason="Gedung kosong lagi.")
        assert not cohort.is_cancelled
        assert owed(cohort).state == State.EXPECTED
        other.refresh_from_db()
        assert other.state == State.NOT_EXPECTED
        assert verbs(cohort) == [CohortStep.Verb.RESTORED, CohortStep.Verb.CANCELLED]
        with pytest.raises(PlanRefused):
            planning.restore(cohort, by=staff, reason="Sekali lagi.")

    def test_database_refuses_half_a_cancelling(self, cohort):
        with pytest.raises(IntegrityError, match="cohort_cancelled_whole"), transaction.atomic():
            Cohort.objects.filter(pk=cohort.pk).update(cancelled_because=REASON)


class TestDueDates:
    def test_new_days_move_what_is_still_owed(self, cohort, operator):
        cohort.ends_on = date(2022, 10, 14)
        cohort.save()
        planning.note_change(cohort, by=operator, changed=["ends_on"])
        days = cohort.programme_year.report_due_days
        assert owed(cohort).due_on == due_date(date(2022, 10, 14), days)
        assert cohort.steps.get().changed_labels

    def test_new_days_leave_what_was_reported(self, operator):
        report = CohortReportFactory(submitted=True)
        before = report.obligation.due_on
        report.cohort.ends_on = date(2022, 12, 30)
        report.cohort.save()
        planning.note_change(report.cohort, by=operator, changed=["ends_on"])
        assert owed(report.cohort).due_on == before

    def test_each_report_is_due_by_its_own_days_and_an_extension_stays(self, operator):
        cohort = CohortFactory(kinds=ReportKind)
        closing = owed(cohort)
        with time_machine.travel("2022-09-01"):
            closing.extend(by=operator, due_on=date(2022, 12, 30), reason="Banjir.")
        cohort.starts_on, cohort.ends_on = date(2022, 9, 5), date(2022, 10, 14)
        cohort.save()
        planning.note_change(cohort, by=operator, changed=["starts_on", "ends_on"])
        for report in cohort.reports.exclude(kind="closing").select_related("obligation"):
            assert report.obligation.due_on == ReportKind(report.kind).due_on(cohort, closed=())
        moved = owed(cohort)
        assert moved.due_on == date(2022, 12, 30)
        assert moved.original_due_on == ReportKind.CLOSING.due_on(cohort, closed=())
        cohort.ends_on = date(2022, 12, 23)
        planning.note_change(cohort, by=operator, changed=["ends_on"])
        moved = owed(cohort)
        assert (moved.due_on, moved.original_due_on) == (
            ReportKind.CLOSING.due_on(cohort, closed=()),
            None,
        )


class TestPeriods:
    def test_zero_stands_beside_a_cancelled_cohort_and_falls_when_it_comes_back(self, operator):
        cohort = CohortFactory(starts_on=date(2022, 5, 2))
        period = ObligationFactory(
            period=True, institution=cohort.institution, programme_year=cohort.programme_year
        )
        with pytest.raises(Refused):
            period.confirm_zero(by=operator)
        planning.cancel(cohort, by=operator, reason=REASON)
        period.confirm_zero(by=operator)
        planning.restore(cohort, by=operator, reason=REASON)
        period.refresh_from_db()
        assert period.state == State.EXPECTED


class TestSeats:
    def test_cohort_holds_at_most_what_the_year_allows(self, cohort):
        assert cohort.seat_faults() == []
        cohort.programme_year.most_seats_of_cohort = cohort.seats
        assert cohort.seat_faults() == []
        cohort.seats += 1
        assert "16" in cohort.seat_faults()[0]

    def test_institution_plans_at_most_what_the_year_allows(self, operator):
        year = ProgrammeYearFactory(most_seats_of_institution=40)
        first = CohortFactory(programme_year=year, seats=16)
        second = CohortFactory(programme_year=year, seats=24, institution=first.institution)
        CohortFactory(programme_year=year, seats=30)
        assert first.seat_faults() == second.seat_faults() == []
        third = CohortFactory(programme_year=year, seats=1, institution=first.institution)
        assert "40" in third.seat_faults()[0]
        planning.cancel(first, by=operator, reason=REASON)
        assert third.seat_faults() == []
        assert Cohort.objects.filter(institution=first.institution).seats_planned() == 25

    def test_cohort_comes_back_only_where_its_seats_are_free(self, operator):
        year = ProgrammeYearFactory(most_seats_of_institution=20)
        cohort = CohortFactory(programme_year=year, seats=16)
        planning.cancel(cohort, by=operator, reason=REASON)
        other = CohortFactory(programme_year=year, seats=16, institution=cohort.institution)
        with pytest.raises(PlanRefused, match="20"):
            planning.restore(cohort, by=operator, reason=REASON)
        planning.cancel(other, by=operator, reason=REASON)
        planning.restore(cohort, by=operator, reason=REASON)
        assert not Cohort.objects.get(pk=cohort.pk).is_cancelled


class TestIds:
    def test_id_of_another_system_belongs_to_one_cohort(self, cohort):
        planning.write_beside(cohort, instructors=[], ids={"skillhub": "SK-9001"})
        other = CohortFactory()
        with pytest.raises(PlanRefused, match="sk-9001"):
            planning.write_beside(other, instructors=[], ids={"skillhub": "sk-9001"})
        planning.write_beside(other, instructors=[], ids={"proglat": "SK-9001"})
        assert ExternalId.taken("skillhub", "sk-9001", besides=other)
        assert not ExternalId.taken("skillhub", "sk-9001", besides=cohort)
        planning.write_beside(cohort, instructors=[], ids={"skillhub": ""})
        planning.write_beside(other, instructors=[], ids={"skillhub": "sk-9001"})

    def test_cohort_is_found_by_id_institution_and_programme(self, cohort):
        CohortFactory()
        planning.write_beside(cohort, instructors=[], ids={"proglat": "PG/2022/17"})
        for words in ("PG/2022", cohort.institution.name, cohort.programme.name):
            assert list(Cohort.objects.matching(words)) == [cohort], words
        assert not Cohort.objects.matching("tidak ada").exists()


class TestMoneyOfThePlan:
    def test_only_csr_names_a_partner(self, cohort):
        rows, partner = Cohort.objects.filter(pk=cohort.pk), PartnerBodyFactory()
        with pytest.raises(IntegrityError, match="cohort_partner_funds"), transaction.atomic():
            rows.update(partner=partner)
        rows.update(partner=partner, funding=Cohort.Funding.PARTNER)

    def test_planned_cost_is_above_zero(self, cohort):
        rows = Cohort.objects.filter(pk=cohort.pk)
        with pytest.raises(IntegrityError, match="cohort_cost_is_positive"), transaction.atomic():
            rows.update(cost_planned=0)
        rows.update(cost_planned=1)


class TestVersions:
    def test_one_version_of_a_programme_is_current(self):
        first = ProgrammeFactory(name="Las Dasar")
        again = {"field": first.field, "name": "Las Dasar", "hours": 120}
        with pytest.raises(IntegrityError), transaction.atomic():
            Programme.objects.create(**again, version="2")
        Programme.objects.create(**again, version="2", is_current=False)
        with pytest.raises(IntegrityError), transaction.atomic():
            Programme.objects.create(**again, version="1", is_current=False)
        assert list(Programme.objects.current().filter(name="Las Dasar")) == [first]
