"""The order in which an empty database gets its tables."""

import pytest
from django.core.management import call_command
from django.core.management.commands import migrate
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from blk_portal.runtime.management.commands.migrate import BEFORE_OURS


@pytest.mark.django_db
@pytest.mark.parametrize("library", BEFORE_OURS)
def test_tables_of_libraries_were_made_before_ours(library):
    steps = MigrationRecorder.Migration.objects
    last = steps.filter(app=library).latest("id")
    assert last.id < steps.filter(app="institutions").earliest("id").id


@pytest.mark.parametrize("options", [{}, {"run_syncdb": True}], ids=["plain", "for-tests"])
def test_empty_database_gets_the_libraries_first_and_then_everything(monkeypatch, options):
    asked = []

    def handle(_self, **given):
        asked.append((given["app_label"], given["run_syncdb"]))

    monkeypatch.setattr(migrate.Command, "handle", handle)
    monkeypatch.setattr(connection.introspection, "table_names", list)
    call_command("migrate", **options)
    whole = (None, options.get("run_syncdb", False))
    assert asked == [*((library, False) for library in BEFORE_OURS), whole]


def test_database_with_tables_is_brought_up_to_date_in_one_go(monkeypatch, db):
    asked = []
    monkeypatch.setattr(migrate.Command, "handle", lambda _self, **given: asked.append(given))
    call_command("migrate")
    assert [given["app_label"] for given in asked] == [None]
