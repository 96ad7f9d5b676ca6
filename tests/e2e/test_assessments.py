"""Staff assess and visit at the desk; the operator reads it on a phone and answers."""

import pytest

from institutions.models import Visit
from tests.e2e.conftest import DESK, PASSWORD, PHONE
from tests.factories.accounts import AreaReviewerFactory, OperatorFactory
from tests.factories.institutions import InstitutionFactory
from tests.factories.quality import VisitFactory, criteria_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def institution(transactional_db):
    return InstitutionFactory(operational=True, name="BLKK Nurul Hikmah (contoh)")


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_reviewer_assesses_at_the_desk_and_the_operator_reads_it_on_a_phone(
    person, institution, javascript
):
    growing, developing, independent = criteria_of(institution.programme_year)
    reviewer = AreaReviewerFactory(office=institution.office, password=PASSWORD)
    desk = person(reviewer, viewport=DESK, javascript=javascript)
    desk.visit(f"/lembaga/{institution.pk}/")
    desk.press(".sections >> text=Penilaian")
    assert "Belum dinilai" in desk.text()
    desk.page.fill("[name=assessed_on]", "2022-11-01")
    desk.page.check(f"[name=met-{growing.pk}][value=ya]")
    desk.press("button[value=finalise]")
    assert "kriteria yang terpenuhi memerlukan bukti" in desk.text()
    assert desk.page.is_checked(f"[name=met-{growing.pk}][value=ya]")
    desk.page.fill(f"[name=evidence-{growing.pk}]", "Izin asli dilihat (contoh).")
    for criterion in (developing, independent):
        desk.page.check(f"[name=met-{criterion.pk}][value=tidak]")
    desk.press("button[value=finalise]")
    assert "Kelas: Tumbuh" in desk.text()
    assert desk.overflow() <= 0

    operator = OperatorFactory(institution=institution, password=PASSWORD)
    phone = person(operator, viewport=PHONE, javascript=javascript)
    phone.visit(f"/lembaga/{institution.pk}/penilaian/")
    assert "Yang belum terpenuhi untuk Berkembang:" in phone.text()
    assert "Izin asli dilihat (contoh)." in phone.text()
    assert phone.overflow() <= 0


def test_operator_reports_a_follow_up_on_a_phone_and_the_reviewer_confirms(person, institution):
    visit = VisitFactory(institution=institution, open=True)
    phone = person(OperatorFactory(institution=institution, password=PASSWORD), viewport=PHONE)
    phone.visit(f"/lembaga/{institution.pk}/kunjungan/")
    phone.page.fill("[name=note]", "Daftar sudah lengkap (contoh).")
    phone.press("text=Laporkan selesai")
    assert "Dilaporkan selesai" in phone.text()
    assert phone.overflow() <= 0
    reviewer = AreaReviewerFactory(office=institution.office, password=PASSWORD)
    desk = person(reviewer, viewport=DESK)
    desk.visit(f"/lembaga/{institution.pk}/kunjungan/")
    assert "Daftar sudah lengkap (contoh)." in desk.text()
    desk.press("text=Konfirmasi tindak lanjut")
    assert "belum selesai" not in desk.text()
    assert not Visit.objects.get(pk=visit.pk).is_open
