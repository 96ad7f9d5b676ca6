"""Explaining a figure: rows that count add up to it, and each other row has its one reason."""

import pytest
from django.db import transaction
from hypothesis import Phase, given, settings

from tests.factories import NationalAdminFactory
from tests.factories.trainings import whatever_the_institution
from tests.progress.explained import explained_cells
from tests.progress.handcount import stored_cells
from tests.progress.test_histories import World, histories

pytestmark = pytest.mark.django_db


def test_rows_add_up_to_the_figure_of_every_cell_whatever_happened():
    with whatever_the_institution():
        world, reader = World(), NationalAdminFactory()

        @settings(max_examples=12, deadline=None, database=None, phases=[Phase.generate])
        @given(histories)
        def live_through(history):
            with transaction.atomic():
                for action, target in history:
                    world.do(action, target)
                world.settle()
                for year in world.years.values():
                    stored = stored_cells(year)
                    assert explained_cells(year, stored, reader) == stored
                transaction.set_rollback(True)

        live_through()
