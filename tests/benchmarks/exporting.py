"""A long list taken away as a workbook, written by a process of its own as by a worker."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator

from django.conf import settings
from django.db import connection

from blk_portal.accounts.demo import demo_users
from blk_portal.accounts.roles import Role
from institutions.exporting import EXPORTABLE
from tests.benchmarks.measure import Line

LIST, QUERY, ROWS = "tunggakan", "keadaan=semua", 232_000
MOST_SECONDS, MOST_MEGABYTES = 40, 300

# What a worker does of the list, in a process whose largest memory can be told.
WRITE = """
import json, sys, time
from pathlib import Path
from django.utils import translation
from blk_portal.accounts.models import User
from institutions.exporting import EXPORTABLE
name, query, most, user = {name!r}, {query!r}, {most}, {user}
with translation.override("id"):
    start = time.perf_counter()
    rows = EXPORTABLE[name].found(User.objects.get(pk=user), query)[:most]
    size = len(EXPORTABLE[name].table(rows, "xlsx"))
    taken = time.perf_counter() - start
# Of this program alone: what `getrusage` tells counts the process that started it as well.
held = int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
json.dump([taken, held, size], sys.stdout)
"""


def measure_export() -> Iterator[Line]:
    """The time and the largest memory, beside the bare statement copied out by PostgreSQL."""
    user = demo_users()[Role.NATIONAL_ADMIN]
    rows = EXPORTABLE[LIST].found(user, QUERY)[:ROWS]
    number = rows.count()
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c",
         WRITE.format(name=LIST, query=QUERY, most=ROWS, user=user.pk)],
        cwd=settings.BASE_DIR, env=_environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    taken, megabytes, size = json.loads(done.stdout)
    is_over = taken > MOST_SECONDS or megabytes > MOST_MEGABYTES
    name = f"export of {number:,} rows, {size / 1e6:.0f} MB .xlsx, {megabytes:.0f} MB of memory"
    yield Line(name, taken, _copied(rows), note="!" if is_over else "", rows=number, runs=1)


def _copied(rows) -> float:
    with connection.cursor() as cursor, open(os.devnull, "w") as nowhere:
        statement = cursor.mogrify(*rows.query.sql_with_params()).decode()
        start = time.perf_counter()
        cursor.copy_expert(f"COPY ({statement}) TO STDOUT", nowhere)
    return time.perf_counter() - start


def _environment() -> dict[str, str]:
    """The same database for the other process."""
    database = connection.settings_dict
    place = database["HOST"] or database["OPTIONS"].get("host", "")
    address = f"postgresql://{database['USER']}@/{database['NAME']}?host={place}"
    return os.environ | {"DATABASE_URL": address}
