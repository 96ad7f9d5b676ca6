"""What every test needs: a database, and for each process its corner of cache, broker and files."""

import gc
import os

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.test import TransactionTestCase
from whitenoise.middleware import WhiteNoiseMiddleware

from blk_portal.celery import app
from blk_portal.runtime import state
from blk_portal.runtime.assets import collect_if_changed
from tests import emptying
from tests.e2e.programs import at_work, idle_worker


def pytest_configure(config):
    if not _throwaway_servers():
        return
    process = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    number = 2 * int(process.removeprefix("gw"))
    _use("CACHE_URL", os.environ["CACHE_URL"].replace("db=0", f"db={number}"))
    _use("REDIS_URL", os.environ["REDIS_URL"].replace("host=1", f"host={number + 1}"))
    settings.CACHES["default"]["LOCATION"] = os.environ["CACHE_URL"]
    settings.CELERY_BROKER_URL = app.conf.broker_url = os.environ["REDIS_URL"]
    # One process must not sweep away the files of another, which its own rows do not name.
    _use("DOCUMENTS_ROOT", os.path.join(os.environ["DOCUMENTS_ROOT"], process))
    settings.DOCUMENTS_ROOT = os.environ["DOCUMENTS_ROOT"]
    settings.STORAGES["documents"]["OPTIONS"]["location"] = settings.DOCUMENTS_ROOT
    # The models hold the storage since they were loaded.
    documents = storages["documents"]
    documents._location = settings.DOCUMENTS_ROOT
    for name in ("base_location", "location"):
        documents.__dict__.pop(name, None)
    if not hasattr(config, "workerinput"):
        collect_if_changed()


@pytest.fixture(scope="session")
def _database_is_throwaway():
    if not _throwaway_servers():
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


def _throwaway_servers() -> bool:
    address = os.environ.get("DATABASE_URL", "")
    return bool(address) and address != state.noted_environment().get("DATABASE_URL")


def _use(name: str, value: str) -> None:
    """Also for the processes that a test starts."""
    os.environ[name] = value


def pytest_collection_finish():
    """What is loaded by now stays until the end: the garbage search need not look through it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
