"""Two workers and two lists at the same moment, each with a connection of its own."""

import threading

import pytest
from django.core.management import call_command
from django.db import connections

from institutions.importing import applying, checking
from institutions.models import Institution, RegisterImport
from tests.factories import NationalAdminFactory
from tests.institutions.importing.lists import make_list


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_two_lists_at_once_write_every_row_once():
    call_command("load_reference", verbosity=0)
    admin = NationalAdminFactory()
    made, further = make_list(60, share=0), make_list(120, share=0)
    lists = []
    for one in (made, further):
        kept = RegisterImport.objects.accept(one.xlsx(), name="a.xlsx", by=admin)
        checking.check(kept.pk)
        kept.refresh_from_db()
        kept.apply(by=admin)
        lists.append(kept)
    gate = threading.Barrier(4)

    def work(pk: int) -> None:
        gate.wait()
        try:
            applying.apply_all(pk)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work, args=(kept.pk,)) for kept in lists * 2]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Institution.objects.count() == 120
    assert Institution.objects.values("vin").distinct().count() == 120
    for kept in lists:
        kept.refresh_from_db()
        assert (kept.state, kept.rows.count()) == ("done", kept.total)
