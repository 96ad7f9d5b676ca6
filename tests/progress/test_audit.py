"""The audit: every cell and every count row that differs is found, named, and mended."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from blk_portal.progress import audit, figures, news, rollup, tasks
from blk_portal.progress.models import Actual, PendingRollup, RollupRun
from tests.factories import (
    ActualFactory,
    AreaReviewerFactory,
    CohortReportFactory,
    IncubatorFactory,
    PendingRollupFactory,
    ProgrammeYearFactory,
)
from tests.progress.handcount import counted_by_hand, stored_cells
from tests.reporting.concurrency import elsewhere
from trainings.models import CohortCount, CohortReport, CountedPerson

pytestmark = pytest.mark.django_db


def sql(statement, *values):
    """A change behind the portal's back."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        assert cursor.rowcount > 0


def command(*args):
    """`manage.py audit_progress`: its exit code and the lines it prints."""
    out = StringIO()
    try:
        call_command("audit_progress", *args, stdout=out)
    except SystemExit as stop:
        return stop.code, out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


@pytest.fixture
def year():
    return ProgrammeYearFactory()


@pytest.fixture
def report(year):
    """Two provinces with figures, settled; the report is the first one's."""
    report = CohortReportFactory(verified=True)
    CohortReportFactory(verified=True, people=3)
    IncubatorFactory(institution=report.cohort.institution, stage="validated")
    rollup.settle(year.pk)
    return report


@pytest.fixture
def province(report):
    return report.cohort.institution.regency.province


class TestSound:
    def test_sound_year_has_no_differences(self, report):
        assert audit.run_audit() == []
        code, lines = command()
        assert (code, len(lines)) == (0, 1)
        assert lines[0].startswith("0 ")

    def test_empty_portal_has_no_differences(self, year):
        assert command()[0] == 0
        assert RollupRun.objects.get().differences == 0

    def test_audit_settles_what_is_owed_before_it_judges(self, report, year):
        CohortReportFactory(verified=True)
        assert PendingRollup.objects.exists()
        assert audit.run_audit() == []
        assert not PendingRollup.objects.exists()
        assert stored_cells(year) == counted_by_hand(year)

    def test_audit_changes_no_figure(self, report, year):
        Actual.objects.filter(province=None).update(value=77)
        before = stored_cells(year)
        audit.run_audit()
        assert stored_cells(year) == before

    def test_poison_row_does_not_keep_the_audit_waiting(self, report, year):
        PendingRollupFactory(attempts=rollup.MAX_ATTEMPTS)
        assert audit.run_audit() == []

    def test_audit_gives_up_with_a_clear_error_when_a_year_never_settles(
        self, report, year, monkeypatch
    ):
        PendingRollupFactory()
        monkeypatch.setattr(rollup, "settle", lambda year: None)
        monkeypatch.setattr(audit.time, "sleep", lambda seconds: None)
        with pytest.raises(audit.Unsettled, match="2022"):
            audit.run_audit()


