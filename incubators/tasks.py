"""The interface by which the clock rings for incubators: no rules live here."""

from celery import shared_task

from blk_portal.formats import today_in_jakarta
from incubators import quarter_ledger


@shared_task
def open_quarters() -> None:
    """Open what incubators owe for the quarters that have ended, and excuse those struck off."""
    quarter_ledger.open_quarters(on=today_in_jakarta())
    quarter_ledger.settle()
