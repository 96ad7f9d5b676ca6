"""The one task of the runtime, a sign that beat rings and a worker hears it; and a worker's end."""

import gc
import os
import signal

from celery import shared_task
from celery.signals import beat_init, worker_init, worker_process_init
from django.utils import timezone

from blk_portal.runtime.models import Heartbeat
from blk_portal.runtime.processes import end_with

# The worker by its number, as the processes of its pool inherit it.
WORKER = {"pid": 0}


@shared_task
def heartbeat() -> None:
    Heartbeat.objects.update_or_create(name=Heartbeat.BEAT, defaults={"beaten_at": timezone.now()})


@beat_init.connect
def ring_at_once(**kwargs: object) -> None:
    """Beat's first ring comes with its start, not half a minute later."""
    heartbeat.delay()


@worker_init.connect
def note_the_worker(**kwargs: object) -> None:
    WORKER["pid"] = os.getpid()


@worker_process_init.connect
def end_with_the_worker(**kwargs: object) -> None:
    """The processes of a pool end when their worker is killed; they would wait for ever."""
    end_with(WORKER["pid"], signal.SIGKILL)


@worker_process_init.connect
def search_no_loaded_module_for_garbage(**kwargs: object) -> None:
    """As in the web processes (`wsgi`): what is loaded by now stays as long as the process."""
    gc.freeze()
