"""PostgreSQL and Valkey that last as long as one run of the tests, checks or benchmarks.

They are told not to care for a power failure, live in a temporary folder and end with it.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType

from blk_portal.runtime import state
from blk_portal.runtime.servers import PostgreSQL, ServerError, Valkey


class ThrowawayServers:
    """One PostgreSQL and one Valkey, with the keys and addresses that a command needs."""

    def __init__(self) -> None:
        self.base = Path(tempfile.mkdtemp(prefix="blk-test-", dir="/tmp"))
        self.base.chmod(0o711)
        sockets = self.base / "run"
        self.databases = [self._database(0)]
        self.valkey = Valkey(self.base, sockets, throwaway=True)
        self.env = {
            **os.environ,
            **state.new_secrets(),
            **state.embedded_broker(sockets),
            "DATABASE_URL": state.database_address(self.databases[0].sockets),
            "DEMO_MODE": "1",
            "STATIC_ROOT": str(state.CHECKOUT / "var" / "test-static"),
            "DOCUMENTS_ROOT": str(self.base / "documents"),
        }

    def __enter__(self) -> "ThrowawayServers":
        try:
            self.valkey.start()
            self.databases[0].start()
            self.databases[0].ensure_database()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    @property
    def tables_are_made(self) -> Path:
        """A file that is there once each process of the tests has its database server."""
        return self.base / "tables-are-made"

    def multiply(self, processes: int) -> None:
        """Make the tables once, then give each process of the tests a server with a copy.

        Of their own, since how far changes are settled depends on every transaction of a server,
        whichever database it is in. Raises ServerError when the tables cannot be made.
        """
        first = self.databases[0]
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        if subprocess.run(migrate, cwd=state.CHECKOUT, env=self.env, check=False).returncode:
            raise ServerError("Tabel untuk pengujian tidak dapat dibuat.")
        first.stop()
        for number in range(1, processes):
            copy = self._database(number)
            copy.state.mkdir(mode=0o711)
            subprocess.run(["cp", "-a", first.home, copy.state], check=True)
            self.databases.append(copy)
        for database in self.databases:
            database.start()
        self.tables_are_made.touch()

    def _database(self, number: int) -> PostgreSQL:
        home = self.base / f"gw{number}"
        return PostgreSQL(home, home / "run", throwaway=True)

    def _end(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)
        for server in (*self.databases, self.valkey):
            server.stop()
        shutil.rmtree(self.base, ignore_errors=True)
