"""The task of the register that beat rings for."""

from celery import shared_task

from institutions import orphans


@shared_task
def sweep_papers() -> None:
    """Remove the files of papers that no row names."""
    orphans.sweep()
