"""From an invitation to the first login, and the second factor of staff, in a real browser."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp

from blk_portal.accounts.models import User
from tests.e2e.conftest import DESK, PASSWORD, PHONE
from tests.factories.accounts import AreaReviewerFactory, NationalAdminFactory, OperatorFactory
from tests.factories.institutions import InstitutionFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SUBMIT = "main form button[type=submit]"


@pytest.fixture
def institution(transactional_db):
    return InstitutionFactory(operational=True, name="BLKK Nurul Hikmah (contoh)")


@pytest.fixture
def reviewer(institution):
    return AreaReviewerFactory(office=institution.office, password=PASSWORD)


def code_of(secret: str) -> str:
    """The code of the next half minute: that of this one was given at the set-up."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + 1))


def assert_fits(someone) -> None:
    assert someone.overflow() <= 0
    assert someone.page.locator("h1").count() == 1


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no-scripts"])
def test_reviewer_invites_and_the_operator_enters_by_phone(
    person, institution, reviewer, javascript
):
    desk = person(reviewer, viewport=DESK, javascript=javascript)
    desk.visit(f"/lembaga/{institution.pk}/")
    desk.press("text=Undang operator")
    assert_fits(desk)
    desk.page.fill("[name=name]", "Siti Maesaroh")
    desk.press(SUBMIT)
    assert_fits(desk)
    link = desk.page.input_value("#id_link")
    assert link in desk.page.input_value("#id_message")
    assert "siti.maesaroh" in desk.text()
    shared = desk.page.get_attribute("a[href^='https://wa.me/']", "href")
    assert link.rsplit("/", 2)[1] in shared

    phone = person(viewport=PHONE, javascript=javascript)
    phone.page.goto(link)
    assert_fits(phone)
    assert "Siti Maesaroh" in phone.text()
    phone.page.fill("[name=new_password1]", PASSWORD)
    phone.page.fill("[name=new_password2]", PASSWORD)
    phone.press(SUBMIT)
    assert phone.page.url.endswith("/akun/login/")
    phone.log_in(User.objects.get(username="siti.maesaroh"))
    assert institution.name in phone.text()

    again = person(viewport=PHONE)
    again.page.goto(link)
    assert_fits(again)
    assert "sudah digunakan" in again.text()


def test_reviewer_removes_an_operator_but_not_the_last(person, institution, reviewer):
    for _each in range(2):
        OperatorFactory(institution=institution, password=PASSWORD)
    desk = person(reviewer, viewport=PHONE)
    for expected in ("bukan lagi operator", "akan tanpa operator"):
        desk.visit(f"/lembaga/{institution.pk}/")
        assert_fits(desk)
        desk.press("a[href$='/keluarkan/']")
        assert_fits(desk)
        desk.press("main form button[type=submit]")
        assert expected in desk.text()
    assert institution.memberships.count() == 1


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_staff_set_up_the_second_factor_and_log_in_with_it(person, settings, reviewer, viewport):
    settings.REQUIRE_STAFF_MFA = True
    someone = person(viewport=viewport).log_in(reviewer)
    someone.visit("/lembaga/")
    assert "/akun/reauthenticate/" in someone.page.url
    someone.page.fill("[name=password]", PASSWORD)
    someone.press(SUBMIT)
    assert_fits(someone)
    assert "Peran Anda memerlukan faktor kedua." in someone.text()
    assert someone.page.locator("img.qr").evaluate("image => image.naturalWidth") > 0
    secret = someone.page.input_value("#id_key")
    now = int(time.time()) // 30
    someone.page.fill("[name=code]", totp.format_hotp_value(totp.hotp_value(secret, now)))
    someone.press(SUBMIT)
    assert_fits(someone)
    codes = re.findall(r"\b\d{8}\b", someone.text())
    assert len(codes) == 10
    someone.visit("/lembaga/")
    assert someone.page.url.endswith("/lembaga/")

    second = person(viewport=viewport).log_in(reviewer)
    assert_fits(second)
    assert "Tulis kode dari ponsel Anda" in second.text()
    second.page.fill("[name=code]", code_of(secret))
    second.press(SUBMIT)
    assert second.page.url.endswith("/beranda/")

    third = person(viewport=viewport).log_in(reviewer)
    third.page.fill("[name=code]", codes[0])
    third.press(SUBMIT)
    assert third.page.url.endswith("/beranda/")
    for path in ("/akun/keamanan/", "/akun/keamanan/recovery-codes/generate/"):
        third.visit(path)
        assert_fits(third)


def test_admin_invites_and_takes_a_factor_away(person, reviewer):
    totp.TOTP.activate(reviewer, totp.generate_totp_secret())
    admin = person(NationalAdminFactory(password=PASSWORD), viewport=DESK)
    admin.visit(f"/admin/accounts/user/{reviewer.pk}/change/")
    admin.press("text=Lepas faktor kedua")
    admin.page.fill("[name=reason]", "Ponsel hilang.")
    admin.press("input[type=submit]")
    assert not Authenticator.objects.exists()
    admin.press("text=Buat tautan undangan")
    admin.press("input[type=submit]")
    assert "/undangan/" in admin.page.input_value("#id_link")
    admin.press("text=Selesai, kembali")
    assert f"/admin/accounts/user/{reviewer.pk}/" in admin.page.url
