"""How much memory a command and the processes it starts hold at once.

Read from the processes themselves: what the system tells of ended children (`RUSAGE_CHILDREN`) is
never less than the process that started them, here pytest with all that it has loaded.
"""

import subprocess
import time
from pathlib import Path

SECONDS = 0.02


def most_megabytes(process: subprocess.Popen) -> float:
    """Wait for a command to end; the most that it and its own children held at one time."""
    most = 0
    while process.poll() is None:
        command = _facts(process.pid)
        # Between its birth and its own program a child shows the memory of its parent.
        others = [facts for pid in _children(process.pid)
                  if (facts := _facts(pid))[0] != command[0]]  # fmt: skip
        together = command[2] + sum(facts[2] for facts in others)
        most = max(most, command[1], together)
        time.sleep(SECONDS)
    return most / 1024


def _children(pid: int) -> list[int]:
    try:
        return [int(text) for text in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _facts(pid: int) -> tuple[str, int, int]:
    """The command line of a process, the most it ever held and what it holds now, in kB."""
    try:
        line = Path(f"/proc/{pid}/cmdline").read_text()
        status = dict(
            text.split(":", 1) for text in Path(f"/proc/{pid}/status").read_text().splitlines()
        )
        return line, *(int(status[name].split()[0]) for name in ("VmHWM", "VmRSS"))
    except (OSError, KeyError):
        # It has ended meanwhile.
        return "", 0, 0
