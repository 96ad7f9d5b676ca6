"""A list of the whole register: checked, applied, and uploaded a second time.

The command runs in a process of its own, whose largest memory is told beside the times, together
with that of the process that opens the file for it.
"""

import json
import os
import resource
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from institutions.models import Institution
from tests.benchmarks.memory import most_megabytes
from tests.factories import NationalAdminFactory
from tests.institutions.importing.lists import make_list

ROWS = int(os.environ.get("BENCH_ROWS", "30000"))
MOST_CHECK, MOST_APPLY, MOST_MEGABYTES = 20, 30, 400


@pytest.mark.timeout(0)
class BenchRegister:
    def bench_register(self, transactional_db, say, tmp_path):
        call_command("load_reference", verbosity=0)
        NationalAdminFactory()
        made = make_list(ROWS)
        path = tmp_path / "daftar.xlsx"
        path.write_bytes(made.xlsx())
        say(f"list of {ROWS:,} rows, {path.stat().st_size / 1e6:.1f} MB, {dict(made.expected)}")
        answer, check, size = run(path)
        assert sum(answer["counts"][name] for name in OUTCOMES) == answer["rows"] == ROWS
        say_line(say, "dry run", check, MOST_CHECK, size)
        answer, both, size = run(path, "--apply")
        assert answer["counts"]["applied"] == Institution.objects.count()
        say_line(say, "apply (run with --apply less the dry run)", both - check, MOST_APPLY, size)
        answer, check, size = run(path)
        assert answer["counts"]["unchanged"] == Institution.objects.count()
        say_line(say, "the same list again: all unchanged", check, MOST_CHECK, size)


OUTCOMES = ("created", "changed", "unchanged", "refused", "undecided")


def say_line(say, name: str, seconds: float, most: int, megabytes: float) -> None:
    note = "" if seconds < most and megabytes < MOST_MEGABYTES else "  !"
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    say(
        f"{name:<58}{seconds:8.1f} s (limit {most} s)   {megabytes:5.0f} MB{note}"
        f"   processor of all commands so far {used.ru_utime + used.ru_stime:.1f} s"
    )


def run(path, *options: str) -> tuple[dict, float, float]:
    """What the command prints, how long it took, and the most memory its processes held."""
    database = connection.settings_dict
    env = os.environ | {
        "DATABASE_URL": f"postgresql://{database['USER']}@/{database['NAME']}"
        f"?host={database['HOST'] or database['OPTIONS'].get('host', '')}",
        "DOCUMENTS_ROOT": str(path.parent / "documents"),
    }
    printed = path.with_suffix(".json")
    command = [sys.executable, "manage.py", "import_institutions", str(path), *options]
    start = time.perf_counter()
    with (
        printed.open("w") as answer,
        subprocess.Popen(command, cwd=settings.BASE_DIR, env=env, stdout=answer) as process,
    ):
        most = most_megabytes(process)
    taken = time.perf_counter() - start
    assert process.returncode == 0
    return json.loads(printed.read_text()), taken, most
