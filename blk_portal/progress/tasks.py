"""The interface by which the broker rings: no rules live here."""

import logging
from collections.abc import Iterable

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from kombu.exceptions import OperationalError

from blk_portal.formats import today_in_jakarta
from blk_portal.progress import audit as auditing
from blk_portal.progress import rollup
from blk_portal.progress.integrity import running
from blk_portal.progress.models import CheckRun, MeetingPack
from blk_portal.progress.pack import monthly, writing

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


@shared_task
def write_pack(pk: int) -> None:
    """Make a meeting pack that somebody asked for, and mail what waited for it."""
    if writing.write_pack(pk):
        send_packs()


@shared_task
def send_packs() -> None:
    """Mail the packs that are due for one turn, and ring for the rest."""
    if monthly.send_due():
        send_packs.apply_async(countdown=1)


@shared_task
def open_packs() -> None:
    """Write the mails of the month that ended last, and make the packs they bring."""
    monthly.open_month(monthly.month_before(today_in_jakarta()))
    reconcile_packs()


@shared_task
def reconcile_packs() -> None:
    """Make the packs that publications lack and that no bell announced, and mail what is due."""
    MeetingPack.objects.open_public()
    for pk in list(MeetingPack.objects.owed().values_list("pk", flat=True)):
        try:
            writing.write_pack(pk)
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            logger.exception("meeting pack %s could not be made", pk)
    send_packs()


@shared_task
def sweep_packs() -> None:
    """Remove packs that were asked for 30 days ago."""
    writing.sweep()


def ring_for_pack(pk: int) -> None:
    """Tell a worker that a pack waits; the reconciler takes what is not heard."""
    try:
        write_pack.delay(pk)
    except OperationalError:
        logger.warning("broker unreachable; the reconciler will make the pack")


def ring_for_packs() -> None:
    """Tell a worker that figures were published, whose pack is to be made."""
    try:
        reconcile_packs.delay()
    except OperationalError:
        logger.warning("broker unreachable; the schedule will make the pack")
