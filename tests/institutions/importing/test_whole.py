"""A whole list: every row accounted for, applied once, and never twice."""

import pytest
from django.core.management import call_command

from blk_portal.progress.models import PendingRollup
from institutions.importing import applying, checking
from institutions.models import Institution, Milestone, RegisterImport
from tests.factories import NationalAdminFactory
from tests.institutions.importing.lists import make_list

pytestmark = pytest.mark.django_db


@pytest.fixture
def reference():
    call_command("load_reference", verbosity=0)


@pytest.fixture
def admin():
    return NationalAdminFactory()


@pytest.fixture(autouse=True)
def documents(settings, tmp_path):
    settings.STORAGES["documents"]["OPTIONS"]["location"] = str(tmp_path)


def checked(data: bytes, by, name="daftar.xlsx") -> RegisterImport:
    kept = RegisterImport.objects.accept(data, name=name, by=by)
    assert checking.check(kept.pk)
    kept.refresh_from_db()
    return kept


def test_list_with_every_fault_is_accounted_for_row_by_row(reference, admin):
    made = make_list(300, share=0.3)
    kept = checked(made.xlsx(), admin)
    assert kept.state == "checked", kept.refusal_message
    counts = kept.counts()
    got = {k: v for k, v in counts.items() if v}
    assert (
        kept.total
        == 300
        == sum(counts[o] for o in ("created", "changed", "unchanged", "refused", "undecided"))
    )
    assert got == dict(made.expected), got
    assert not Institution.objects.exists()
    kept.apply(by=admin)
    assert applying.apply(kept.pk) is False
    kept.refresh_from_db()
    assert kept.state == "done"
    assert Institution.objects.count() == made.expected["created"]
    assert Milestone.objects.filter(kind="pkb").count() == made.expected["created"]
    assert PendingRollup.objects.exists()
    again = checked(made.xlsx(), admin)
    got = {k: v for k, v in again.counts().items() if v}
    assert got == {"unchanged": made.expected["created"], "refused": made.expected["refused"]}
