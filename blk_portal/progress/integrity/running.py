"""Running the checks: one after another, none in the way of another, in turns of half a minute."""

import contextlib
import logging
import time
from collections.abc import Iterator
from itertools import islice
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, transaction

from blk_portal.formats import today_in_jakarta
from blk_portal.progress.integrity.catalogue import CHECKS
from blk_portal.progress.integrity.check import MOST, SHOWN, Check, Finding, Row
from blk_portal.progress.integrity.records import CheckResult, CheckRun
from blk_portal.progress.rollup import MAX_ATTEMPTS

logger = logging.getLogger(__name__)

# The key of the advisory lock: one process checks at a time.
LOCK = 850_233
SECONDS_A_TURN = 30
SECONDS_A_STATEMENT = 20


def search(check: Check) -> Finding:
    """The rows that a check finds now, counted up to MOST."""
    with transaction.atomic():
        rows = list(islice(_rows(check), MOST + 1))
    shown = sorted(rows[:MOST], key=lambda row: (row.id or 0, row.label))[:SHOWN]
    return Finding(min(len(rows), MOST), len(rows) > MOST, tuple(shown))


def _rows(check: Check) -> Iterator[Row]:
    if callable(check.rows):
        yield from check.rows()
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = %s", [SECONDS_A_STATEMENT * 1000])
        limited = f"SELECT * FROM ({check.rows}) AS found LIMIT {MOST + 1}"  # noqa: S608, ours
        values: dict[str, Any] = {"today": today_in_jakarta(), "most_attempts": MAX_ATTEMPTS}
        cursor.execute(limited, values)
        for row in cursor.fetchall():
            yield Row(*row)


def turn(*, seconds: float = SECONDS_A_TURN) -> bool:
    """Carry out checks of the run that is under way; true where more are left for another turn.

    May run twice, and twice at once: the second one finds the lock taken.
    """
    with _alone() as is_alone:
        run = CheckRun.objects.unfinished().first() if is_alone else None
        if run is None:
            return False
        CheckResult.objects.interrupted(run)
        asked = set(run.results.values_list("code", flat=True))
        end = time.monotonic() + seconds
        for check in (one for code, one in CHECKS.items() if code not in asked):
            if time.monotonic() > end:
                return True
            carry_out(check, run)
        run.finish()
        return False


def carry_out(check: Check, run: CheckRun) -> CheckResult:
    """One check of a run; what it fails with is its result."""
    result = CheckResult.objects.begin(run, check.code)
    try:
        result.settle(search(check))
    except SoftTimeLimitExceeded:
        raise
    except Exception as error:
        logger.warning("check %s failed", check.code, exc_info=True)
        # The first line names no row; the detail of a statement may.
        told = str(error).strip().partition("\n")[0]
        result.settle(Finding(), error=f"{type(error).__name__}: {told}")
    return result


def run_through(run: CheckRun) -> CheckRun:
    """Carry a run to its end, waiting where a worker is at it."""
    while CheckRun.objects.unfinished().filter(pk=run.pk).exists():
        if not turn():
            time.sleep(0.2)
    run.refresh_from_db()
    return run


@contextlib.contextmanager
def _alone() -> Iterator[bool]:
    """Hold the lock of the checks, which ends with the process at the latest."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        (is_alone,) = cursor.fetchone()
    try:
        yield is_alone
    finally:
        if is_alone:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
