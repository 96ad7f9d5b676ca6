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
def running_worker(log):
    """A worker that answers, in this process's own corner of the broker."""
    app.control.purge()
    with program(*WORKER, log=log) as process:

        def answers() -> bool:
            assert process.poll() is None, log.read_text()
            return bool(app.control.ping(timeout=0.5))

        wait_for(answers, patience=90, log=log)
        yield process


def wait_for(condition, *, patience: float, log) -> float:
    """Wait until the condition holds; returns after how many seconds it did."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > patience:
            pytest.fail(f"not within {patience} s:\n{log.read_text()}")
        time.sleep(0.2)
    return time.monotonic() - start
