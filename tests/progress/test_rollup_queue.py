"""What is owed to the roll-up: nothing gets lost, nothing counts twice, no bell is needed."""

import os
import signal
import subprocess
import sys

import pytest
from django.db import OperationalError as DatabaseBusy
from django.db import transaction
from kombu.exceptions import OperationalError

from blk_portal.progress import news, rollup, tasks
from blk_portal.progress.models import Actual, PendingRollup, RollupRun
from blk_portal.runtime import state
from tests.e2e.programs import database_url
from tests.factories import (
    AreaReviewerFactory,
    CohortReportFactory,
    InstitutionFactory,
    PendingRollupFactory,
    ProgrammeYearFactory,
)
from tests.progress.handcount import counted_by_hand, stored_cells
from tests.progress.steps import cell, reopen, settle_all, verify
from tests.reporting.concurrency import at_once, elsewhere
from trainings.models import CohortReport

# A recount that is killed outright, as by the kernel when memory runs out.
KILLED = """
import os, signal, sys
import django
django.setup()
from blk_portal.progress import rollup
rollup.recount = lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL)
rollup.settle(int(sys.argv[1]))
"""


def killed_while_settling(year) -> int:
    """Settle in a process of its own that dies in its recount; the code it ended with."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "blk_portal.settings",
    }
    command = [sys.executable, "-c", KILLED, str(year.pk)]
    return subprocess.run(command, cwd=state.CHECKOUT, env=environment, check=False).returncode


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

    def test_busy_database_is_held_against_no_row(self, year, monkeypatch):
        row = PendingRollupFactory(institution=InstitutionFactory())

        def time_out(*args, **kwargs):
            raise DatabaseBusy("canceling statement due to statement timeout")

        with monkeypatch.context() as patch:
            patch.setattr(rollup, "recount", time_out)
            for _attempt in range(rollup.MAX_ATTEMPTS + 1):
                with pytest.raises(DatabaseBusy):
                    rollup.settle(year.pk)
        row.refresh_from_db()
        assert row.attempts == 0
        assert rollup.settle(year.pk).taken == 1

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
        # The roll-up's, and that of the mails.
        assert len(callbacks) == 2
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

    def test_attempt_is_committed_before_the_recount_begins(self, year, bells, monkeypatch):
        row = PendingRollupFactory(institution=InstitutionFactory())
        seen, real = [], rollup.recount

        def recount(*args, **kwargs):
            seen.append(elsewhere(lambda: PendingRollup.objects.get(pk=row.pk).attempts))
            return real(*args, **kwargs)

        monkeypatch.setattr(rollup, "recount", recount)
        assert rollup.settle(year.pk).taken == 1
        assert seen == [1]
        assert not PendingRollup.objects.exists()

    def test_second_settle_is_no_attempt_while_the_first_one_works(self, year, bells, monkeypatch):
        row = PendingRollupFactory(institution=InstitutionFactory())
        seen, real = [], rollup.recount

        def recount(*args, **kwargs):
            for _bell in range(rollup.MAX_ATTEMPTS):
                assert elsewhere(lambda: rollup.settle(year.pk)) is None
            seen.append(elsewhere(lambda: PendingRollup.objects.get(pk=row.pk).attempts))
            return real(*args, **kwargs)

        monkeypatch.setattr(rollup, "recount", recount)
        rollup.settle(year.pk)
        assert seen == [1]

    def test_settle_that_comes_too_late_takes_its_attempt_back(self, year, bells, monkeypatch):
        row = PendingRollupFactory(institution=InstitutionFactory())
        real = rollup._take

        def late(pk, ids):
            """Somebody else holds the lock at the moment between attempt and recount."""
            with transaction.atomic():
                assert rollup._lock(pk)
                return elsewhere(lambda: real(pk, ids))

        with monkeypatch.context() as patch:
            patch.setattr(rollup, "_take", late)
            for _bell in range(rollup.MAX_ATTEMPTS + 1):
                assert rollup.settle(year.pk) is None
        row.refresh_from_db()
        assert row.attempts == 0
        assert rollup.settle(year.pk).taken == 1

    def test_many_bells_at_once_settle_everything_once(self, year, bells):
        for _round in range(10):
            institution = InstitutionFactory(signed=True)
            owed = PendingRollup.objects.count()
            results = at_once(*[lambda: rollup.settle(year.pk)] * 6)
            assert not [error for error in results if isinstance(error, Exception)]
            left = rollup.settle(year.pk)
            taken = sum(run.taken for run in [*results, left] if run)
            assert taken == owed
            assert not PendingRollup.objects.exists()
            assert cell("institutions_pkb", province=institution.regency.province)
        assert stored_cells(year) == counted_by_hand(year)

    def test_row_that_kills_its_worker_is_given_up_after_five_attempts(self, year, bells):
        row = PendingRollupFactory(institution=InstitutionFactory())
        for attempt in (1, 2):
            assert killed_while_settling(year) == -signal.SIGKILL
            row.refresh_from_db()
            assert row.attempts == attempt
        PendingRollup.objects.update(attempts=rollup.MAX_ATTEMPTS - 1)
        assert killed_while_settling(year) == -signal.SIGKILL
        assert rollup.owed_years() == []
        assert killed_while_settling(year) == 0
        InstitutionFactory(signed=True)
        assert rollup.settle(year.pk).taken == 3
        assert PendingRollup.objects.get() == row

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
