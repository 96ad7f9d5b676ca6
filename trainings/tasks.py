"""The interface by which the clock rings for trainings: no rules live here."""

from celery import shared_task

from blk_portal.formats import today_in_jakarta
from trainings import period_ledger


@shared_task
def open_periods() -> None:
    """Open what is owed for the reporting periods, and put right what lags behind."""
    period_ledger.open_periods(on=today_in_jakarta())
    period_ledger.settle()
