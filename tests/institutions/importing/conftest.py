"""What tests of imports stand on: the reference rows, an administrator, a place for files."""

import pytest
from django.core.management import call_command
from django.db import transaction

from institutions.importing import checking
from institutions.models import RegisterImport
from tests.factories import NationalAdminFactory


@pytest.fixture(scope="module")
def reference(django_db_setup, django_db_blocker):
    """The official regions and fields, once a module: each test works in a savepoint of it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_reference", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def admin(db):
    return NationalAdminFactory()


@pytest.fixture(autouse=True)
def _documents(papers_folder):
    """Lists lie in a folder of their test."""


@pytest.fixture
def checked():
    """Upload and check a list: checked(data, by, name)."""

    def work(data: bytes, by, name: str = "daftar.xlsx") -> RegisterImport:
        kept = RegisterImport.objects.accept(data, name=name, by=by)
        checking.check(kept.pk)
        kept.refresh_from_db()
        return kept

    return work
