"""`make test`, `check`, `bench` and `pictures`, inside the virtual environment.

Throw-away servers first, then the tools.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from blk_portal.runtime import state
from blk_portal.runtime.servers import ServerError
from blk_portal.runtime.throwaway import ThrowawayServers

CHECKS = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("lint-imports",),
    ("mypy",),
    ("djlint", "--lint", "--quiet", "templates"),
    ("python", "manage.py", "makemigrations", "--check", "--dry-run"),
    ("python", "manage.py", "check", "--database", "default"),
)


def processes_of(arguments: list[str]) -> int:
    """How many processes run the tests: what is asked for, or one more than there are processors,
    since some tests wait for browsers and workers."""
    if "-n" in arguments:
        return max(int(arguments[arguments.index("-n") + 1]), 1)
    return min(os.cpu_count() or 1, 4) + 1


def run_tests(arguments: list[str], servers: ThrowawayServers) -> int:
    """The whole suite, or what the arguments name of it.

    While its processes look for their tests, the tables are made that they wait for.
    """
    processes = processes_of(arguments)
    parallel = [] if "-n" in arguments else ["-n", str(processes)]
    # Who has nothing left takes over from the others: some tests take a minute, most none.
    command = ["python", "-m", "pytest", "--dist", "worksteal", *parallel, *arguments]
    tests = _start(command, servers.env | {"TABLES_ARE_MADE": str(servers.tables_are_made)})
    with _ended(tests):
        servers.multiply(processes)
        return tests.wait()


def run_benchmarks(arguments: list[str], servers: ThrowawayServers) -> int:
    """Times on the nation in full size; no test and no gate."""
    names = ["python_files=bench_*.py", "python_classes=Bench*", "python_functions=bench_*"]
    options = [part for name in names for part in ("-o", name)]
    quiet = ["-q", "--no-header", "-p", "no:randomly", "-n", "0"]
    return _run(
        ["python", "-m", "pytest", *quiet, *options, "tests/benchmarks", *arguments], servers.env
    )


def draw_pictures(arguments: list[str], servers: ThrowawayServers) -> int:
    """The pictures of the guides and the README, from the pages as they are."""
    return _run(["python", "-m", "pytest", "tests/e2e/pictures.py", "-q", *arguments], servers.env)


def run_checks(arguments: list[str], servers: ThrowawayServers) -> int:
    """Every check, also after one has failed: all there is to mend in one pass."""
    failed = [" ".join(command) for command in CHECKS if _run(list(command), servers.env)]
    for command in failed:
        print(f"Gagal: {command}", file=sys.stderr)  # noqa: T201
    return 1 if failed else 0


def _run(command: list[str], env: dict[str, str]) -> int:
    with _ended(process := _start(command, env)):
        return process.wait()


def _start(command: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    program = Path(sys.executable).with_name(command[0])
    return subprocess.Popen([program, *command[1:]], cwd=state.CHECKOUT, env=env)


@contextlib.contextmanager
def _ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Whatever interrupts us ends the process too, before the servers that it works with."""
    try:
        yield
    except BaseException:
        process.terminate()
        process.wait()
        raise


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


ACTIONS = {
    "test": run_tests,
    "check": run_checks,
    "bench": run_benchmarks,
    "pictures": draw_pictures,
}


def main() -> int:
    action, *arguments = sys.argv[1:]
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with ThrowawayServers() as servers:
            return ACTIONS[action](arguments, servers)
    except KeyboardInterrupt:
        return 130
    except ServerError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    sys.exit(main())
