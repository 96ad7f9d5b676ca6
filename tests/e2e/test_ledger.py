"""In a browser: a zero on a phone, an extension and a list on a desk; a real mail."""

from datetime import timedelta

import pytest
from django.urls import reverse

from blk_portal.formats import today_in_jakarta
from tests.e2e.conftest import DESK, PASSWORD, PHONE
from tests.e2e.programs import wait_for
from tests.factories import (
    AreaReviewerFactory,
    InstitutionFactory,
    NoticeFactory,
    ObligationFactory,
    OperatorFactory,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def duty(transactional_db):
    today = today_in_jakarta()
    institution = InstitutionFactory(
        operational=True, name="BLKK Al-Falah (contoh)", contact_name="Udin (contoh)",
        contact_phone="0812 3456 7890",
    )  # fmt: skip
    return ObligationFactory(period=True, institution=institution, due_on=today + timedelta(days=5))


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_operator_confirms_a_zero_on_a_phone_and_takes_it_back(person, duty, javascript):
    operator = OperatorFactory(institution=duty.institution, password=PASSWORD)
    NoticeFactory(obligation=duty, recipient=operator)
    phone = person(operator, viewport=PHONE, javascript=javascript)
    assert "5 hari lagi" in phone.text()
    assert phone.overflow() <= 0
    if javascript:
        assert phone.barriers() == []
    phone.press("text=Tandai sudah dibaca")
    assert "Kabar" not in phone.text()
    phone.press("button:has-text('Nyatakan nihil')")
    assert "Nihil dinyatakan" in phone.text()
    assert phone.overflow() <= 0
    duty.refresh_from_db()
    assert duty.state == "confirmed_zero"
    phone.press("button:has-text('Batalkan')")
    assert "Masa ini terbuka kembali" in phone.text()
    assert phone.overflow() <= 0
    if javascript:
        assert phone.barriers() == []
    duty.refresh_from_db()
    assert duty.state == "expected"
    assert duty.steps.count() == 2


def test_area_reviewer_extends_a_due_date_and_takes_the_list_away(person, duty):
    today = today_in_jakarta()
    for days in (3, 50):
        ObligationFactory(institution=duty.institution, due_on=today - timedelta(days=days))
    reviewer = AreaReviewerFactory(office=duty.institution.office, password=PASSWORD)
    desk = person(reviewer, viewport=DESK)
    desk.press("a[href='/tunggakan/']")
    assert "2 laporan terlambat" in desk.text()
    assert desk.overflow() <= 0
    assert desk.barriers() == []
    whatsapp = desk.page.locator("a[href^='https://wa.me/6281234567890?text=']").first
    assert "Al-Falah" in whatsapp.get_attribute("href")
    desk.press("tbody tr:first-child a[href^='/kewajiban/']")
    assert desk.barriers() == []
    desk.press("text=Perpanjang tenggat")
    desk.page.fill("[name=due_on]", (today + timedelta(days=14)).isoformat())
    desk.page.fill("[name=reason]", "Banjir di wilayah (contoh).")
    assert desk.overflow() <= 0
    desk.press("main form button[type=submit]")
    assert "Tenggat semula" in desk.text()
    assert "Banjir di wilayah (contoh)." in desk.text()
    desk.visit("/tunggakan/")
    assert "1 laporan terlambat" in desk.text()
    with desk.page.expect_download() as taken:
        desk.page.click("text=Unduh .csv")
    lines = taken.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "BLKK Al-Falah (contoh)" in lines[1]
    desk.press("text=Lihat menurut wilayah")
    assert "0 dari 1" in desk.text()
    assert desk.overflow() <= 0
    assert desk.barriers() == []


def test_operator_gets_the_mail_of_an_extension_from_the_worker(duty, client, worker):
    operator = OperatorFactory(institution=duty.institution)
    client.force_login(AreaReviewerFactory(office=duty.institution.office))
    day = today_in_jakarta() + timedelta(days=30)
    form = {"due_on": day.isoformat(), "reason": "Banjir (contoh)."}
    answer = client.post(reverse("progress:duty-extend", args=[duty.pk]), form)
    assert answer.status_code == 302

    def is_sent() -> bool:
        return operator.notices.get().state == "sent"

    wait_for(is_sent, patience=60, log=worker)
    assert "Banjir" not in worker.read_text()
