"""Dated facts beside the status: recorded, withdrawn, kept, and what lacks for the next step."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from PIL import Image

from blk_portal.progress.models import PendingRollup
from institutions.lifecycle import RECORDED_MILESTONES
from institutions.models import Case, Document, Institution, InstitutionTransition, Milestone
from institutions.models.institution import MoveRefused
from institutions.models.milestone import MilestoneRefused
from institutions.requirements import missing_for_next
from tests.factories import (
    CaseFactory,
    DocumentFactory,
    DocumentRequirementFactory,
    InstitutionFactory,
    MilestoneFactory,
    NationalAdminFactory,
)

pytestmark = pytest.mark.django_db
DAY = date(2022, 6, 1)


def photo(name: str) -> SimpleUploadedFile:
    stream = BytesIO()
    Image.new("RGB", (8, 8), "navy").save(stream, "JPEG")
    return SimpleUploadedFile(name, stream.getvalue(), "image/jpeg")


@pytest.fixture
def admin():
    return NationalAdminFactory()


@pytest.fixture(autouse=True)
def _papers_elsewhere(papers_folder):
    """Files lie in a folder of their test."""


def record(institution, kind, by, **told) -> Milestone:
    return Milestone.objects.record(
        institution=institution, kind=kind, by=by, **({"on": DAY} | told)
    )


def record_url(institution, kind) -> str:
    return reverse("institutions:milestone-record", args=[institution.pk, kind])


@pytest.mark.parametrize("kind", RECORDED_MILESTONES)
def test_admin_records_each_kind_on_its_page(client, admin, kind):
    institution = InstitutionFactory(signed=True)
    client.force_login(admin)
    data = {"on": "2022-06-01", "document_number": "A-123/45"}
    if kind == "progress":
        data["percent"] = "40"
    assert client.get(record_url(institution, kind)).status_code == 200
    answer = client.post(record_url(institution, kind), data)
    assert answer.status_code == 302, answer.context["form"].errors
    row = institution.milestones.get(kind=kind)
    assert (row.happened_on, row.document_number) == (DAY, "A-123/45")
    assert row.recorded_by == admin
    listing = client.get(reverse("institutions:milestone-list", args=[institution.pk]))
    assert "A-123/45" in listing.content.decode()


def test_kind_that_a_verb_writes_is_recorded_with_its_step_only(client, admin):
    institution = InstitutionFactory(signed=True)
    client.force_login(admin)
    assert client.get(record_url(institution, "built")).status_code == 404
    with pytest.raises(MilestoneRefused):
        record(institution, "built", admin)
    assert record(institution, "equipment", admin).pk


def test_vin_is_kept_in_the_register_and_taken_out_when_withdrawn(admin):
    institution = InstitutionFactory(signed=True)
    row = record(institution, "vin", admin, document_number="123.456")
    institution.refresh_from_db()
    assert institution.vin == "123.456"
    row.withdraw(by=admin, reason="Salah lembaga.")
    institution.refresh_from_db()
    assert institution.vin == ""


@pytest.mark.parametrize("number", ["", "kecil", "12"])
def test_vin_in_a_wrong_form_is_refused(client, admin, number):
    institution = InstitutionFactory(signed=True)
    client.force_login(admin)
    data = {"on": "2022-06-01", "document_number": number}
    assert client.post(record_url(institution, "vin"), data).status_code == 400
    with pytest.raises(MilestoneRefused):
        record(institution, "vin", admin, document_number=number)
    assert not Institution.objects.exclude(vin="").exists()


def test_vin_of_another_institution_is_refused_and_its_own_is_kept(client, admin):
    InstitutionFactory(vin="1234567")
    institution = InstitutionFactory(signed=True)
    client.force_login(admin)
    data = {"on": "2022-06-01", "document_number": "1234567"}
    answer = client.post(record_url(institution, "vin"), data)
    assert answer.status_code == 409
    assert "1234567" in answer.content.decode()
    institution.refresh_from_db()
    assert institution.vin == ""
    assert not institution.milestones.filter(kind="vin").exists()


def test_second_of_a_kind_is_refused_but_a_building_grows_and_a_licence_is_renewed(admin):
    institution = InstitutionFactory(signed=True)
    record(institution, "equipment", admin)
    with pytest.raises(MilestoneRefused):
        record(institution, "equipment", admin, on=date(2022, 7, 1))
    for day, percent in ((1, 30), (2, 60), (3, 100)):
        record(institution, "progress", admin, on=date(2022, 6, day), percent=percent)
    with pytest.raises(MilestoneRefused):
        record(institution, "progress", admin, on=date(2022, 6, 3), percent=100)
    for year in (2022, 2025):
        record(institution, "licence", admin, on=date(year, 6, 1), expires_on=date(year + 3, 6, 1))
    kinds = list(institution.milestones.order_by("kind", "pk").values_list("kind", flat=True))
    assert kinds == ["equipment", "licence", "licence", "pkb", "progress", "progress", "progress"]


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("progress", {}),
        ("progress", {"percent": 101}),
        ("equipment", {"percent": 5}),
        ("licence", {"expires_on": DAY}),
        ("equipment", {"expires_on": date(2025, 1, 1)}),
    ],
)
def test_facts_that_contradict_themselves_are_refused_in_words(admin, kind, told):
    with pytest.raises(MilestoneRefused) as refusal:
        record(InstitutionFactory(signed=True), kind, admin, **told)
    assert str(refusal.value)


def test_nothing_is_recorded_once_the_institution_has_left(client, admin):
    left, stays = InstitutionFactory(cancelled=True), InstitutionFactory(signed=True)
    with pytest.raises(MilestoneRefused):
        record(left, "equipment", admin)
    assert record(stays, "equipment", admin)
    client.force_login(admin)
    page = client.get(reverse("institutions:milestone-list", args=[left.pk])).content.decode()
    assert record_url(left, "equipment") not in page


def test_photo_of_the_building_is_kept_as_a_paper(client, admin):
    institution = InstitutionFactory(signed=True)
    client.force_login(admin)
    data = {"on": "2022-06-01", "percent": "55", "file": photo("bangunan.jpg")}
    assert client.post(record_url(institution, "progress"), data).status_code == 302
    row = institution.milestones.get(kind="progress")
    assert row.percent == 55
    assert row.document.name == "bangunan.jpg"
    assert row.document.institution == institution


def test_refused_record_leaves_no_paper_behind(client, admin):
    institution = InstitutionFactory(signed=True)
    record(institution, "equipment", admin)
    client.force_login(admin)
    data = {"on": "2022-06-02", "file": photo("bast.jpg")}
    assert client.post(record_url(institution, "equipment"), data).status_code == 409
    assert not Document.objects.exists()


def test_admin_withdraws_a_mistake_with_a_reason_and_it_stays_readable(client, admin):
    institution = InstitutionFactory(signed=True)
    row = record(institution, "inauguration", admin)
    PendingRollup.objects.all().delete()
    client.force_login(admin)
    url = reverse("institutions:milestone-withdraw", args=[institution.pk, row.pk])
    assert client.post(url, {"reason": " "}).status_code == 400
    assert client.post(url, {"reason": "Tanggal keliru."}).status_code == 302
    assert client.post(url, {"reason": "Sekali lagi."}).status_code == 409
    row.refresh_from_db()
    assert (row.withdrawn_by, row.withdrawn_because) == (admin, "Tanggal keliru.")
    page = client.get(reverse("institutions:milestone-list", args=[institution.pk]))
    assert "Tanggal keliru." in page.content.decode()
    assert PendingRollup.objects.filter(institution=institution).exists()
    assert record(institution, "inauguration", admin).pk


def test_milestone_on_which_the_status_rests_is_not_withdrawn(client, admin):
    institution = InstitutionFactory(signed=True)
    row = institution.milestones.get(kind="pkb")
    client.force_login(admin)
    url = reverse("institutions:milestone-withdraw", args=[institution.pk, row.pk])
    answer = client.post(url, {"reason": "Keliru."})
    assert answer.status_code == 409
    assert "Keliru." in answer.content.decode()
    row.refresh_from_db()
    assert row.withdrawn_at is None


def test_foreign_milestone_is_not_withdrawn_through_an_own_institution(client, admin):
    own, foreign = InstitutionFactory(signed=True), MilestoneFactory()
    client.force_login(admin)
    url = reverse("institutions:milestone-withdraw", args=[own.pk, foreign.pk])
    assert client.post(url, {"reason": "Keliru."}).status_code == 404


def test_step_is_not_dated_before_the_step_before_it(client, admin):
    institution = InstitutionFactory(status="verified", on=date(2022, 3, 10))
    with pytest.raises(MoveRefused) as refusal:
        institution.move("determine", by=admin, on=date(2022, 3, 9))
    assert "10 Maret 2022" in str(refusal.value)
    assert "9 Maret 2022" in str(refusal.value)
    institution.refresh_from_db()
    assert institution.status == "verified"
    client.force_login(admin)
    url = reverse("institutions:institution-move", args=[institution.pk])
    data = {"verb": "determine", "on": "2022-03-09", "seen": "verified"}
    answer = client.post(url, data)
    assert answer.status_code == 400
    assert "10 Maret 2022" in answer.content.decode()
    assert client.post(url, data | {"on": "2022-03-10"}).status_code == 302


def _lacks(institution, today=DAY) -> dict[str, bool]:
    found = missing_for_next(
        institution,
        milestones=institution.milestones.standing(),
        cases=institution.cases.open(),
        today=today,
    )
    return {lack.kind or lack.text: lack.blocks for lack in found}


def test_what_lacks_is_listed_and_only_warns(client, admin):
    institution = InstitutionFactory(built=True)
    assert _lacks(institution) == {
        "equipment": False, "instructors": False, "vin": False, "licence": False,
    }  # fmt: skip
    record(institution, "equipment", admin)
    record(institution, "licence", admin, on=date(2021, 1, 1), expires_on=date(2022, 5, 31))
    assert set(_lacks(institution)) == {"instructors", "vin", "licence"}
    assert set(_lacks(institution, date(2022, 5, 31))) == {"instructors", "vin"}
    client.force_login(admin)
    page = client.get(reverse("institutions:institution-detail", args=[institution.pk]))
    assert record_url(institution, "vin") in page.content.decode()
    assert record_url(institution, "equipment") not in page.content.decode()
    institution.move("open", by=admin, on=DAY)
    assert institution.status == "operational"


def test_required_papers_that_lack_stand_in_one_line_and_only_warn(admin):
    institution = InstitutionFactory(signed=True)
    record(institution, "progress", admin, percent=100)
    kinds = [DocumentRequirementFactory(kind__name=name).kind for name in ("Akta", "NPWP")]
    assert _lacks(institution) == {"Dokumen yang belum ada: Akta, NPWP.": False}
    DocumentFactory(institution=institution, kind=kinds[0])
    assert _lacks(institution) == {"Dokumen yang belum ada: NPWP.": False}
    DocumentFactory(institution=institution, kind=kinds[1])
    assert _lacks(institution) == {}


def test_building_below_a_hundred_percent_is_named(admin):
    institution = InstitutionFactory(signed=True)
    record(institution, "progress", admin, percent=100, on=date(2022, 7, 1))
    assert _lacks(institution) == {}
    record(institution, "progress", admin, percent=80, on=date(2022, 7, 2))
    assert _lacks(institution) == {"progress": False}


def test_open_case_holds_up_the_end_of_guidance(admin):
    institution = InstitutionFactory(operational=True)
    case = CaseFactory(institution=institution, kind="legal")
    assert True in _lacks(institution).values()
    with pytest.raises(MoveRefused):
        institution.move("release", by=admin, on=date(2023, 1, 2))
    case.close(by=admin, on=date(2023, 1, 1), outcome="Damai.")
    institution.move("release", by=admin, on=date(2023, 1, 2))
    assert institution.status == "independent"


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (InstitutionTransition, {"happened_on": date(2020, 1, 1)}),
        (InstitutionTransition, {"to_status": "operational"}),
        (Milestone, {"happened_on": date(2020, 1, 1)}),
        (Milestone, {"document_number": "Lain"}),
        (Case, {"opened_on": date(2020, 1, 1)}),
    ],
)
def test_postgresql_keeps_what_was_recorded(model, change):
    CaseFactory(institution=InstitutionFactory(signed=True))
    rows = model.objects.all()
    for attempt in (lambda: rows.update(**change), lambda: rows._raw_delete(rows.db)):
        with pytest.raises(IntegrityError, match="history is kept"), transaction.atomic():
            attempt()


def test_withdrawal_is_written_once(admin):
    row = MilestoneFactory()
    row.withdraw(by=admin, reason="Keliru.")
    with pytest.raises(IntegrityError, match="history is kept"), transaction.atomic():
        Milestone.objects.filter(pk=row.pk).update(withdrawn_at=None, withdrawn_because="")
