"""The interface by which the broker and the clock ring for trainings: no rules live here."""

import logging

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone
from kombu.exceptions import OperationalError

from blk_portal.formats import today_in_jakarta
from trainings import certificate_writing, drafts, erasure, freezing, period_ledger
from trainings.models import CertificateFile
from trainings.month import Month

logger = logging.getLogger(__name__)


@shared_task
def open_periods() -> None:
    """Open what is owed for the reporting periods, and put right what lags behind."""
    period_ledger.open_periods(on=today_in_jakarta())
    period_ledger.settle()


@shared_task
def freeze_months() -> None:
    """Freeze the monthly tables up to the month before, and correct those that differ."""
    freezing.freeze_until(Month.of(today_in_jakarta()).before.first)


@shared_task
def write_certificates(pk: int) -> None:
    """Print the certificates of a cohort that somebody asked for."""
    certificate_writing.write_file(pk)


@shared_task
def reconcile_certificates() -> None:
    """Print what no bell announced, or what ended with its worker."""
    for pk in list(CertificateFile.objects.owed().values_list("pk", flat=True)):
        try:
            certificate_writing.write_file(pk)
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            logger.exception("certificates of file %s could not be printed", pk)


@shared_task
def sweep_certificates() -> None:
    """Remove files of certificates that have lain for 30 days."""
    certificate_writing.sweep()


@shared_task
def erase_expired_people() -> None:
    """Announce whose retention has ended, and erase what was announced long enough ago."""
    erasure.nightly(timezone.now())


def ring_for_certificates(pk: int) -> None:
    """Tell a worker that certificates wait; the reconciler takes what is not heard."""
    try:
        write_certificates.delay(pk)
    except OperationalError:
        logger.warning("broker unreachable; the reconciler will print the certificates")


@shared_task
def sweep_drafts() -> None:
    """Remove typing that was never stored."""
    drafts.sweep()
