"""What is owed to the roll-up: nothing gets lost, nothing counts twice, no bell is needed."""

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError

from blk_portal.progress import news, rollup, tasks
from blk_portal.progress.models import Actual, PendingRollup, RollupRun
from tests.factories import (
    AreaReviewerFactory,
    CohortReportFactory,
    InstitutionFactory,
    PendingRollupFactory,
    ProgrammeYearFactory,
)
from tests.progress.handcount import counted_by_hand, stored_cells
from tests.progress.steps import cell, reopen, settle_all, verify
from tests.reporting.concurrency import elsewhere
from trainings.models import CohortReport


@pytest.fixture
def year():
    return ProgrammeYearFactory()


@pytest.fixture
def bells(monkeypatch):
    rung = []
    monkeypatch.setattr(news, "ring", rung.extend)
    return rung


@pytest.mark.django_db
class TestQueue:
    def test_settle_deletes_only_what_it_read(self, year, monkeypatch):
        institution = InstitutionFactory(signed=True)
        other_year = PendingRollupFactory(programme_year=ProgrammeYearFactory(year=2023))
        count = rollup.recount

        def recount(*args, **kwargs):
            PendingRollupFactory(institution=institution, why="meanwhile")
            return count(*args, **kwargs)

        monkeypatch.setattr(rollup, "recount", recount)
        run = rollup.settle(year.pk)
        assert run.taken == 3
        assert (run.kind, run.started_at <= run.finished_at) == ("recount", True)
        assert set(PendingRollup.objects.values_list("why", flat=True)) == {
            "meanwhile", other_year.why,
        }  # fmt: skip

    def test_settle_of_a_year_that_owes_nothing_writes_nothing(self, year):
        assert rollup.settle(year.pk) is None
        assert not RollupRun.objects.exists()

    def test_owed_years_stand_in_the_order_of_waiting(self, year):
        later = ProgrammeYearFactory(year=2023)
        for owing in (later, year, later):
            PendingRollupFactory(programme_year=owing)
        assert rollup.owed_years() == [later.pk, year.pk]

    def test_poison_row_is_tried_five_times_and_no_more(self, year, monkeypatch):
        poison = PendingRollupFactory(institution=InstitutionFactory())

        def fail(*args, **kwargs):
            raise ZeroDivisionError

        with monkeypatch.context() as patch:
            patch.setattr(rollup, "recount", fail)
            for attempt in range(1, rollup.MAX_ATTEMPTS + 1):
                with pytest.raises(ZeroDivisionError):
                    rollup.settle(year.pk)
                poison.refresh_from_db()
                assert poison.attempts == attempt
            assert rollup.settle(year.pk) is None
            assert rollup.owed_years() == []
        institution = InstitutionFactory(signed=True)
        assert rollup.settle(year.pk).taken == 3
        assert cell("institutions_pkb", province=institution.regency.province) == 1
        assert PendingRollup.objects.get() == poison
        rollup.rebuild_year(year.pk)
        assert not PendingRollup.objects.exists()

    def test_failed_recount_keeps_the_old_cells_and_what_is_owed(self, year, monkeypatch):
        report = CohortReportFactory(verified=True)
        settle_all()
        reopen(report)
        real = rollup.recount

        def fail_after(*args, **kwargs):
            real(*args, **kwargs)
            raise ZeroDivisionError

        with monkeypatch.context() as patch:
            patch.setattr(rollup, "recount", fail_after)
            with pytest.raises(ZeroDivisionError):
                rollup.settle(year.pk)
        assert cell("completed") == 2
        assert PendingRollup.objects.get().attempts == 1
        settle_all()
        assert cell("completed") is None

    def test_reconciler_settles_what_no_bell_announced(self, year):
        CohortReportFactory(verified=True)
        PendingRollupFactory(programme_year=ProgrammeYearFactory(year=2023))
        tasks.reconcile()
        assert not PendingRollup.objects.exists()
        assert cell("completed") == 2
        tasks.reconcile()
        assert RollupRun.objects.count() == 2

    def test_task_delivered_twice_changes_nothing(self, year):
        CohortReportFactory(verified=True)
        tasks.recount(year.pk)
        before = stored_cells(year)
        tasks.recount(year.pk)
        assert stored_cells(year) == before
        assert RollupRun.objects.count() == 1


