"""What verification counts, what reopening closes, and at which report a person counts."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from blk_portal.privacy import keys
from blk_portal.progress import news
from blk_portal.progress.models import PendingRollup
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    CohortReportFactory,
    GuardianConsentFactory,
    OperatorFactory,
    ParticipantFactory,
    ProgrammeYearFactory,
)
from tests.reporting.concurrency import at_once
from trainings import counting
from trainings.checks import minors_of
from trainings.models import CohortCount, CohortReport, CountedPerson

SARI = "3273051705019001"
DEWI = "3273051705019002"


@pytest.fixture(autouse=True)
def _silent_bell(monkeypatch):
    monkeypatch.setattr(news, "ring", lambda year: None)


def filed(*people: dict, **cohort):
    """A verified report of a cohort with these participants."""
    return verify(submitted(*people, **cohort))


def submitted(*people: dict, **cohort):
    cohort = CohortFactory(**cohort)
    for facts in people:
        ParticipantFactory(cohort=cohort, **facts)
    for minor in minors_of(cohort):
        GuardianConsentFactory(participant=minor)
    return CohortReportFactory(cohort=cohort, people=0, submitted=True)


def verify(report):
    report.verify(by=AreaReviewerFactory(), version=report.version)
    return report


def reopen(report):
    report.reopen(by=AreaReviewerFactory(), version=report.version, comment="Salah data.")
    return report


def resubmit(report):
    report.submit(by=OperatorFactory(), version=report.version)
    return report


def live(report):
    return CohortCount.objects.filter(report=report, counted_to=None)


def total(report, column):
    return live(report).aggregate(n=Sum(column))["n"] or 0


def holder(nik):
    """The report at which the person of a NIK counts; None if nowhere."""
    found = CountedPerson.objects.filter(nik_index=keys.index_of(nik)).first()
    return found and found.report


@pytest.mark.django_db
class TestVerification:
    def test_verified_report_is_counted_by_sex_disability_and_age(self):
        report = filed(
            {"sex": "L", "result": "passed"},
            {"sex": "L", "result": "failed"},
            {"sex": "L", "result": "withdrawn"},
            {"sex": "P", "result": "passed", "nik": None},
            {"sex": "P", "result": "withdrawn", "nik": None},
            {"sex": "P", "result": "passed", "disability": "fisik"},
            {"sex": "P", "result": "passed", "birth_date": date(1980, 1, 1)},
        )
        key, counts = ("sex", "disability", "age_band"), ("enrolled", "completed", "passed")
        found = live(report).values_list(*key, *counts, "people", "without_nik")
        assert set(found) == {
            ("L", "none", "18-24", 3, 2, 1, 2, 0),
            ("P", "none", "18-24", 2, 1, 1, 0, 1),
            ("P", "fisik", "18-24", 1, 1, 1, 1, 0),
            ("P", "none", "35-44", 1, 1, 1, 1, 0),
        }
        cohort = report.cohort
        for row in live(report):
            assert (row.institution, row.programme_year, row.field, row.funding) == (
                cohort.institution, cohort.programme_year, cohort.field, cohort.funding,
            )  # fmt: skip
            assert row.counted_from == report.verified_at

    @pytest.mark.parametrize("state", ["draft", "submitted", "returned"])
    def test_report_that_is_not_verified_counts_nothing(self, state):
        CohortReportFactory(**({} if state == "draft" else {state: True}))
        assert not CohortCount.objects.exists()
        assert not CountedPerson.objects.exists()

    @pytest.mark.parametrize(
        ("born", "starts", "band"),
        [
            (date(2004, 8, 2), date(2022, 8, 1), "u18"),
            (date(2004, 8, 1), date(2022, 8, 1), "18-24"),
            (date(1997, 8, 2), date(2022, 8, 1), "18-24"),
            (date(1997, 8, 1), date(2022, 8, 1), "25-34"),
            (date(1987, 8, 2), date(2022, 8, 1), "25-34"),
            (date(1987, 8, 1), date(2022, 8, 1), "35-44"),
            (date(1977, 8, 2), date(2022, 8, 1), "35-44"),
            (date(1977, 8, 1), date(2022, 8, 1), "45+"),
            (date(1930, 1, 1), date(2022, 8, 1), "45+"),
            (date(2004, 2, 29), date(2022, 2, 28), "u18"),
            (date(2004, 2, 29), date(2022, 3, 1), "18-24"),
            (date(2006, 3, 1), date(2024, 2, 29), "u18"),
            (date(2006, 2, 28), date(2024, 2, 29), "18-24"),
        ],
    )
    def test_age_is_that_of_the_first_day_of_the_cohort(self, born, starts, band):
        report = filed({"birth_date": born}, starts_on=starts)
        assert list(live(report).values_list("age_band", flat=True)) == [band]

    def test_nobody_who_withdrew_counts_as_person_or_participation(self):
        report = filed({"result": "withdrawn", "nik": SARI}, {"result": "passed"})
        assert total(report, "enrolled") == 2
        assert total(report, "completed") == 1
        assert total(report, "people") == 1
        assert holder(SARI) is None

    def test_person_who_withdrew_first_counts_where_they_stayed(self):
        filed({"result": "withdrawn", "nik": SARI})
        second = filed({"result": "failed", "nik": SARI})
        assert holder(SARI) == second

    def test_person_without_a_nik_is_a_participation_and_no_person(self):
        report = filed({"nik": None}, {"nik": None})
        assert (total(report, "completed"), total(report, "people")) == (2, 0)

    def test_report_is_verified_with_an_erased_roster_and_counts_nothing(self):
        report = submitted({})
        report.cohort.participants.all().delete()
        verify(report)
        assert not live(report).exists()


@pytest.mark.django_db
class TestPeople:
    def test_person_counts_once_a_year_at_the_earliest_verified(self):
        late, early = submitted({"nik": SARI}, {}), submitted({"nik": SARI})
        verify(early)
        verify(late)
        assert holder(SARI) == early
        assert [total(report, "people") for report in (early, late)] == [1, 1]
        assert [total(report, "completed") for report in (early, late)] == [1, 2]

    def test_person_counts_again_in_another_year(self):
        first = filed({"nik": SARI})
        second = filed({"nik": SARI}, programme_year=ProgrammeYearFactory(year=2023))
        assert [total(report, "people") for report in (first, second)] == [1, 1]

    def test_reopened_report_hands_its_person_to_the_next_in_the_same_moment(self):
        first, second = filed({"nik": SARI}, {"nik": DEWI}), filed({"nik": SARI})
        third = filed({"nik": SARI})
        before = live(second).get()
        reopen(first)
        assert holder(SARI) == second
        assert holder(DEWI) is None
        assert [total(report, "people") for report in (first, second, third)] == [0, 1, 0]
        before.refresh_from_db()
        after = live(second).get()
        assert (before.people, after.people) == (0, 1)
        assert before.counted_to == after.counted_from
        assert live(third).get().counted_from == third.verified_at

    def test_report_verified_anew_does_not_take_the_person_back(self):
        first, second = filed({"nik": SARI}), filed({"nik": SARI})
        verify(resubmit(reopen(first)))
        assert holder(SARI) == second
        assert [total(report, "people") for report in (first, second)] == [0, 1]
        reopen(second)
        assert holder(SARI) == first

    def test_person_goes_to_no_report_that_is_not_verified(self):
        first = filed({"nik": SARI})
        waiting = submitted({"nik": SARI})
        reopen(first)
        assert holder(SARI) is None
        verify(waiting)
        assert holder(SARI) == waiting

    def test_person_is_not_handed_to_a_cohort_they_left(self):
        first = filed({"nik": SARI})
        filed({"nik": SARI, "result": "withdrawn"})
        reopen(first)
        assert holder(SARI) is None

    def test_person_is_not_handed_to_another_year(self):
        first = filed({"nik": SARI})
        other = filed({"nik": SARI}, programme_year=ProgrammeYearFactory(year=2023))
        reopen(first)
        assert CountedPerson.objects.get().report == other

    def test_two_persons_are_handed_to_two_reports(self):
        first = filed({"nik": SARI}, {"nik": DEWI})
        second, third = filed({"nik": DEWI}), filed({"nik": SARI})
        reopen(first)
        assert (holder(SARI), holder(DEWI)) == (third, second)

    def test_handing_over_to_another_province_owes_both_recounts(self):
        first, second = filed({"nik": SARI}), filed({"nik": SARI})
        bystander = filed({"nik": DEWI})
        assert (
            first.cohort.institution.regency.province != second.cohort.institution.regency.province
        )
        PendingRollup.objects.all().delete()
        reopen(first)
        owed = PendingRollup.objects.filter(programme_year=first.cohort.programme_year)
        touched = set(owed.values_list("institution", flat=True))
        assert touched == {first.cohort.institution_id, second.cohort.institution_id}
        assert bystander.cohort.institution_id not in touched
        assert set(owed.values_list("why", flat=True)) == {"report reopen"}

    def test_operator_may_take_a_person_off_a_reopened_roster(self):
        report = reopen(filed({"nik": SARI}, {}))
        report.cohort.participants.first().delete()
        assert verify(resubmit(report)).status == "verified"
        assert total(report, "completed") == 1


@pytest.mark.django_db
class TestHistory:
    def test_counts_are_closed_and_never_changed(self):
        report = filed({"sex": "L"}, {"sex": "P"})
        ids = set(live(report).values_list("pk", flat=True))
        before = list(CohortCount.objects.order_by("pk").values())
        reopen(report)
        closed_at = report.transitions.first().at
        after = list(CohortCount.objects.order_by("pk").values())
        assert [row | {"counted_to": closed_at} for row in before] == after
        verify(resubmit(report))
        assert not ids & set(live(report).values_list("pk", flat=True))
        assert CohortCount.objects.filter(report=report).count() == 4

    def test_every_past_moment_can_be_asked_again(self):
        report = filed({})
        verified_at = report.verified_at
        reopened_at = reopen(report).transitions.first().at
        report.cohort.participants.update(result="failed")
        ParticipantFactory(cohort=report.cohort)
        verify(resubmit(report))

        def counted_at(moment):
            known = CohortCount.objects.filter(counted_from__lte=moment).exclude(
                counted_to__lte=moment
            )
            return known.aggregate(done=Sum("completed"), passed=Sum("passed"))

        tick = timedelta(microseconds=1)
        assert counted_at(verified_at - tick) == {"done": None, "passed": None}
        assert counted_at(reopened_at - tick) == {"done": 1, "passed": 1}
        assert counted_at(reopened_at) == {"done": None, "passed": None}
        assert counted_at(timezone.now()) == {"done": 2, "passed": 1}

    def test_repair_of_a_sound_year_changes_nothing(self):
        first, _second = filed({"nik": SARI}), filed({"nik": SARI}, {"nik": None})
        year = first.cohort.programme_year_id
        before = list(CohortCount.objects.order_by("pk").values())
        assert counting.recount_year(year, at=timezone.now()) == 0
        assert list(CohortCount.objects.order_by("pk").values()) == before
        assert (holder(SARI), CountedPerson.objects.count()) == (first, 1)

    @pytest.mark.parametrize(
        "damage",
        [
            "UPDATE trainings_cohortcount SET enrolled = enrolled + 5",
            "DELETE FROM trainings_cohortcount",
            "UPDATE trainings_cohortcount SET sex = 'P'",
            "UPDATE trainings_cohortcount SET counted_to = now()",
            "DELETE FROM trainings_countedperson",
            "UPDATE trainings_cohortcount SET people = 0",
        ],
    )
    def test_repair_mends_count_rows_and_leaves_sound_reports_alone(self, damage):
        sound = filed({}, programme_year=ProgrammeYearFactory(year=2023))
        report = filed({"sex": "L", "nik": SARI}, {"sex": "L", "result": "failed"})
        year = report.cohort.programme_year_id
        columns = ("sex", "disability", "age_band", "enrolled", "completed", "passed", "people")
        before = set(live(report).values_list(*columns))
        untouched = live(sound).get().pk
        with connection.cursor() as cursor:
            cursor.execute(f"{damage} WHERE programme_year_id = {year}")
        counting.recount_year(year, at=timezone.now())
        assert set(live(report).values_list(*columns)) == before
        assert holder(SARI) == report
        assert live(sound).get().pk == untouched

    def test_repair_removes_counts_of_a_report_that_is_not_verified(self):
        report = filed({"nik": SARI})
        CohortReport.objects.filter(pk=report.pk).update(
            status="returned", verified_at=None, verified_by=None
        )
        assert counting.recount_year(report.cohort.programme_year_id, at=timezone.now()) == 1
        assert not live(report).exists()
        assert holder(SARI) is None


@pytest.mark.django_db(transaction=True)
def test_report_reopened_during_a_repair_loses_no_person():
    first, second = filed({"nik": SARI}), filed({"nik": SARI})
    year = first.cohort.programme_year_id
    reviewer = AreaReviewerFactory()
    other = CohortReport.objects.get(pk=first.pk)

    def repair():
        with transaction.atomic(), connection.cursor() as cursor:
            counting.recount_year(year, at=timezone.now())
            cursor.execute("SELECT pg_sleep(0.4)")

    def reopen_meanwhile():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.15)")
        return other.reopen(by=reviewer, version=2, comment="Salah data.")

    results = at_once(repair, reopen_meanwhile)
    assert not [result for result in results if isinstance(result, Exception)], results
    assert holder(SARI) == second
    assert (total(first, "people"), total(second, "people")) == (0, 1)
