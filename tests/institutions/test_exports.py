"""Lists as tables: the same rows as the page, for the same people, and nothing calculated."""

import csv
import io
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from blk_portal.accounts.roles import Role
from blk_portal.progress.indicators import INDICATORS
from institutions import export_views, tasks
from institutions.export_progress import note_progress
from institutions.exporting import EXPORTABLE
from institutions.models import ListExport
from tests.factories import (
    ActualFactory,
    AreaAssignmentFactory,
    AssessmentFactory,
    CohortFactory,
    InstitutionFactory,
    NationalAdminFactory,
    ProvinceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _documents(papers_folder):
    """Files lie in a folder of their test."""


@pytest.fixture
def rung(monkeypatch):
    bells = []
    monkeypatch.setattr("institutions.export_views.ring_for_list", bells.append)
    return bells


def address(kind: str, form: str, query: str = "") -> str:
    return reverse("institutions:list-export", args=[kind, form]) + query


def lines_of(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def test_admin_takes_the_filtered_list_away_as_workbook_and_as_text(client):
    client.force_login(NationalAdminFactory())
    signed = InstitutionFactory(signed=True, name="=1+1 (contoh)")
    InstitutionFactory(name="BLKK Usulan (contoh)")
    answer = client.get(address("lembaga", "xlsx", "?status=signed"))
    assert [line[1] for line in lines_of(answer.content)[1:]] == [signed.name]
    text = client.get(address("lembaga", "csv", "?status=signed")).content.decode("utf-8-sig")
    assert "'=1+1 (contoh)" in text
    assert "Usulan (contoh)" not in text


def test_list_says_the_class_and_the_status_of_the_day_that_is_asked_about(client):
    admin = NationalAdminFactory()
    client.force_login(admin)
    institution = InstitutionFactory(operational=True, by=admin)
    AssessmentFactory(institution=institution, by=admin, reaching="tumbuh")
    day = institution.assessments.get().assessed_on
    for query, held, status in (
        ("", "Tumbuh", "Beroperasi"),
        (f"?pada={day.replace(year=2016)}", "Belum dinilai", "Diusulkan"),
    ):
        head, line = lines_of(client.get(address("lembaga", "xlsx", query)).content)
        told = dict(zip(head, line, strict=True))
        assert (told["Kelas kemandirian"], told["Status"]) == (held, status)
        page = client.get(reverse("institutions:institution-list") + query).content.decode()
        assert held in page[page.index("<tbody") :]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_actual_figures_stand_by_area_and_by_indicator_in_the_order_of_the_portal(client, form):
    office = InstitutionFactory().office
    late, early = ProvinceFactory(code="35", name="Aa"), ProvinceFactory(code="32", name="Zz")
    for area in ({"office": office}, {"province": late}, {"province": early}, {}):
        for indicator in ("people", "completed", "institutions_pkb"):
            ActualFactory(indicator=indicator, **area)
    client.force_login(NationalAdminFactory())
    content = client.get(address("capaian", form, "?tahun=2022&rincian=none")).content
    rows = lines_of(content) if form == "xlsx" else list(
        csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    )  # fmt: skip
    labels = [str(INDICATORS[code].label) for code in INDICATORS]
    areas = [(row[2], row[3] or row[4] or "") for row in rows[1:]]
    nation, *_rest = areas
    assert areas == [
        area for area in (nation, ("Provinsi", "Zz"), ("Provinsi", "Aa"), ("UPTP", office.name))
        for _each in range(3)
    ]  # fmt: skip
    assert nation[1] == ""
    for start in range(0, 12, 3):
        told = [row[1] for row in rows[1 + start : 4 + start]]
        assert told == sorted(told, key=labels.index)


def test_reviewer_of_an_office_takes_away_only_what_its_page_shows(client):
    reviewer = UserFactory(role=Role.AREA_REVIEWER)
    own, foreign = InstitutionFactory(), InstitutionFactory()
    AreaAssignmentFactory(user=reviewer, office=own.office)
    client.force_login(reviewer)
    text = client.get(address("lembaga", "csv")).content.decode()
    assert own.name in text
    assert foreign.name not in text


@pytest.mark.parametrize(
    ("kind", "form", "query", "status"),
    [("lembaga", "csv", "?apa=1", 400), ("lembaga", "csv", "?status=aneh", 400),
     ("rahasia", "csv", "", 404), ("lembaga", "pdf", "", 404), ("pelatihan", "csv", "", 403)],
)  # fmt: skip
def test_reader_who_asks_for_something_else_gets_no_file(client, kind, form, query, status):
    client.force_login(UserFactory(role=Role.LEADERSHIP))
    assert client.get(address(kind, form, query)).status_code == status


def test_every_list_can_be_taken_away_with_as_many_questions_for_one_row_as_for_three(
    client, django_assert_max_num_queries
):
    client.force_login(NationalAdminFactory())
    for _row in range(3):
        CohortFactory()
    assert set(EXPORTABLE) >= {"lembaga", "pelatihan", "inkubator", "tunggakan"}
    for kind in EXPORTABLE:
        with django_assert_max_num_queries(12):
            assert client.get(address(kind, "csv")).status_code == 200


def test_long_list_is_written_by_a_worker_for_its_asker_alone(
    client, rung, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(export_views, "AT_ONCE", 1)
    asker = UserFactory(role=Role.LEADERSHIP)
    client.force_login(asker)
    names = [InstitutionFactory().name for _row in range(3)]
    assert "<form" in client.get(address("lembaga", "xlsx")).content.decode()
    assert not ListExport.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(address("lembaga", "xlsx"), follow=True)
    [kept] = ListExport.objects.all()
    assert rung == [kept.pk]
    file = reverse("institutions:export-file", args=[kept.pk])
    assert file not in page.content.decode()
    assert client.get(file).status_code == 404
    tasks.write_export(kept.pk)
    tasks.write_export(kept.pk)
    assert file in client.get(page.redirect_chain[-1][0]).content.decode()
    content = b"".join(client.get(file).streaming_content)
    assert [line[1] for line in lines_of(content)[1:]] == sorted(names)
    client.force_login(UserFactory(role=Role.LEADERSHIP))
    assert client.get(file).status_code == 404


def test_asker_reads_how_many_rows_are_written_until_the_file_is_ready(client, monkeypatch):
    asker = NationalAdminFactory()
    client.force_login(asker)
    for _row in range(3):
        InstitutionFactory()
    kept = ListExport.objects.create(
        kind="lembaga", form="xlsx", language="id", asked_by=asker, asked_at=timezone.now()
    )
    pages = [
        reverse(f"institutions:export-{name}", args=[kept.pk]) for name in ("detail", "progress")
    ]
    told = []

    def note(pk: int, done: int, whole: int) -> None:
        note_progress(pk, done, whole)
        texts = [client.get(page).content.decode() for page in pages]
        assert all(f"{done} dari {whole} baris" in text and pages[1] in text for text in texts)
        told.append((done, whole))

    monkeypatch.setattr("institutions.export_writing.note_progress", note)
    monkeypatch.setattr("institutions.exporting.ROWS_A_NOTE", 2)
    tasks.write_export(kept.pk)
    assert told == [(0, 3), (2, 3), (3, 3)]
    file = reverse("institutions:export-file", args=[kept.pk])
    for page in pages:
        text = client.get(page).content.decode()
        assert file in text
        assert "hx-get" not in text
    client.force_login(NationalAdminFactory())
    assert client.get(pages[1]).status_code == 404


def test_worker_that_heard_no_bell_writes_the_list_and_sweeps_it_after_a_day():
    kept = ListExport.objects.create(
        kind="lembaga", form="csv", language="id", asked_by=NationalAdminFactory(),
        asked_at=timezone.now(),
    )  # fmt: skip
    tasks.reconcile_exports()
    kept.refresh_from_db()
    assert kept.state == "ready"
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        tasks.reconcile_exports()
    swept = ListExport.objects.get()
    assert (swept.state, swept.total, swept.file.name) == ("swept", 0, "")
    assert not kept.file.storage.exists(kept.file.name)


def test_national_admin_reads_who_took_which_list_away_and_nobody_fetches_it_but_the_asker(client):
    asked = {"form": "csv", "language": "id", "asked_at": timezone.now()}
    reviewer = UserFactory(role=Role.AREA_REVIEWER, name="Peninjau Contoh")
    kept = ListExport.objects.create(kind="lembaga", asked_by=reviewer, **asked)
    broken = ListExport.objects.create(kind="lembaga", query="apa=1", asked_by=reviewer, **asked)
    tasks.reconcile_exports()
    broken.refresh_from_db()
    assert (broken.state, broken.refusal_message) == (
        "failed", "Ada penyaring daftar yang tidak terbaca.",
    )  # fmt: skip
    client.force_login(NationalAdminFactory())
    text = client.get(reverse("admin:institutions_listexport_changelist")).content.decode()
    assert text.count("Peninjau Contoh") == 2
    assert broken.refusal_message in text
    assert client.get(reverse("institutions:export-file", args=[kept.pk])).status_code == 404
    client.force_login(reviewer)
    file = client.get(reverse("institutions:export-file", args=[kept.pk]))
    assert b"".join(file.streaming_content)
    assert client.get(reverse("admin:institutions_listexport_changelist")).status_code == 403
