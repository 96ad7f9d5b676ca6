"""The order in which an empty database gets its tables."""

import pytest
from django.db.migrations.recorder import MigrationRecorder

from blk_portal.runtime.management.commands.migrate import BEFORE_OURS


@pytest.mark.django_db
@pytest.mark.parametrize("library", BEFORE_OURS)
def test_tables_of_libraries_were_made_before_ours(library):
    steps = MigrationRecorder.Migration.objects
    last = steps.filter(app=library).latest("id")
    assert last.id < steps.filter(app="institutions").earliest("id").id
