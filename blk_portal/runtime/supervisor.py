"""The portal's processes under one roof: started, watched, restarted, and stopped in good order."""

import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from blk_portal.runtime.processes import end, keep_small, spawn, tail
from blk_portal.runtime.servers import ServerError

STOP_ORDER = ("web", "beat", "worker", "valkey", "postgresql")
DEATHS_ALLOWED = 5
DEATHS_WINDOW = 120.0
LONGEST_PAUSE = 10.0


class Service(Protocol):
    """What the supervisor looks after: a server, or one process of the portal."""

    name: str
    label: str
    log: Path

    def start(self) -> None: ...
    def poll(self) -> int | None: ...
    def stop(self) -> None: ...


class GaveUp(Exception):
    """A service dies again and again; the message says which one and shows the end of its log."""


class PortalProcess:
    """One process of the portal: the web server, a Celery worker or beat."""

    def __init__(
        self,
        name: str,
        label: str,
        argv: Sequence[str | Path],
        *,
        state: Path,
        checkout: Path,
        env: dict[str, str],
        death_signal: signal.Signals,
        stop_steps: Sequence[tuple[signal.Signals, float]],
    ) -> None:
        self.name = name
        self.label = label
        self.argv = argv
        self.log = state / "log" / f"{name}.log"
        self.checkout = checkout
        self.env = env
        self.death_signal = death_signal
        self.stop_steps = stop_steps
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        keep_small(self.log)
        self.process = spawn(
            self.argv,
            log=self.log,
            env=self.env,
            death_signal=self.death_signal,
            cwd=self.checkout,
        )

    def poll(self) -> int | None:
        return self.process.poll() if self.process else None

    def stop(self) -> None:
        if self.process is not None:
            end(self.process, self.stop_steps)


class Supervisor:
    """Looks after services until it is told to stop."""

    def __init__(self, say: Callable[[str], None]):
        self.say = say
        self.services: list[Service] = []
        self.deaths: dict[str, deque[float]] = {}
        self.restart_at: dict[str, float] = {}
        self.stopping = False

    def start(self, service: Service) -> None:
        """Take a service into care before it starts, so that a broken start is stopped too."""
        self.services.append(service)
        self.deaths[service.name] = deque(maxlen=DEATHS_ALLOWED)
        service.start()

    def watch(self) -> None:
        """Watch until `request_stop`. Raises GaveUp for a service that cannot be kept alive."""
        while not self.stopping:
            self.look_after_all()
            time.sleep(0.2)

    def look_after_all(self) -> None:
        for service in self.services:
            if service.name in self.restart_at:
                if time.monotonic() >= self.restart_at[service.name]:
                    self._restart(service)
            elif service.poll() is not None:
                self._bury(service)

    def request_stop(self) -> None:
        self.stopping = True

    def stop(self) -> None:
        """Stop everything that was started: web first, PostgreSQL last."""
        for service in sorted(self.services, key=lambda service: STOP_ORDER.index(service.name)):
            service.stop()
        self.services.clear()

    def _restart(self, service: Service) -> None:
        del self.restart_at[service.name]
        try:
            service.start()
        except ServerError:
            self._bury(service)

    def _bury(self, service: Service) -> None:
        """Clear away what is left of a dead service, and set the time of its return."""
        service.stop()
        now = time.monotonic()
        deaths = self.deaths[service.name]
        deaths.append(now)
        if len(deaths) == DEATHS_ALLOWED and now - deaths[0] < DEATHS_WINDOW:
            raise GaveUp(
                f"{service.label} berulang kali mati. Baris terakhir {service.log}:\n"
                f"{tail(service.log)}"
            )
        recent = sum(1 for death in deaths if now - death < DEATHS_WINDOW)
        self.restart_at[service.name] = now + min(2.0 ** (recent - 1), LONGEST_PAUSE)
        self.say(f"{service.label} mati (lihat {service.log}); dijalankan kembali ...")


def portal_processes(
    python: str, state: Path, checkout: Path, env: dict[str, str], bind: str
) -> list[PortalProcess]:
    """The web server, the worker and beat, each with its own limit for a database statement."""
    common = {"state": state, "checkout": checkout}
    celery = [python, "-m", "celery", "-A", "blk_portal"]
    log_level = ["--loglevel", "INFO"]
    web = [python, "-m", "gunicorn", "blk_portal.wsgi:application", "--bind", bind]
    web += ["--worker-class", "gthread", "--workers", "2", "--threads", "4"]
    web += ["--timeout", "60", "--graceful-timeout", "10", "--no-control-socket"]
    web += ["--logger-class", "blk_portal.runtime.webserver.WebServerLogger"]
    return [
        PortalProcess(
            "web",
            "Server web",
            web,
            env={**env, "STATEMENT_TIMEOUT": "15s"},
            death_signal=signal.SIGTERM,
            stop_steps=((signal.SIGTERM, 12),),
            **common,
        ),
        PortalProcess(
            "worker",
            "Pekerja Celery",
            [
                *celery,
                "worker",
                "--concurrency",
                "2",
                "--without-gossip",
                "--without-mingle",
                *log_level,
            ],
            env={**env, "STATEMENT_TIMEOUT": "60s"},
            # Asked to quit, it would first lay down its work with the broker, which ended at the
            # same moment; what it held is taken up again by what the rows say.
            death_signal=signal.SIGKILL,
            stop_steps=((signal.SIGTERM, 10), (signal.SIGQUIT, 12)),
            **common,
        ),
        PortalProcess(
            "beat",
            "Penjadwal Celery",
            [*celery, "beat", *log_level],
            env={**env, "STATEMENT_TIMEOUT": "60s", "BEAT_SCHEDULE": str(state / "beat-schedule")},
            death_signal=signal.SIGTERM,
            stop_steps=((signal.SIGTERM, 5),),
            **common,
        ),
    ]
