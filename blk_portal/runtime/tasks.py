"""The one task of the runtime: a sign that beat rings and that a worker hears it."""

from celery import shared_task
from celery.signals import beat_init
from django.utils import timezone

from blk_portal.runtime.models import Heartbeat


@shared_task
def heartbeat() -> None:
    Heartbeat.objects.update_or_create(name=Heartbeat.BEAT, defaults={"beaten_at": timezone.now()})


@beat_init.connect
def ring_at_once(**kwargs: object) -> None:
    """Beat's first ring comes with its start, not half a minute later."""
    heartbeat.delay()
