"""The interface by which the broker rings for the outbox: no rules live here."""

import logging

from celery import shared_task
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from blk_portal.formats import today_in_jakarta
from blk_portal.reporting import answers, mailing, reminders

logger = logging.getLogger(__name__)


@shared_task
def send_notices() -> None:
    """Mail what is due for one turn, and ring for the rest."""
    if mailing.send_due():
        send_notices.apply_async(countdown=1)


@shared_task
def remind() -> None:
    """Write the reminders of the day, and mail them."""
    if reminders.remind(on=today_in_jakarta()):
        ring()


@shared_task
def sweep_answers() -> None:
    """Remove answers to writes of the interface that nobody asks for again."""
    answers.sweep()


def ring() -> None:
    """Tell a worker that mail waits; the reconciler takes what is not heard."""
    try:
        send_notices.delay()
    except OperationalError:
        logger.warning("broker unreachable; the reconciler will mail the notices")


def ring_on_commit() -> None:
    """Ring once when the transaction is through, however many notices it wrote."""
    if not any(hook[1] is ring for hook in connection.run_on_commit):
        transaction.on_commit(ring)
