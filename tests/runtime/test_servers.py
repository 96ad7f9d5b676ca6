import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from blk_portal.runtime.processes import command_of, end, spawn, take_lock
from blk_portal.runtime.servers import PostgreSQL, ServerError, Valkey, private_directory

LISTENING = 10


@pytest.fixture
def place():
    """A folder with a space in its path that the servers' user can enter as well."""
    base = Path(tempfile.mkdtemp(prefix="blk-test-", dir="/tmp"))
    base.chmod(0o711)
    state = base / "ruang kerja"
    state.mkdir(mode=0o711)
    yield state, base / "run"
    shutil.rmtree(base)


@pytest.fixture
def postgresql(place):
    server = PostgreSQL(*place, throwaway=True)
    yield server
    server.stop()


@pytest.fixture
def valkey(place):
    server = Valkey(*place)
    yield server
    server.stop()


def tcp_sockets_of(pid: int) -> set[str]:
    held = {os.readlink(link) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    rows = [
        line.split()
        for table in ("tcp", "tcp6")
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]
    ]
    return {f"socket:[{row[9]}]" for row in rows if int(row[3], 16) == LISTENING} & held


def test_postgresql_survives_a_kill_and_a_pid_file_that_names_another_process(postgresql):
    postgresql.start()
    postgresql.ensure_database()
    assert tcp_sockets_of(postgresql.process.pid) == set()

    postgresql.process.kill()
    postgresql.process.wait()
    lines = postgresql.pid_file.read_text().splitlines()
    postgresql.pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    postgresql.start()

    postgresql.ensure_database()
    postgresql._connect("portal").close()


def test_a_half_made_database_is_made_anew(postgresql, place):
    private_directory(place[0] / "postgresql", postgresql.account)
    (place[0] / "postgresql" / "16.new").mkdir()

    postgresql.start()

    assert postgresql.answers()


def test_no_second_valkey_writes_the_same_files(valkey, place, monkeypatch):
    valkey.start()
    assert tcp_sockets_of(valkey.process.pid) == set()

    assert take_lock(place[0] / "valkey.lock") is None
    assert command_of(valkey.noted_pid()) == "valkey-server"


def test_an_orphaned_valkey_is_ended_before_the_next_one_starts(valkey, place, monkeypatch):
    valkey.start()
    orphan = valkey.process
    monkeypatch.setattr(
        "blk_portal.runtime.servers.take_lock",
        lambda path, patience=0: take_lock(path, min(patience, 3)),
    )
    second = Valkey(*place)
    try:
        second.start()
        assert orphan.wait(5) == 0
        assert second.answers()
    finally:
        second.stop()


def test_a_socket_folder_of_somebody_else_is_refused(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path)

    with pytest.raises(ServerError, match="milik pengguna lain"):
        private_directory(tmp_path / "link", None)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_a_child_ends_with_its_killed_parent(tmp_path):
    program = (
        "import signal, os, sys; from pathlib import Path;"
        "from blk_portal.runtime.processes import spawn;"
        f"child = spawn(['sleep', '60'], log=Path({str(tmp_path / 'log')!r}), env=dict(os.environ),"
        " death_signal=signal.SIGTERM);"
        "print(child.pid, flush=True); signal.pause()"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()

    deadline = 50
    while command_of(child) == "sleep" and deadline:
        deadline -= 1
        signal.sigtimedwait([], 0.1)
    assert command_of(child) != "sleep"


def test_a_stubborn_child_is_ended_with_its_group(tmp_path):
    child = spawn(
        ["sh", "-c", "trap '' TERM; sleep 60 & echo $!; wait"],
        log=tmp_path / "log",
        env=dict(os.environ),
        death_signal=signal.SIGKILL,
    )
    while not (tmp_path / "log").read_text():
        signal.sigtimedwait([], 0.05)
    grandchild = int((tmp_path / "log").read_text())

    end(child, [(signal.SIGTERM, 0.2)])

    signal.sigtimedwait([], 0.2)
    assert child.returncode == -signal.SIGKILL
    assert command_of(grandchild) != "sleep"
