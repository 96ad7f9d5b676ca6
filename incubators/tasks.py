"""The interface by which the broker rings for incubators: no rules live here."""

from celery import shared_task

from blk_portal.formats import today_in_jakarta
from incubators import expiry, quarter_ledger


@shared_task
def keep_standings() -> None:
    """Write the standings that lapsed or began with the day, and warn of evidence that ends."""
    expiry.catch_up(on=today_in_jakarta())
    expiry.warn(on=today_in_jakarta())


@shared_task
def open_quarters() -> None:
    """Open what incubators owe for the quarters that have ended, and excuse those struck off."""
    quarter_ledger.open_quarters(on=today_in_jakarta())
    quarter_ledger.settle()
