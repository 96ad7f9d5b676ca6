"""For each process of a test run its own database server and corner of cache, broker and files.

Loaded before the settings are read (see addopts in pyproject.toml), and once more by each process
that runs tests beside others.
"""

import gc
import os
import time
from pathlib import Path

from blk_portal.runtime import state


def has_throwaway_servers() -> bool:
    """Never the portal's own, which `make run` notes for every other command."""
    address = os.environ.get("DATABASE_URL", "")
    return bool(address) and address != state.noted_environment().get("DATABASE_URL")


def take_corner() -> None:
    """In the environment, so that it holds for the processes that a test starts as well."""
    process = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    number = 2 * int(process.removeprefix("gw"))
    env = os.environ
    env["DATABASE_URL"] = env["DATABASE_URL"].replace("/gw0/", f"/{process}/")
    env["CACHE_URL"] = env["CACHE_URL"].replace("db=0", f"db={number}")
    env["REDIS_URL"] = env["REDIS_URL"].replace("host=1", f"host={number + 1}")
    # One process must not sweep away the files of another, which its own rows do not name.
    env["DOCUMENTS_ROOT"] = str(Path(env["DOCUMENTS_ROOT"]).with_name(f"documents-{process}"))


def wait_for_tables() -> bool:
    """Whether the database of the address has its tables, to be copied for the tests.

    `make test` makes them meanwhile, and ends this process when it cannot.
    """
    noted = os.environ.get("TABLES_ARE_MADE")
    while noted and not Path(noted).exists():
        time.sleep(0.1)
    return bool(noted)


if has_throwaway_servers():
    take_corner()
    # While all tests are loaded there is no garbage to be had, and the search for it took a third
    # of that time; `pytest_collection_finish` takes it up again.
    gc.disable()
