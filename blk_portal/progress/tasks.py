"""The interface by which the broker rings: no rules live here."""

import logging
from contextlib import suppress

from celery import shared_task
from kombu.exceptions import OperationalError

from blk_portal.progress import audit as auditing
from blk_portal.progress import rollup

logger = logging.getLogger(__name__)


@shared_task
def recount(year: int) -> None:
    """Settle what is owed for one budget year (primary key)."""
    rollup.settle(year)


@shared_task
def reconcile() -> None:
    """Settle whatever no bell announced."""
    for year in rollup.owed_years():
        # A year that fails is logged and counted by `settle`; the others must not wait for it.
        with suppress(Exception):
            rollup.settle(year)


@shared_task
def audit() -> None:
    """Compare every budget year's cells with its rows, mend what differs, and stamp the badge."""
    auditing.run_audit(repair=True)


def ring(year: int) -> None:
    """Tell a worker that a budget year owes a recount; a silent broker is no failure."""
    try:
        recount.delay(year)
    except OperationalError:
        logger.warning("broker unreachable; the reconciler will recount budget year %s", year)
