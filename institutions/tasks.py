"""The interface by which the broker rings for the register: no rules live here."""

import logging

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from kombu.exceptions import OperationalError

from institutions import orphans
from institutions.importing import applying, checking
from institutions.models import RegisterImport

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


def ring(kept: RegisterImport) -> None:
    """Tell a worker that a list waits; a silent broker is no failure, the reconciler takes it."""
    task = check_import if kept.state == RegisterImport.State.WAITING else apply_import
    try:
        task.delay(kept.pk)
    except OperationalError:
        logger.warning("broker unreachable; the reconciler will take up the import")
