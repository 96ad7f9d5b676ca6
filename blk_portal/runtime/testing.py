"""`make test`, `check`, `bench` and `pictures`, inside the virtual environment.

Throw-away servers first, then the tools. The servers are told not to care for a power failure, live
in a temporary folder and end with it.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from blk_portal.runtime import state
from blk_portal.runtime.servers import PostgreSQL, ServerError, Valkey

CHECKS = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("lint-imports",),
    ("mypy",),
    ("djlint", "--lint", "--quiet", "templates"),
    ("python", "manage.py", "makemigrations", "--check", "--dry-run"),
    ("python", "manage.py", "check", "--database", "default"),
)


@contextlib.contextmanager
def throwaway_environment(processes: int = 1) -> Iterator[dict[str, str]]:
    """Servers, keys and addresses that last as long as one run of the tests.

    Each process of the tests has a PostgreSQL of its own (tests/corners.py): how far changes are
    settled depends on every transaction of a server, whichever database it is in.
    """
    base = Path(tempfile.mkdtemp(prefix="blk-test-", dir="/tmp"))
    base.chmod(0o711)
    sockets = base / "run"
    homes = [base / f"gw{number}" for number in range(processes)]
    databases = [PostgreSQL(home, home / "run", throwaway=True) for home in homes]
    servers = [*databases, Valkey(base, sockets, throwaway=True)]
    try:
        for server in servers:
            server.start()
        for database in databases:
            database.ensure_database()
        yield {
            **os.environ,
            **state.new_secrets(),
            **state.embedded_broker(sockets),
            "DATABASE_URL": state.database_address(homes[0] / "run"),
            "DEMO_MODE": "1",
            "STATIC_ROOT": str(state.CHECKOUT / "var" / "test-static"),
            "DOCUMENTS_ROOT": str(base / "documents"),
        }
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        for server in reversed(servers):
            server.stop()
        shutil.rmtree(base, ignore_errors=True)


def processes_of(arguments: list[str]) -> int:
    """How many processes run the tests: what is asked for, or one more than there are processors,
    since some tests wait for browsers and workers."""
    if "-n" in arguments:
        return max(int(arguments[arguments.index("-n") + 1]), 1)
    return min(os.cpu_count() or 1, 4) + 1


def run_tests(arguments: list[str], env: dict[str, str]) -> int:
    """The whole suite, or what the arguments name of it."""
    parallel = [] if "-n" in arguments else ["-n", str(processes_of(arguments))]
    # Who has nothing left takes over from the others: some tests take a minute, most none.
    return _run(["python", "-m", "pytest", "--dist", "worksteal", *parallel, *arguments], env)


def run_benchmarks(arguments: list[str], env: dict[str, str]) -> int:
    """Times on the nation in full size; no test and no gate."""
    names = ["python_files=bench_*.py", "python_classes=Bench*", "python_functions=bench_*"]
    options = [part for name in names for part in ("-o", name)]
    quiet = ["-q", "--no-header", "-p", "no:randomly", "-n", "0"]
    return _run(["python", "-m", "pytest", *quiet, *options, "tests/benchmarks", *arguments], env)


def draw_pictures(arguments: list[str], env: dict[str, str]) -> int:
    """The pictures of the guides and the README, from the pages as they are."""
    return _run(["python", "-m", "pytest", "tests/e2e/pictures.py", "-q", *arguments], env)


def run_checks(arguments: list[str], env: dict[str, str]) -> int:
    """Every check, also after one has failed: all there is to mend in one pass."""
    failed = [" ".join(command) for command in CHECKS if _run(list(command), env)]
    for command in failed:
        print(f"Gagal: {command}", file=sys.stderr)  # noqa: T201
    return 1 if failed else 0


def _run(command: list[str], env: dict[str, str]) -> int:
    program = Path(sys.executable).with_name(command[0])
    process = subprocess.Popen([program, *command[1:]], cwd=state.CHECKOUT, env=env)
    try:
        return process.wait()
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
        with throwaway_environment(processes_of(arguments) if action == "test" else 1) as env:
            return ACTIONS[action](arguments, env)
    except KeyboardInterrupt:
        return 130
    except ServerError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    sys.exit(main())
