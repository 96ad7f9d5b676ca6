"""What `make bench` runs: the nation is loaded once, then each part prints its lines.

5,000 institutions, ten budget years, 2.3 million participants, 75,000 papers. Options come by the
environment: BENCH_INSTITUTIONS, BENCH_YEARS and BENCH_PAPERS ask for other numbers, BENCH_ONLY for
only the pages whose line holds one of its texts, with commas between them.
"""

import os

import pytest

from tests.benchmarks.exporting import measure_export
from tests.benchmarks.figures import measure_figures, measure_loading, measure_repeating
from tests.benchmarks.interface import measure_interface
from tests.benchmarks.pages import measure_pages
from tests.benchmarks.queue import measure_queue

INSTITUTIONS = int(os.environ.get("BENCH_INSTITUTIONS", "5000"))
YEARS = int(os.environ.get("BENCH_YEARS", "10"))
PAPERS = int(os.environ.get("BENCH_PAPERS", "75000"))
ONLY = os.environ.get("BENCH_ONLY", "")


@pytest.fixture(scope="module")
def nation(django_db_setup, django_db_blocker, say):
    with django_db_blocker.unblock():
        say(measure_loading(INSTITUTIONS))
        say(measure_repeating(YEARS, PAPERS))
        yield


@pytest.mark.django_db
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
        say(f"{len(lines)} pages, {len(slow)} over 12 queries or their time (marked !)")

    def bench_interface(self, say):
        for line in measure_interface():
            say(line)

    def bench_export(self, say):
        for line in measure_export():
            say(line)

    def bench_review(self, say):
        for line in measure_queue():
            say(line)
