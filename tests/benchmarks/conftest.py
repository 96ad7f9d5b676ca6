"""What every benchmark prints with, and where it notes what it measured."""

import json

import pytest

from blk_portal.runtime import state
from tests.benchmarks.measure import Line

NOTED = state.CHECKOUT / "var" / "bench.json"


@pytest.fixture(scope="session")
def say(pytestconfig):
    """Print past the capture of output, a line at a time; measures are noted as well."""
    reporter = pytestconfig.pluginmanager.get_plugin("terminalreporter")
    capture = pytestconfig.pluginmanager.get_plugin("capturemanager")
    reporter.ensure_newline()
    noted = []

    def write(line: object) -> None:
        if isinstance(line, Line):
            noted.append(line.as_noted())
        with capture.global_and_fixture_disabled():
            reporter.write_line(str(line), flush=True)

    yield write
    NOTED.parent.mkdir(exist_ok=True)
    NOTED.write_text(json.dumps(noted, indent=1) + "\n")
