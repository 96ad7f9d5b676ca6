"""What every test needs: a database of its own, static files, a worker at hand."""

import gc

import hypothesis
import pytest
from django.db import connection, transaction
from django.test import TransactionTestCase
from whitenoise.middleware import WhiteNoiseMiddleware

from blk_portal.runtime.assets import collect_if_changed
from tests import emptying
from tests.corners import has_throwaway_servers, wait_for_tables
from tests.e2e.programs import at_work, idle_worker

# The same examples in every run, however long they take; `--hypothesis-profile=default` looks for
# others.
hypothesis.settings.register_profile(
    "gate",
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("gate")


def pytest_configure(config):
    if has_throwaway_servers() and not hasattr(config, "workerinput"):
        collect_if_changed()


@pytest.fixture(scope="session")
def _database_is_throwaway():
    if not has_throwaway_servers():
        pytest.exit("These tests need their own database: run `make test ARGS='tests/...'`.", 1)


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_read_once():
    """Each test client starts the portal's layers anew, and one of them reads every static file."""
    read, found = WhiteNoiseMiddleware.update_files_dictionary, {}

    def remember(layer: WhiteNoiseMiddleware, root: str, prefix: str) -> None:
        if (root, prefix) not in found:
            read(layer, root, prefix)
            found[root, prefix] = dict(layer.files)
        layer.files.update(found[root, prefix])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "update_files_dictionary", remember)
        yield


@pytest.fixture
def cheap_passwords(settings):
    """Hashes that cost nothing, for tests that set and ask for passwords again and again."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(_database_is_throwaway, django_db_modify_db_settings):
    """The tables are made once, for all processes; and a test may think for long in between."""
    settings = connection.settings_dict
    settings["OPTIONS"]["options"] += " -c idle_in_transaction_session_timeout=0"
    if wait_for_tables():
        settings["TEST"]["TEMPLATE"] = settings["NAME"]


@pytest.fixture(scope="session")
def django_db_setup(_database_is_throwaway, django_db_setup, django_db_blocker):
    """Never on the portal's own database, which `make run` notes for every other command."""
    with django_db_blocker.unblock():
        emptying.remember_what_is_kept()
    TransactionTestCase._fixture_teardown = emptying.empty_filled_tables


@pytest.fixture(scope="module", autouse=True)
def _no_dead_rows(django_db_blocker):
    """A module that took back a large sample must not slow down whoever comes next."""
    yield
    with django_db_blocker.unblock():
        emptying.sweep_dead_rows()


@pytest.fixture(scope="module")
def standing(django_db_setup, django_db_blocker):
    """One transaction around a module's tests, for rows that stand in all of them; each test works
    in a savepoint of it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def _idle_worker(django_db_setup, django_db_blocker, tmp_path_factory):
    log = tmp_path_factory.mktemp("worker") / "worker.log"
    with django_db_blocker.unblock(), idle_worker(log):
        yield log


@pytest.fixture
def worker(_idle_worker, transactional_db):
    """A real worker, one for all tests that ask for it, at work as long as the test; its log."""
    with at_work(_idle_worker):
        yield _idle_worker


def pytest_collection_finish():
    """What is loaded by now stays until the end: the garbage search need not look through it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 10, 10)
    gc.enable()
