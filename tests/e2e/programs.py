"""Real processes of the portal on the test database and broker; each is ended by its pid."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from blk_portal.celery import app
from blk_portal.runtime import state

CELERY = ("celery", "-A", "blk_portal")
WORKER = (*CELERY, "worker", "--concurrency", "1", "--without-gossip", "--loglevel", "INFO")


def database_url() -> str:
    """The address of this process's test database, for programs that a test starts."""
    address = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(address._replace(path=f"/{connection.settings_dict['NAME']}"))


@contextmanager
def program(*arguments: str, log):
    """`python -m ...` as long as the block lasts; what it says goes to the log."""
    command = [sys.executable, "-m", *arguments]
    env = {**os.environ, "DATABASE_URL": database_url(), "STATEMENT_TIMEOUT": "60s"}
    with open(log, "ab") as output:
        process = subprocess.Popen(
            command, env=env, cwd=state.CHECKOUT, stdout=output, stderr=output
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def idle_worker(log):
    """A worker that answers, in this process's own corner of the broker, and takes no task yet."""
    with program(*WORKER, "--queues", "nothing", log=log) as process:

        def answers() -> bool:
            assert process.poll() is None, log.read_text()
            return bool(app.control.ping(timeout=0.5, limit=1))

        wait_for(answers, patience=90, log=log)
        yield process


@contextmanager
def at_work(log):
    """The idle worker takes tasks as long as the block lasts, and has none in hand after it."""
    queue = app.conf.task_default_queue
    app.control.purge()
    assert app.control.add_consumer(queue, reply=True, limit=1, timeout=20), log.read_text()
    try:
        yield
    finally:
        app.control.cancel_consumer(queue, reply=True, limit=1, timeout=20)
        app.control.purge()
        asked = app.control.inspect(timeout=20, limit=1)
        wait_for(lambda: not _in_hand(asked.active()), patience=30, log=log)
        wait_for(lambda: not _in_hand(asked.reserved()), patience=30, log=log)


def _in_hand(answers: dict | None) -> list:
    return [task for tasks in (answers or {}).values() for task in tasks]


def wait_for(condition, *, patience: float, log) -> float:
    """Wait until the condition holds; returns after how many seconds it did."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > patience:
            pytest.fail(f"not within {patience} s:\n{log.read_text()}")
        time.sleep(0.05)
    return time.monotonic() - start