@pytest.mark.django_db
class TestBell:
    def test_bell_rings_after_the_commit_only(self, bells, django_capture_on_commit_callbacks):
        report = CohortReportFactory(submitted=True)
        with django_capture_on_commit_callbacks() as callbacks:
            verify(report)
        assert bells == []
        assert len(callbacks) == 1
        callbacks[0]()
        assert bells == [report.cohort.programme_year_id]

    def test_bell_is_silent_when_the_verb_is_undone(
        self, bells, django_capture_on_commit_callbacks
    ):
        report = CohortReportFactory(submitted=True)
        PendingRollup.objects.all().delete()

        def undo():
            with transaction.atomic():
                verify(report)
                raise ZeroDivisionError

        with (
            django_capture_on_commit_callbacks(execute=True) as callbacks,
            pytest.raises(ZeroDivisionError),
        ):
            undo()
        assert (callbacks, bells) == ([], [])
        assert not PendingRollup.objects.exists()

    @pytest.mark.parametrize("failure", [OperationalError("refused"), ConnectionError, ValueError])
    def test_broken_broker_fails_no_verification(
        self, failure, monkeypatch, django_capture_on_commit_callbacks
    ):
        def refuse(*args, **kwargs):
            raise failure

        monkeypatch.setattr(tasks.recount, "apply_async", refuse)
        report = CohortReportFactory(submitted=True)
        with django_capture_on_commit_callbacks(execute=True):
            verify(report)
        report.refresh_from_db()
        assert report.status == "verified"
        tasks.reconcile()
        assert cell("completed") == 2


@pytest.mark.django_db(transaction=True)
class TestConnections:
    def test_change_committed_during_the_recount_is_not_lost(self, year, bells, monkeypatch):
        first = CohortReportFactory(verified=True)
        institution = first.cohort.institution
        late = CohortReportFactory(cohort__institution=institution, submitted=True)
        last = CohortReportFactory(cohort__institution=institution, submitted=True)
        reviewer, real = AreaReviewerFactory(), rollup.recount

        def meanwhile(report):
            report = CohortReport.objects.get(pk=report.pk)
            report.verify(by=reviewer, version=report.version)

        def recount(*args, **kwargs):
            elsewhere(lambda: meanwhile(late))
            changed = real(*args, **kwargs)
            elsewhere(lambda: meanwhile(last))
            return changed

        with monkeypatch.context() as patch:
            patch.setattr(rollup, "recount", recount)
            rollup.settle(year.pk)
        assert PendingRollup.objects.count() == 2
        assert cell("completed") == 4
        assert rollup.settle(year.pk).taken == 2
        assert cell("completed") == 6
        assert stored_cells(year) == counted_by_hand(year)

    def test_second_settle_lets_the_first_one_work(self, year, bells):
        institution = InstitutionFactory(signed=True)
        with transaction.atomic():
            assert rollup.settle(year.pk)
            PendingRollupFactory(institution=institution)
            other = ProgrammeYearFactory(year=2023)
            assert elsewhere(lambda: rollup.settle(year.pk)) is None
        assert other.pk != year.pk
        assert elsewhere(lambda: rollup.settle(year.pk)).taken == 1

    def test_figures_stay_readable_while_they_are_recounted(self, year, bells):
        CohortReportFactory(verified=True)
        rollup.settle(year.pk)
        with transaction.atomic():
            Actual.objects.update(value=99)
            assert elsewhere(lambda: cell("completed")) == 2

    def test_verification_commits_its_count_and_its_debt_together(self, year, bells):
        report = CohortReportFactory(submitted=True)
        PendingRollup.objects.all().delete()
        bells.clear()
        with transaction.atomic():
            verify(report)
            assert PendingRollup.objects.count() == 1
            assert elsewhere(PendingRollup.objects.count) == 0
            assert bells == []
        assert elsewhere(PendingRollup.objects.count) == 1
        assert bells == [year.pk]
