"""What is swept at night of partners' systems: tokens that are over, and old lines of the log."""

from celery import shared_task
from oauth2_provider.models import clear_expired

from blk_portal.accounts.models import ClientRequest


@shared_task
def sweep_clients() -> None:
    """Delete tokens that have expired, and requests older than CLIENT_LOG_DAYS."""
    clear_expired()
    ClientRequest.objects.sweep()
