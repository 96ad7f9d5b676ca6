"""An operator makes the certificates by phone, and a stranger checks one of them."""

import io
import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.e2e.conftest import PASSWORD, PHONE
from tests.factories import CohortReportFactory, OperatorFactory
from trainings.models import Certificate

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cohort(transactional_db):
    return CohortReportFactory(people=12, verified=True).cohort


def fetched(someone) -> PdfReader:
    with someone.page.expect_download() as waiting:
        someone.page.get_by_role("link", name="Ambil sertifikat (PDF)").click()
    return PdfReader(io.BytesIO(waiting.value.path().read_bytes()))


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without"])
def test_operator_makes_certificates_by_phone_and_a_stranger_checks_one(
    person, worker, cohort, javascript
):
    operator = OperatorFactory(institution=cohort.institution, password=PASSWORD)
    someone = person(operator, viewport=PHONE, javascript=javascript)
    someone.visit(f"/pelatihan/{cohort.pk}/")
    someone.press("#peserta a:has-text('Sertifikat pelatihan')")
    assert someone.overflow() <= 0
    someone.press("main form.panel button")
    ready = someone.page.get_by_role("heading", name="Berkas siap")
    if javascript:
        expect(ready).to_be_visible(timeout=30_000)
        assert someone.barriers() == []
    else:
        for _try in range(60):
            if ready.is_visible():
                break
            someone.page.wait_for_timeout(500)
            someone.page.reload()
    assert someone.overflow() <= 0
    pdf = fetched(someone)
    assert len(pdf.pages) == 12
    first = Certificate.objects.first()
    [code] = set(re.findall(r"(?:[A-Z2-7]{4}-){3}[A-Z2-7]{4}", pdf.pages[0].extract_text()))
    assert code == first.grouped_code

    stranger = person(viewport=PHONE, javascript=javascript)
    stranger.visit("/sertifikat/")
    stranger.page.fill("[name=kode]", code.lower())
    stranger.press("main form button")
    expect(stranger.page.locator("h1")).to_have_text("Sertifikat ini berlaku")
    assert first.number in stranger.text()
    assert first.participant.name not in stranger.text()
    assert stranger.overflow() <= 0
    if javascript:
        assert stranger.barriers() == []
    stranger.visit("/sertifikat/AAAA-AAAA-AAAA-AAAA/")
    expect(stranger.page.locator("h1")).to_have_text("Tidak ada sertifikat dengan kode ini")
    assert stranger.overflow() <= 0
