"""The further reports of a cohort, as an operator walks them on a phone without JavaScript."""

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from tests.e2e.conftest import DESK, PASSWORD, PHONE
from tests.factories.accounts import AreaReviewerFactory, OperatorFactory
from tests.factories.institutions import InstitutionFactory
from tests.factories.trainings import CohortFactory, ParticipantFactory
from trainings.models import Certification, CohortReport, Placement, ReportKind

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]
SEND = ".submitbar .button"
SAVE = "#isian > p button[type=submit]"


@pytest.fixture
def cohort(transactional_db):
    institution = InstitutionFactory(operational=True, name="BLKK Nurul Hikmah (contoh)")
    cohort = CohortFactory(institution=institution, kinds=ReportKind)
    ParticipantFactory.create_batch(3, cohort=cohort, result="", attendance=None)
    return cohort


@pytest.fixture
def verify(person, cohort):
    officer = person(
        AreaReviewerFactory(office=cohort.institution.office, password=PASSWORD), viewport=DESK
    )

    def decide(kind: str, *words: str) -> None:
        report = CohortReport.objects.get(cohort=cohort, kind=kind)
        officer.visit("/laporan-masuk/")
        officer.press(f"main a[href='/laporan-masuk/{report.pk}/']")
        for text in words:
            expect(officer.page.locator("main")).to_contain_text(text)
        officer.page.check("[name=verb][value=verify]")
        officer.press("main form[aria-labelledby=h-putus] button[type=submit]")
        report.refresh_from_db()
        assert report.status == "verified"

    return decide


def send(someone) -> None:
    someone.press(SEND)
    someone.press("main form button[type=submit]")
    assert someone.page.inner_text("h1").startswith("BT-")
    assert someone.overflow() <= 0


def test_operator_walks_closing_certification_and_placement_on_a_phone(
    person, worker, cohort, verify
):
    operator = OperatorFactory(institution=cohort.institution, password=PASSWORD)
    someone = person(operator, viewport=PHONE, javascript=False)
    page, own = someone.page, f"/pelatihan/{cohort.pk}/"

    someone.visit(f"{own}hasil/")
    page.fill("[name=fill-attendance]", "94")
    someone.press("button[name=fill]")
    assert someone.overflow() <= 0
    someone.visit(own)
    expect(page.locator(".parts li")).to_have_count(5)
    assert someone.overflow() <= 0
    send(someone)
    verify("closing", "94")

    someone.visit(own)
    someone.press(f".parts a[href='{own}sertifikasi/']")
    page.select_option("[name=fill-body]", "p1")
    someone.press("button[name=fill]")
    expect(page.locator(".submitbar")).to_contain_text("Lengkapi 3 peserta.")
    people = list(cohort.participants.all())
    page.select_option(f"[name=competency-{people[0].pk}]", "not_assessed")
    page.fill(f"[name=number-{people[1].pk}]", "CONTOH-2")
    page.fill(f"[name=number-{people[2].pk}]", "CONTOH-3")
    someone.press(SAVE)
    # One cell contradicts another: it is marked, and what was typed is still there.
    expect(page.locator(".field-error")).to_have_count(1)
    expect(page.locator(f"[name=number-{people[2].pk}]")).to_have_value("CONTOH-3")
    page.select_option(f"[name=body-{people[0].pk}]", "")
    someone.press(SAVE)
    assert someone.overflow() <= 0
    send(someone)
    assert Certification.objects.filter(competency="competent").count() == 2
    verify("certification", "CONTOH-3")

    someone.visit(f"{own}penempatan-3-bulan/")
    someone.press("button[name=fill]")
    page.select_option(f"[name=outcome-{people[0].pk}]", "employed")
    page.fill(f"[name=workplace-{people[0].pk}]", "CV Karya Contoh")
    page.select_option(f"[name=section-{people[0].pk}]", "C")
    someone.press(SAVE)
    assert someone.overflow() <= 0
    send(someone)
    verify("placement_3", "CV Karya Contoh")
    assert Placement.objects.filter(wave=3).count() == 3
    assert not Placement.objects.filter(wave=6).exists()
    call_command("audit_progress")
