"""What `make bench` runs: the nation is loaded once, then each part prints its lines.

Options come by the environment: BENCH_YEARS (1 to 10 budget years of full size), BENCH_ONLY (only
pages whose line holds the text).
"""

import os

import pytest

from tests.benchmarks.figures import measure_figures, measure_loading
from tests.benchmarks.pages import measure_pages
from tests.benchmarks.rosters import measure_rosters

YEARS = int(os.environ.get("BENCH_YEARS", "1"))
ONLY = os.environ.get("BENCH_ONLY", "")


@pytest.fixture(scope="module")
def nation(django_db_setup, django_db_blocker, say):
    with django_db_blocker.unblock():
        say(measure_loading(YEARS))
        yield


@pytest.mark.timeout(0)
@pytest.mark.usefixtures("nation")
class BenchNation:
    def bench_figures(self, say):
        for line in measure_figures():
            say(line)

    def bench_pages(self, say):
        lines = []
        for line in measure_pages(ONLY):
            say(line)
            lines.append(line)
        slow = [line.name for line in lines if line.note]
        say(f"{len(lines)} pages, {len(slow)} over 12 queries or 200 ms (marked !)")

    def bench_rosters(self, say):
        for line in measure_rosters():
            say(line)
