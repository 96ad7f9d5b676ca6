"""The pages of imports: upload, look, decide, apply, take the refused rows away."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from python_calamine import CalamineWorkbook

from blk_portal.accounts.roles import Role
from institutions import tasks
from institutions.importing import applying
from institutions.models import Institution, RegisterImport, RegisterImportRow
from tests.factories import InstitutionFactory, UserFactory
from tests.institutions.importing.lists import make_list

pytestmark = pytest.mark.django_db
HEAD = "Nama Lembaga;Yayasan;Jenis;Kab/Kota;Kejuruan;TA;VIN\n"


@pytest.fixture
def client(client, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def rung(monkeypatch):
    """What was rung for, instead of a broker."""
    bells = []
    monkeypatch.setattr("institutions.import_views.ring", bells.append)
    return bells


def detail(kept) -> str:
    return reverse("institutions:import-detail", args=[kept.pk])


def test_admin_uploads_a_list_and_follows_it_to_the_end(
    client, reference, rung, django_capture_on_commit_callbacks
):
    made = make_list(40, share=0.3)
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(
            reverse("institutions:import-list"),
            {"file": SimpleUploadedFile("daftar.xlsx", made.xlsx())},
            follow=True,
        )
    [kept] = rung
    assert "kemajuan" in answer.content.decode()
    assert not Institution.objects.exists()
    tasks.check_import(kept.pk)
    progress = client.get(reverse("institutions:import-progress", args=[kept.pk]))
    assert progress["HX-Refresh"] == "true"
    page = client.get(detail(kept))
    assert page.context["to_apply"] == made.expected["created"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("institutions:import-apply", args=[kept.pk]))
    assert len(rung) == 2
    applying.apply(kept.pk)
    assert Institution.objects.count() == made.expected["created"]
    for section in RegisterImportRow.Outcome.values:
        assert client.get(f"{detail(kept)}?bagian={section}").status_code == 200
    workbook = client.get(reverse("institutions:import-mending", args=[kept.pk])).content
    lines = CalamineWorkbook.from_filelike(io.BytesIO(workbook)).get_sheet_by_index(0).to_python()
    assert len([line for line in lines if isinstance(line[0], float)]) == made.expected["refused"]


def test_admin_uploads_the_mended_workbook_and_its_rows_are_taken(
    client, reference, admin, checked
):
    kept = checked(f"{HEAD}BLKK Satu (contoh);Y;pesantren;;Las;2022;V-0001\n".encode(), admin)
    workbook = client.get(reverse("institutions:import-mending", args=[kept.pk])).content
    again = checked(workbook, admin, "perbaikan.xlsx")
    assert again.state == "checked"
    assert [fault.code for row in again.rows.all() for fault in row.found_faults] == [
        "region_missing"
    ]


def test_admin_decides_what_an_unclear_row_means(client, reference, admin, checked):
    known = InstitutionFactory(name="BLKK Nurul Huda (contoh)")
    place = known.regency
    text = f"{HEAD}BLKK NURUL HUDA;Y;pesantren;{place.name};Las;2022;\n"
    kept = checked(text.encode(), admin)
    [row] = kept.rows.all()
    assert (row.outcome, row.candidates) == ("undecided", [known.pk])
    page = client.get(detail(kept)).content.decode()
    assert known.code in page
    url = reverse("institutions:import-decide", args=[kept.pk, row.pk])
    client.post(url, {f"baris-{row.pk}-decision": str(known.pk)})
    row.refresh_from_db()
    assert (row.outcome, row.institution) == ("changed", known)
    client.post(url, {f"baris-{row.pk}-decision": "baru"})
    row.refresh_from_db()
    assert row.outcome == "changed"
    kept.apply(by=admin)
    applying.apply(kept.pk)
    known.refresh_from_db()
    assert known.name == "BLKK NURUL HUDA"
    assert [r.outcome for r in checked(text.encode(), admin).rows.all()] == ["unchanged"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "kosong"),
        (b"%PDF-1.7 \x00\x01", "bukan lembar kerja"),
        (b"PK\x03\x04 rusak", "rusak"),
    ],
)
def test_admin_who_uploads_something_else_is_told_so(client, data, words):
    file = SimpleUploadedFile("daftar.xlsx", data)
    answer = client.post(reverse("institutions:import-list"), {"file": file})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not RegisterImport.objects.exists()


def test_reader_does_not_take_in_lists_and_an_office_sees_only_its_own(client, admin, checked):
    kept = checked(HEAD.encode(), admin)
    assert kept.state == "failed"
    assert list(RegisterImport.objects.visible_to(admin).failed()) == [kept]
    client.force_login(UserFactory(role=Role.OBSERVER))
    assert client.get(reverse("institutions:import-list")).status_code == 403
    client.force_login(UserFactory(role=Role.AREA_REVIEWER))
    assert client.get(reverse("institutions:import-list")).status_code == 200
    assert client.get(detail(kept)).status_code == 404