class TestCells:
    def test_altered_cell_is_found_and_named(self, report, province):
        sql(
            "UPDATE progress_actual SET value = 41 WHERE province_id = %s"
            " AND indicator = 'completed' AND breakdown = ''",
            province.pk,
        )
        (difference,) = audit.run_audit()
        assert (difference.year, difference.area, difference.indicator) == (
            2022, province.name, "completed",
        )  # fmt: skip
        assert (difference.breakdown, difference.stored, difference.counted) == ("", 41, 2)
        line = str(difference)
        for part in ("2022", province.name, "completed", "41", "2"):
            assert part in line

    def test_deleted_cell_is_found_and_named(self, report, year):
        office = report.cohort.institution.office
        sql(
            "DELETE FROM progress_actual WHERE office_id = %s AND indicator = 'people'"
            " AND breakdown = 'age'",
            office.pk,
        )
        (difference,) = audit.run_audit()
        assert (difference.area, difference.breakdown, difference.bucket) == (
            office.name, "age", "18-24",
        )  # fmt: skip
        assert (difference.stored, difference.counted) == (None, 2)
        assert "age=18-24" in str(difference)

    @pytest.mark.parametrize("indicator", ["completed", "no_such_indicator"])
    def test_invented_cell_is_found_and_named(self, report, indicator):
        ActualFactory(indicator=indicator, breakdown="sex", bucket="X", value=3)
        (difference,) = audit.run_audit()
        assert (difference.area, difference.indicator, difference.bucket) == ("", indicator, "X")
        assert (difference.stored, difference.counted) == (3, None)
        assert "nasional" in str(difference)

    def test_cell_of_another_year_is_found(self, report):
        later = ProgrammeYearFactory(year=2023)
        ActualFactory(programme_year=later, value=8)
        (difference,) = audit.run_audit()
        assert difference.year == 2023

    @pytest.mark.parametrize("indicator", ["incubators_validated", "institutions_pkb"])
    def test_altered_cell_of_the_register_is_found(self, report, indicator):
        sql("UPDATE progress_actual SET value = value + 1 WHERE indicator = %s", indicator)
        found = audit.run_audit()
        assert {difference.indicator for difference in found} == {indicator}
        assert len(found) == Actual.objects.filter(indicator=indicator).count()

    def test_participant_changed_behind_the_portals_back_is_found(self, report, province):
        sql(
            "UPDATE trainings_participant SET result = 'withdrawn' WHERE id ="
            " (SELECT min(id) FROM trainings_participant WHERE cohort_id = %s)",
            report.cohort_id,
        )
        found = {(d.area, d.indicator, d.breakdown): (d.stored, d.counted)
                 for d in audit.run_audit()}  # fmt: skip
        assert found[province.name, "completed", ""] == (2, 1)
        assert found["", "people", ""] == (5, 4)


class TestCountRows:
    @pytest.mark.parametrize(
        "damage",
        [
            "UPDATE trainings_cohortcount SET enrolled = enrolled + 4",
            "UPDATE trainings_cohortcount SET people = 0",
            "UPDATE trainings_cohortcount SET people = 0, without_nik = completed",
            "UPDATE trainings_cohortcount SET disability = 'ganda'",
            "UPDATE trainings_cohortcount SET funding = 'own'",
            "UPDATE trainings_cohortcount SET counted_to = now()",
            "DELETE FROM trainings_cohortcount",
        ],
    )
    def test_altered_count_row_is_found_before_any_cell_differs(self, report, damage):
        with connection.cursor() as cursor:
            cursor.execute(f"{damage} WHERE report_id = %s", [report.pk])
        found = audit.run_audit()
        assert found
        assert {difference.area for difference in found} == {report.cohort.institution.name}
        assert {difference.breakdown for difference in found} == {"report"}
        assert all(d.bucket.startswith(f"{report.pk}/") for d in found)
        audit.run_audit(repair=True)
        assert audit.run_audit() == []

    def test_altered_count_row_is_found_in_the_cells_once_they_were_recounted(
        self, report, year, province
    ):
        CohortCount.objects.filter(report=report).update(enrolled=9)
        PendingRollupFactory(institution=report.cohort.institution)
        found = audit.run_audit()
        assert ("completed", province.name) not in {(d.indicator, d.area) for d in found}
        assert ("enrolled", province.name) in {(d.indicator, d.area) for d in found}
        audit.run_audit(repair=True)
        assert stored_cells(year) == counted_by_hand(year)

    def test_report_unverified_behind_the_portals_back_is_found_and_mended(self, report, year):
        CohortReport.objects.filter(pk=report.pk).update(
            status="submitted", verified_at=None, verified_by=None
        )
        assert audit.run_audit(repair=True)
        assert stored_cells(year) == counted_by_hand(year)
        assert not CountedPerson.objects.filter(report=report).exists()
        assert audit.run_audit() == []


