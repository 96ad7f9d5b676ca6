"""The portal started for real, as `make run` does it: once, in a path with spaces, and killed."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psycopg2
import pytest

from blk_portal.runtime import state

# The first start makes a database with all its tables, on a machine that does other things too.
PATIENCE = 400


@pytest.fixture
def folder():
    """A place for the state that the servers' unprivileged user can enter as well."""
    base = Path(tempfile.mkdtemp(prefix="blk-test-", dir="/tmp"))
    base.chmod(0o711)
    yield base / "ruang kerja"
    # Of a portal that was killed the servers may still be ending.
    shutil.rmtree(base, ignore_errors=True)


@pytest.fixture
def environment(folder):
    settings = ("DATABASE_URL", "REDIS_URL", "CACHE_URL", *state.OPERATOR_MUST_SET)
    kept = {name: value for name, value in os.environ.items() if name not in settings}
    return {
        **kept,
        "PORTAL_STATE_DIR": str(folder),
        "DEMO_MODE": "0",
        "PORT": str(free_port()),
    }


@pytest.fixture
def start(environment, tmp_path):
    """Start the portal; whatever the test leaves behind is killed."""
    started = []

    def start_portal(**changes):
        with (tmp_path / "output").open("a") as output:
            process = subprocess.Popen(
                [sys.executable, "manage.py", "up"],
                cwd=state.CHECKOUT,
                env=environment | changes,
                stdout=output,
                stderr=output,
            )
        started.append(process)
        return process

    start_portal.output = tmp_path / "output"
    yield start_portal
    for process in started:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def refusal(environment: dict[str, str], **changes: str) -> str:
    """What a start that must be refused says; it is one line."""
    answer = subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=state.CHECKOUT,
        env=environment | changes,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert answer.returncode == 1
    lines = answer.stderr.strip().splitlines()
    assert len(lines) == 1, answer.stderr
    return lines[0]


def wait_until(condition, what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def wait_for_end(folder: Path, port: str, what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while left := processes_of(folder, port):
        assert time.monotonic() < deadline, f"{what}: {left}"
        time.sleep(0.1)


def serves(port: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return True
    except OSError:
        return False


def processes_of(folder: Path, port: str) -> list[str]:
    """The command lines of whatever belongs to this portal."""
    sockets = next(iter(folder.glob("environment.json")), None)
    marks = {str(folder), f"127.0.0.1:{port}"} | ({sockets_named(sockets)} if sockets else set())
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_text().replace("\0", " ")
            environ = (process / "environ").read_text() if "celery" in command else ""
        except OSError:
            continue
        if any(mark in command or mark in environ for mark in marks):
            found.append(command)
    return found


def sockets_named(note: Path) -> str:
    return note.read_text().split("host=")[1].split('"')[0]


def query(folder: Path, sql: str) -> list[tuple]:
    connection = psycopg2.connect(
        dbname="portal", user="postgres", host=sockets_named(folder / "environment.json")
    )
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(sql)
        rows = cursor.fetchall()
    connection.close()
    return rows


@pytest.mark.timeout(5 * PATIENCE)
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_one_life_of_the_portal(start, environment, folder):
    port = environment["PORT"]
    first = start()
    wait_until(lambda: serves(port) or first.poll() is not None, "no first page")
    assert first.poll() is None, start.output.read_text()
    wait_until(lambda: "Portal siap" in start.output.read_text(), "no address")
    note = (folder / "environment.json").read_text()
    marked = "INSERT INTO runtime_heartbeat (name, beaten_at) VALUES ('kept', now()) RETURNING 1"
    query(folder, marked)

    assert refusal(environment) == f"Portal sudah berjalan: http://127.0.0.1:{port}/"

    first.kill()
    first.wait()
    wait_for_end(folder, port, "a process outlived kill -9")

    second = start()
    wait_until(lambda: serves(port) or second.poll() is not None, "no page after kill -9")
    wait_until(lambda: start.output.read_text().count("Portal siap") == 2, "no second address")
    assert query(folder, "SELECT name FROM runtime_heartbeat WHERE name = 'kept'") == [("kept",)]
    assert (folder / "environment.json").read_text() == note

    second.send_signal(signal.SIGTERM)

    assert second.wait(PATIENCE) == 0
    assert processes_of(folder, port) == []


def test_real_data_never_get_a_key_made_here(environment):
    line = refusal(environment, DATABASE_URL="postgresql://portal@/portal?host=/nowhere")

    assert line.startswith("Belum diisi: SECRET_KEY, NIK_ENCRYPTION_KEYS, NIK_INDEX_KEYS.")


def test_a_port_in_use_is_one_line(environment):
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(environment["PORT"])))
        other.listen()

        line = refusal(environment)

    assert line.startswith(f"Port {environment['PORT']} tidak dapat dibuka: sedang dipakai")


def test_a_port_that_is_no_number_is_one_line(environment):
    assert refusal(environment, PORT="delapan").startswith("PORT harus berupa angka")
