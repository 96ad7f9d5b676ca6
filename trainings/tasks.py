"""The interface by which the schedule rings for trainings: no rules live here."""

from celery import shared_task

from trainings import drafts


@shared_task
def sweep_drafts() -> None:
    """Remove typing that was never stored."""
    drafts.sweep()