class TestRepair:
    def test_repair_mends_altered_deleted_and_invented_cells_at_once(self, report, year):
        before = stored_cells(year)
        sql("UPDATE progress_actual SET value = value * 3 WHERE indicator = 'passed'")
        sql("DELETE FROM progress_actual WHERE indicator = 'enrolled'")
        ActualFactory(indicator="people", breakdown="sex", bucket="X", value=3)
        assert audit.run_audit(repair=True)
        assert stored_cells(year) == before == counted_by_hand(year)

    def test_repair_owes_nothing_afterwards_even_of_poison_rows(self, report, year):
        PendingRollupFactory(attempts=rollup.MAX_ATTEMPTS)
        Actual.objects.filter(province=None).update(value=77)
        audit.run_audit(repair=True)
        assert not PendingRollup.objects.exists()

    def test_nightly_task_mends_and_says_so(self, report, year):
        Actual.objects.filter(indicator="passed", breakdown="").update(value=77)
        tasks.audit()
        assert stored_cells(year) == counted_by_hand(year)
        badge = RollupRun.objects.filter(kind="audit").latest("id")
        assert badge.differences == 5
        assert badge.repaired


class TestCommand:
    def test_command_exits_1_with_one_line_a_cell(self, report):
        Actual.objects.filter(indicator="passed", breakdown="").update(value=77)
        code, lines = command()
        assert (code, len(lines)) == (1, 5)
        assert all("passed" in line and "77" in line for line in lines)
        assert command()[0] == 1

    def test_command_mends_and_exits_0_and_the_next_finds_nothing(self, report, year):
        Actual.objects.filter(indicator="passed", breakdown="").update(value=77)
        code, lines = command("--repair")
        assert code == 0
        assert len(lines) == 6
        assert command()[0] == 0
        assert stored_cells(year) == counted_by_hand(year)

    def test_command_that_could_not_mend_exits_1(self, report, monkeypatch):
        Actual.objects.filter(indicator="passed", breakdown="").update(value=77)
        monkeypatch.setattr(rollup, "rebuild_year", lambda year: 0)
        assert command("--repair")[0] == 1


class TestBadge:
    def test_badge_tells_the_last_audit(self, report, year):
        assert figures.freshness(year).audited_at is None
        audit.run_audit()
        badge = figures.freshness(year)
        assert badge.audited_at is not None
        assert (badge.differences, badge.repaired) == (0, False)
        Actual.objects.filter(indicator="passed", breakdown="").update(value=77)
        audit.run_audit()
        assert (figures.freshness(year).differences, figures.freshness(year).repaired) == (5, False)
        audit.run_audit(repair=True)
        assert (figures.freshness(year).differences, figures.freshness(year).repaired) == (5, True)
        audit.run_audit()
        assert (figures.freshness(year).differences, figures.freshness(year).repaired) == (0, False)

    def test_every_year_gets_its_stamp(self, report):
        later = ProgrammeYearFactory(year=2023)
        audit.run_audit()
        stamped = RollupRun.objects.filter(kind="audit")
        assert set(stamped.values_list("programme_year__year", flat=True)) == {2022, later.year}


@pytest.mark.django_db(transaction=True)
def test_verification_during_the_audit_is_no_difference(year, monkeypatch):
    monkeypatch.setattr(news, "ring", lambda year: None)
    CohortReportFactory(verified=True)
    late = CohortReportFactory(submitted=True)
    reviewer = AreaReviewerFactory()
    assert audit.run_audit() == []
    committed = []

    def verify_elsewhere():
        report = CohortReport.objects.get(pk=late.pk)
        return report.verify(by=reviewer, version=1)

    def commit_before_the_rows_are_read(execute, statement, *args):
        if audit.CELLS_AND_COUNT_ROWS in statement and not committed:
            committed.append(elsewhere(verify_elsewhere))
        return execute(statement, *args)

    with connection.execute_wrapper(commit_before_the_rows_are_read):
        assert audit.run_audit() == []
    assert committed
    assert PendingRollup.objects.count() == 1
    assert audit.run_audit() == []
    assert stored_cells(year) == counted_by_hand(year)
