"""Uploaded lists are kept for a month; how many rows came to what stays."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from institutions import orphans, tasks
from institutions.models import RegisterImport
from institutions.models.document import documents_storage
from institutions.models.register_import import ImportRefused
from tests.factories import (
    AreaReviewerFactory,
    NationalAdminFactory,
    RegisterImportFactory,
    RegisterImportRowFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(papers_folder) -> RegisterImport:
    """A checked list of two rows, with its file."""
    kept = RegisterImportFactory(total=2)
    kept.file.save("", ContentFile(b"daftar"))
    RegisterImportRowFactory(register_import=kept)
    RegisterImportRowFactory(register_import=kept, number=9, outcome="created")
    return kept


def test_list_is_swept_after_a_month_and_its_figures_stay(
    client, kept, django_capture_on_commit_callbacks
):
    path, counts = kept.file.name, kept.counts()
    at_work = RegisterImportFactory(state="applying")
    for days, is_swept in ((29, False), (31, True)):
        with (
            time_machine.travel(timezone.now() + timedelta(days=days)),
            django_capture_on_commit_callbacks(execute=True),
        ):
            tasks.sweep_imports()
        kept.refresh_from_db()
        assert (kept.swept_at is not None) is is_swept
        assert documents_storage().exists(path) is not is_swept
        assert kept.rows.exists() is not is_swept
        assert kept.counts() == counts
    at_work.refresh_from_db()
    assert at_work.swept_at is None
    client.force_login(NationalAdminFactory())
    page = client.get(reverse("institutions:import-detail", args=[kept.pk])).content.decode()
    assert "Berkas dan barisnya dihapus pada" in page
    assert reverse("institutions:import-apply", args=[kept.pk]) not in page
    assert reverse("institutions:import-mending", args=[kept.pk]) not in page
    with pytest.raises(ImportRefused):
        kept.apply(by=NationalAdminFactory())


def test_nightly_search_for_stray_files_spares_uploaded_lists(kept):
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert orphans.sweep() == 0
    assert documents_storage().exists(kept.file.name)


def test_staff_read_in_the_administration_what_became_of_a_list(client, kept):
    reviewer = AreaReviewerFactory()
    failed = RegisterImportFactory(uploaded_by=reviewer, state="failed")
    failed.fail("broken", "Berkas rusak.", "Simpan ulang berkasnya.")
    listed = reverse("admin:institutions_registerimport_changelist")
    change = "admin:institutions_registerimport_change"
    client.force_login(NationalAdminFactory())
    text = client.get(reverse(change, args=[kept.pk])).content.decode()
    assert "Baru: 1; Diubah: 0; Tetap: 0; Ditolak: 1" in text
    text = client.get(f"{listed}?antrean=gagal").content.decode()
    assert "Berkas rusak." in text
    assert kept.name not in text
    client.force_login(reviewer)
    text = client.get(listed).content.decode()
    assert failed.name in text
    assert kept.name not in text
    assert client.get(reverse(change, args=[kept.pk])).status_code == 404
