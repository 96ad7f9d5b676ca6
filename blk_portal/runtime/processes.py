"""Child processes that never outlive their parent, locks, and the orderly end of a process."""

import contextlib
import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Account:
    """The unprivileged user that servers run as when the portal is started by root."""

    uid: int
    gid: int


def spawn(
    argv: Sequence[str | Path],
    *,
    log: Path,
    env: dict[str, str],
    death_signal: signal.Signals,
    cwd: Path = Path("/"),
    account: Account | None = None,
    keep_open: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C reaches only the parent.

    On Linux the kernel sends it `death_signal` when the parent is killed. That wish is lost on a
    change of user, so it is made after it; and a parent that died before is noticed.
    """
    parent = os.getpid()

    with open(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as output:
        return subprocess.Popen(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cwd,
            env=env,
            umask=0o077,
            start_new_session=True,
            pass_fds=keep_open,
            preexec_fn=partial(end_with, parent, death_signal),
            **as_account(account),
        )


def end_with(parent: int, death_signal: signal.Signals) -> None:
    """Have the kernel send this process a signal when its parent, named by its number, ends."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:
            os._exit(1)


def as_account(account: Account | None) -> dict[str, Any]:
    """The arguments of `subprocess` that drop to an account."""
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}


def end(process: subprocess.Popen[bytes], steps: Sequence[tuple[signal.Signals, float]]) -> None:
    """Ask a process to stop, signal by signal with its patience; then make sure of its group."""
    for number, patience in steps:
        if process.poll() is not None:
            break
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def take_lock(path: Path, patience: float = 0) -> int | None:
    """Hold a file's lock; None when another process keeps it for longer than our patience.

    A child that inherits the descriptor holds the lock as well, for as long as it lives.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return descriptor
        except BlockingIOError:
            if time.monotonic() >= deadline:
                os.close(descriptor)
                return None
            time.sleep(0.1)


def command_of(pid: int) -> str:
    """The program a process runs; empty where there is none, or only its exit is left to read."""
    if sys.platform != "linux":
        answer = subprocess.run(
            ["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return Path(answer.stdout.strip()).name
    with contextlib.suppress(OSError):
        process = Path(f"/proc/{pid}")
        return (process / "comm").read_text().strip() if _lives(process) else ""
    return ""


def _lives(process: Path) -> bool:
    return bool((process / "cmdline").read_bytes())


def tail(log: Path, lines: int = 8) -> str:
    """The last lines of a log, for a message that must say why something failed."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 8192))
            text = file.read().decode(errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.rstrip().splitlines()[-lines:])


def keep_small(log: Path, limit: int = 10_000_000) -> None:
    """Set a grown log aside at a start; one older one is kept."""
    if log.exists() and log.stat().st_size > limit:
        log.replace(log.with_suffix(".log.1"))
