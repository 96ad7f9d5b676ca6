"""What every benchmark prints with."""

import pytest


@pytest.fixture(scope="session")
def say(pytestconfig):
    """Print past the capture of output, a line at a time."""
    reporter = pytestconfig.pluginmanager.get_plugin("terminalreporter")
    reporter.ensure_newline()
    return lambda line: reporter.write_line(str(line), flush=True)
