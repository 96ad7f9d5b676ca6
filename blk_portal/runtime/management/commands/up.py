"""`manage.py up`: the whole portal on this machine, until Ctrl-C or SIGTERM."""

import contextlib
import errno
import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import connections
from django.db.utils import OperationalError

from blk_portal.runtime import state
from blk_portal.runtime.assets import collect_if_changed
from blk_portal.runtime.processes import tail, take_lock
from blk_portal.runtime.servers import PostgreSQL, ServerError, Valkey
from blk_portal.runtime.supervisor import GaveUp, PortalProcess, Supervisor, portal_processes

START_PATIENCE = 60.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequested(BaseException):
    """Ctrl-C or SIGTERM came while the portal was still starting."""


class Command(BaseCommand):
    help = "Menjalankan portal: basis data, antrean, server web, pekerja dan penjadwal."
    requires_system_checks = []

    def handle(self, **options: Any) -> None:
        self.host = os.environ.get("BIND") or "127.0.0.1"
        port = os.environ.get("PORT") or "8000"
        if not (port.isdecimal() and 0 < int(port) < 65536):
            sys.exit("PORT harus berupa angka dari 1 sampai 65535, misalnya PORT=8001.")
        self.port = int(port)
        try:
            state.prepare_directories()
            with self._alone():
                self._prepare_environment()
                self._require_free_port()
                self._note_address()
                self._run()
        except (state.StateError, ServerError, GaveUp) as error:
            sys.exit(str(error))
        except OperationalError as error:
            sys.exit(f"Basis data tidak dapat dihubungi: {error}")

    def _prepare_environment(self) -> None:
        """Note the addresses and keys of the embedded servers; read the settings anew with them.

        Real data never get a key made here: with DATABASE_URL the operator brings the keys.
        """
        noted, sockets = state.noted_environment(), state.socket_directory()
        state.forget_noted()
        self.embeds_database = not os.environ.get("DATABASE_URL")
        self.embeds_broker = os.environ.get("REDIS_URL", "") in ("", state.broker_address(sockets))
        if self.embeds_database:
            if state.note_environment(sockets) != noted:
                self._start_again()
        elif missing := state.missing_from_operator():
            sys.exit(
                f"Belum diisi: {', '.join(missing)}. Bila DATABASE_URL diisi, kunci-kunci ini"
                " harus ada di lingkungan; lihat .env.example."
            )
        elif self.embeds_broker and not os.environ.get("REDIS_URL"):
            os.environ.update(state.embedded_broker(sockets))
            self._start_again()

    def _start_again(self) -> None:
        self.stdout.flush()
        os.chdir(state.CHECKOUT)
        os.execv(sys.executable, [sys.executable, "manage.py", *sys.argv[1:]])  # noqa: S606

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """One portal per checkout; a second start says where the first one is."""
        self.lock_file = state.state_directory() / "up.lock"
        lock = take_lock(self.lock_file)
        address = self.lock_file.read_text().strip()
        if lock is None:
            sys.exit(f"Portal sudah berjalan: {address or 'sedang dimulai'}")
        self.killed_before = bool(address)
        try:
            yield
        finally:
            os.ftruncate(lock, 0)
            os.close(lock)

    def _note_address(self) -> None:
        self.lock_file.write_text(f"http://{self.host}:{self.port}/\n")

    def _require_free_port(self) -> None:
        """One clear line instead of a server that cannot listen; a killed one gets time to go."""
        deadline = time.monotonic() + (5 if self.killed_before else 0)
        while error := self._why_not_listen():
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                busy = error.errno == errno.EADDRINUSE
                reason = "sedang dipakai program lain" if busy else error.strerror
                sys.exit(
                    f"Port {self.port} tidak dapat dibuka: {reason}. Pilih yang lain, misalnya:"
                    " PORT=8001 make run"
                )
            time.sleep(0.2)

    def _why_not_listen(self) -> OSError | None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                return error
        return None

    def _run(self) -> None:
        self.supervisor = Supervisor(self._say)
        self._on_stop(self._interrupt)
        try:
            self._start_servers()
            self._bring_up_to_date()
            self._start_portal()
            self._on_stop(lambda *_: self.supervisor.request_stop())
            self._say_ready()
            self.supervisor.watch()
        except StopRequested:
            pass
        finally:
            self._on_stop(signal.SIG_IGN)
            self._say("Menghentikan portal ...")
            self.supervisor.stop()
            with contextlib.suppress(OSError):
                state.socket_directory().rmdir()
        self._say("Portal berhenti.")

    def _start_servers(self) -> None:
        where = (state.state_directory(), state.socket_directory())
        if self.embeds_database:
            database = PostgreSQL(*where)
            self.supervisor.start(database)
            database.ensure_database()
        if self.embeds_broker:
            self.supervisor.start(Valkey(*where))

    def _bring_up_to_date(self) -> None:
        """Everything between an empty database and the first page; short when nothing changed."""
        self._say("Menyiapkan basis data ...")
        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        if collect_if_changed():
            self._say("Berkas statis dikumpulkan.")
        self._require_keys()
        call_command("load_reference", verbosity=0)
        if settings.DEMO_MODE:
            call_command("seed_demo", if_empty=True, verbosity=0)
            call_command("demo_logins", ensure=True, verbosity=0)
        connections.close_all()

    def _require_keys(self) -> None:
        """Load the application as the web server will: a wrong key is one line here, not there."""
        get_internal_wsgi_application()

    def _start_portal(self) -> None:
        web, worker, beat = portal_processes(
            sys.executable,
            state.state_directory(),
            state.CHECKOUT,
            dict(os.environ),
            f"{self.host}:{self.port}",
        )
        self.supervisor.start(web)
        self._wait_for(web)
        self.supervisor.start(worker)
        self.supervisor.start(beat)

    def _wait_for(self, web: PortalProcess) -> None:
        deadline = time.monotonic() + START_PATIENCE
        while not self._answers():
            if web.poll() is not None or time.monotonic() > deadline:
                raise GaveUp(f"{web.label} tidak dapat dijalankan:\n{tail(web.log, 20)}")
            time.sleep(0.1)

    def _answers(self) -> bool:
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        try:
            with urllib.request.urlopen(f"http://{host}:{self.port}/healthz", timeout=5):
                return True
        except urllib.error.HTTPError as error:
            # A host name that is not ours to know is refused: an answer all the same.
            return error.code < 500
        except OSError:
            return False

    def _say_ready(self) -> None:
        self._say(f"\nPortal siap: http://{self.host}:{self.port}/")
        if settings.DEMO_MODE:
            self._say("Data contoh. Akun contoh: python3 manage.py demo_logins")
        self._say(f"Catatan: {state.state_directory() / 'log'}    Berhenti: Ctrl-C\n")

    def _say(self, line: str) -> None:
        with contextlib.suppress(OSError):
            self.stdout.write(line)
            self.stdout.flush()

    def _interrupt(self, *_: object) -> None:
        raise StopRequested

    def _on_stop(
        self, handler: Callable[[int, FrameType | None], object] | signal.Handlers
    ) -> None:
        for number in STOP_SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:
                signal.signal(number, handler)
