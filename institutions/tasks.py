"""The interface by which the broker rings for the register: no rules live here."""

import logging
from datetime import timedelta

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from kombu.exceptions import OperationalError

from institutions import orphans
from institutions.export_writing import sweep, write_list
from institutions.importing import applying, checking
from institutions.models import ChangeMark, ListExport, RegisterImport

logger = logging.getLogger(__name__)


@shared_task
def check_import(pk: int) -> None:
    """Check an uploaded list."""
    checking.check(pk)


@shared_task
def apply_import(pk: int) -> None:
    """Write a checked list for one turn, and ring for the rest."""
    if applying.apply(pk):
        apply_import.apply_async((pk,), countdown=1)


@shared_task
def reconcile_imports() -> None:
    """Take up what no bell announced, or what ended with its worker."""
    for pk, state in list(RegisterImport.objects.owed().values_list("pk", "state")):
        try:
            if state == RegisterImport.State.WAITING:
                checking.check(pk)
            else:
                applying.apply(pk)
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            logger.exception("register import %s failed", pk)


@shared_task
def sweep_papers() -> None:
    """Remove the files of papers that no row names."""
    orphans.sweep()


@shared_task
def sweep_imports() -> None:
    """Remove the files and rows of lists that were taken in a month ago."""
    for kept in RegisterImport.objects.expired()[:500]:
        kept.sweep()


@shared_task
def forget_changes() -> None:
    """Mark how far the changes are settled, and forget what no copy may ask for any more."""
    ChangeMark.objects.set_and_forget(kept=timedelta(days=settings.CHANGES_KEPT_DAYS))


@shared_task
def write_export(pk: int) -> None:
    """Write a long list that somebody asked for."""
    write_list(pk)


@shared_task
def reconcile_exports() -> None:
    """Write what no bell announced, and sweep what has lain for a day."""
    for pk in list(ListExport.objects.owed().values_list("pk", flat=True)):
        try:
            write_list(pk)
        except SoftTimeLimitExceeded:
            raise
        except Exception:
            logger.exception("list %s could not be written", pk)
    sweep()


def ring_for_list(pk: int) -> None:
    """Tell a worker that a list is to be written; the reconciler takes what is not heard."""
    try:
        write_export.delay(pk)
    except OperationalError:
        logger.warning("broker unreachable; the reconciler will write the list")


def ring(kept: RegisterImport) -> None:
    """Tell a worker that a list waits; a silent broker is no failure, the reconciler takes it."""
    task = check_import if kept.state == RegisterImport.State.WAITING else apply_import
    try:
        task.delay(kept.pk)
    except OperationalError:
        logger.warning("broker unreachable; the reconciler will take up the import")
