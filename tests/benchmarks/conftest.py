"""What every benchmark prints with."""

import pytest


@pytest.fixture(scope="session")
def say(pytestconfig):
    """Print past the capture of output, a line at a time."""
    reporter = pytestconfig.pluginmanager.get_plugin("terminalreporter")
    capture = pytestconfig.pluginmanager.get_plugin("capturemanager")
    reporter.ensure_newline()

    def write(line: object) -> None:
        with capture.global_and_fixture_disabled():
            reporter.write_line(str(line), flush=True)

    return write
