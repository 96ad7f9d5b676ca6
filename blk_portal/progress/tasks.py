"""The interface by which the broker rings: no rules live here."""

import logging
from collections.abc import Iterable

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from kombu.exceptions import OperationalError

from blk_portal.progress import audit as auditing
from blk_portal.progress import rollup
from blk_portal.progress.integrity import running
from blk_portal.progress.models import CheckRun

logger = logging.getLogger(__name__)


@shared_task
def recount(year: int) -> None:
    """Settle what is owed for one budget year (primary key)."""
    rollup.settle(year)


@shared_task
def reconcile() -> None:
    """Settle whatever no bell announced."""
    for year in rollup.owed_years():
        try:
            rollup.settle(year)
        except SoftTimeLimitExceeded:
            raise
        except Exception:  # noqa: S112, logged and counted by `settle`
            # The other years must not wait for one that fails.
            continue


@shared_task
def audit() -> None:
    """Compare every budget year's cells with its rows, mend what differs, and stamp the badge."""
    auditing.run_audit(repair=True)


@shared_task
def check_integrity() -> None:
    """Ask every integrity check of the whole database."""
    CheckRun.objects.start(by=None)
    go_on_checking()


@shared_task
def go_on_checking() -> None:
    """Carry out checks for one turn, and ring for the rest."""
    if running.turn():
        ring_for_checks()


def ring_for_checks() -> None:
    """Tell a worker that checks wait; a silent broker is no failure, the schedule goes on."""
    try:
        go_on_checking.delay()
    except OperationalError:
        logger.warning("broker unreachable; the schedule will go on with the checks")


def ring(years: Iterable[int]) -> None:
    """Tell a worker which budget years owe a recount; a silent broker is no failure, asked once."""
    try:
        for year in years:
            recount.delay(year)
    except OperationalError:
        logger.warning("broker unreachable; the reconciler will recount what is owed")
