"""The second factor: set up, asked for, used once, sealed at rest, taken away (A17)."""

import json
import re
import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.admin.models import LogEntry
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from blk_portal.accounts.models import User
from blk_portal.accounts.second_factor import has_second_factor
from tests.factories import (
    InstitutionFactory,
    NationalAdminFactory,
    OperatorFactory,
    TrainingReviewerFactory,
    user_of,
)
from tests.reporting.concurrency import at_once

pytestmark = pytest.mark.django_db
PASSWORD = "kata-sandi-contoh-1"
NOON = "2022-09-30 12:00:00+07:00"


@pytest.fixture(autouse=True)
def clock(settings):
    """Noon, standing still: a code is good for half a minute, and a machine may be slow."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def reviewer() -> User:
    return TrainingReviewerFactory(username="bambang", password=PASSWORD)


def code_of(secret: str, *, steps: int = 0) -> str:
    """The code an app shows now, or some half minutes from now."""
    step = int(time.time()) // 30 + steps
    return totp.format_hotp_value(totp.hotp_value(secret, step))


def with_factor(user: User) -> str:
    """Give the person a factor; returns its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(user, secret)
    return secret


def log_in(client: Client, user: User):
    return client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def give_code(client: Client, code: str):
    return client.post(reverse("mfa_authenticate"), {"code": code})


def confirm(client: Client) -> None:
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def field(text: str, name: str) -> str:
    [tag] = re.findall(rf'<input[^>]*name="{name}"[^>]*>', text)
    return re.search(r'value="([^"]*)"', tag)[1]


def key_on(text: str) -> str:
    return re.search(r'id="id_key"[^>]*>([A-Z2-7]+)<', text)[1]


def test_anybody_sets_up_a_second_factor_and_is_asked_for_it(client):
    operator = OperatorFactory(username="siti", password=PASSWORD)
    log_in(client, operator)
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    confirm(client)
    text = client.get(reverse("mfa_activate_totp")).content.decode()
    secret = key_on(text)
    assert "data:image/svg+xml;base64," in text
    assert f"otpauth://totp/{operator.email.replace('@', '%40')}" in text
    data = {"code": code_of(secret), "signed_secret": field(text, "signed_secret")}
    answer = client.post(reverse("mfa_activate_totp"), data, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("mfa_view_recovery_codes")
    assert len(re.findall(r'<li class="code">\d{8}</li>', answer.content.decode())) == 10

    browser = Client()
    assert log_in(browser, operator)["Location"] == reverse("mfa_authenticate")
    assert not is_in(browser)
    page = browser.get(reverse("mfa_authenticate")).content.decode()
    assert "Administrator nasional melepas faktor kedua" in page
    assert give_code(browser, code_of(secret, steps=1)).status_code == 302
    assert is_in(browser)


def test_set_up_page_writes_nothing_when_it_is_read(client, reviewer):
    log_in(client, reviewer)
    confirm(client)
    statements: list[str] = []

    def note(execute, sql, params, many, context):
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    assert not [sql for sql in statements if not sql.startswith(("SELECT", "SAVEPOINT", "RELEASE"))]
    assert key_on(page.content.decode()) not in repr(dict(client.session))


def test_wrong_code_keeps_the_key_and_sets_nothing_up(client, reviewer):
    log_in(client, reviewer)
    confirm(client)
    text = client.get(reverse("mfa_activate_totp")).content.decode()
    data = {"code": "000000", "signed_secret": field(text, "signed_secret")}
    page = client.post(reverse("mfa_activate_totp"), data).content.decode()
    assert "Kode tidak cocok." in page
    assert key_on(page) == key_on(text)
    assert not has_second_factor(reviewer)


@pytest.mark.parametrize("kind", ["mangled", "foreign", "old", "missing"])
def test_key_that_the_portal_did_not_just_make_for_this_person_is_refused(
    client, reviewer, clock, kind
):
    other = TrainingReviewerFactory(password=PASSWORD)
    log_in(client, other if kind == "foreign" else reviewer)
    confirm(client)
    text = client.get(reverse("mfa_activate_totp")).content.decode()
    signed = field(text, "signed_secret")
    if kind == "foreign":
        client = Client()
        log_in(client, reviewer)
    if kind == "old":
        clock.shift(3601)
    confirm(client)
    given = {"mangled": signed[:-1], "missing": ""}.get(kind, signed)
    data = {"code": code_of(key_on(text)), "signed_secret": given}
    page = client.post(reverse("mfa_activate_totp"), data).content.decode()
    assert "Halaman terlalu lama terbuka." in page
    assert key_on(page) != key_on(text)
    again = {"code": code_of(key_on(page)), "signed_secret": field(page, "signed_secret")}
    assert client.post(reverse("mfa_activate_totp"), again).status_code == 302
    assert has_second_factor(reviewer)


def test_secrets_are_sealed_in_the_database(client, reviewer):
    secret = with_factor(reviewer)
    log_in(client, reviewer)
    give_code(client, code_of(secret))
    confirm(client)
    client.post(reverse("mfa_generate_recovery_codes"))
    codes = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()
    kept = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not [code for code in codes if code in kept]
    for row in Authenticator.objects.all():
        assert len(row.data.get("secret") or row.data["seed"]) > 60


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_code_of_a_slow_or_fast_phone_is_taken_but_each_only_once(reviewer, clock, steps):
    secret = with_factor(reviewer)
    first, second = Client(), Client()
    for browser in (first, second):
        log_in(browser, reviewer)
    code = code_of(secret, steps=steps)
    give_code(first, code)
    assert is_in(first)
    # allauth forgets a used code after half a minute, or at once when the cache is away.
    cache.clear()
    clock.shift(30)
    assert "Kode tidak cocok." in give_code(second, code).content.decode()
    assert not is_in(second)
    give_code(second, code_of(secret, steps=steps))
    assert is_in(second)


@pytest.mark.parametrize("steps", [-3, -2, 2, 3])
def test_code_from_another_time_is_refused(client, reviewer, steps):
    secret = with_factor(reviewer)
    log_in(client, reviewer)
    give_code(client, code_of(secret, steps=steps))
    assert not is_in(client)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_give_the_same_code_at_once_one_comes_in(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    reviewer = TrainingReviewerFactory(password=PASSWORD)
    code = code_of(with_factor(reviewer))
    browsers = [Client(), Client()]
    for browser in browsers:
        log_in(browser, reviewer)
    at_once(*[lambda browser=browser: give_code(browser, code) for browser in browsers])
    assert [is_in(browser) for browser in browsers].count(True) == 1


def test_guessing_codes_is_stopped_for_the_account_and_not_for_the_address(client, reviewer):
    secret = with_factor(reviewer)
    log_in(client, reviewer)
    for _attempt in range(5):
        give_code(client, "000000")
    page = give_code(client, code_of(secret))
    assert "Terlalu banyak percobaan" in page.content.decode()
    assert not is_in(client)
    colleague = TrainingReviewerFactory(password=PASSWORD)
    other, browser = with_factor(colleague), Client()
    log_in(browser, colleague)
    give_code(browser, code_of(other))
    assert is_in(browser)


def test_code_on_paper_works_once(reviewer):
    with_factor(reviewer)
    browser = Client()
    browser.force_login(reviewer)
    confirm(browser)
    browser.post(reverse("mfa_generate_recovery_codes"))
    code = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[0]
    for is_first in (True, False):
        client = Client()
        log_in(client, reviewer)
        give_code(client, code)
        assert is_in(client) == is_first


@pytest.mark.parametrize("data", [{}, {"code": ""}, {"code": "\x00"}, {"credential": "x"}])
def test_code_page_survives_any_form(client, reviewer, data):
    with_factor(reviewer)
    log_in(client, reviewer)
    assert client.post(reverse("mfa_authenticate"), data).status_code == 200
    assert not is_in(client)


def test_person_takes_the_own_factor_away_only_with_the_password(client, reviewer):
    secret = with_factor(reviewer)
    log_in(client, reviewer)
    give_code(client, code_of(secret))
    address = reverse("mfa_deactivate_totp")
    assert client.post(address)["Location"].startswith(reverse("account_reauthenticate"))
    assert has_second_factor(reviewer)
    confirm(client)
    assert "Lepas faktor kedua?" in client.get(address).content.decode()
    client.post(address)
    assert not Authenticator.objects.exists()


# Demanded of staff

SOME_PAGES = (
    "progress:home", "progress:public", "institutions:institution-list", "admin:index", "api:docs",
    "account_change_password",
)  # fmt: skip


def test_staff_without_a_factor_reach_only_its_set_up(client, settings, reviewer):
    settings.REQUIRE_STAFF_MFA = True
    log_in(client, reviewer)
    for name in SOME_PAGES:
        assert client.get(reverse(name))["Location"] == reverse("mfa_activate_totp"), name
    assert client.post(reverse("institutions:institution-move", args=[1])).status_code == 302
    for name in ("mfa_index", "account_reauthenticate", "account_logout", "healthz"):
        assert client.get(reverse(name)).status_code == 200, name
    switched = client.post(reverse("progress:language"), {"language": "id", "next": "/panduan/"})
    assert switched["Location"] == "/panduan/"
    confirm(client)
    text = client.get(reverse("mfa_activate_totp")).content.decode()
    assert "Peran Anda memerlukan faktor kedua." in text
    assert "Lain kali" not in text
    data = {"code": code_of(key_on(text)), "signed_secret": field(text, "signed_secret")}
    client.post(reverse("mfa_activate_totp"), data)
    assert client.get(reverse("progress:home")).status_code == 200


def test_interface_answers_staff_without_a_factor_with_a_problem(client, settings, reviewer):
    settings.REQUIRE_STAFF_MFA = True
    client.force_login(reviewer)
    answer = client.get(reverse("api:institution-list"))
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    body = answer.json()
    assert body["type"].endswith("#not-allowed")
    assert "faktor kedua" in body["detail"]
    with_factor(reviewer)
    assert client.get(reverse("api:institution-list")).status_code == 200


@pytest.mark.parametrize("role", ["operator", "leadership", "observer", "auditor", "partner"])
def test_others_are_not_asked_for_a_factor(client, settings, role):
    settings.REQUIRE_STAFF_MFA = True
    client.force_login(user_of(role, InstitutionFactory()))
    answer = client.get(reverse("progress:dashboard"))
    assert answer.status_code == 200


def test_staff_are_not_asked_where_the_installation_does_not_demand_it(client, reviewer):
    client.force_login(reviewer)
    assert client.get(reverse("progress:home")).status_code == 200


# A lost phone


def test_admin_takes_the_factor_of_somebody_away_and_the_reason_is_kept(client, reviewer):
    with_factor(reviewer)
    admin = NationalAdminFactory()
    client.force_login(admin)
    change = reverse("admin:accounts_user_change", args=[reviewer.pk])
    assert "terpasang" in client.get(change).content.decode()
    address = reverse("admin:accounts_user_factor", args=[reviewer.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"reason": " "}).status_code == 400
    assert has_second_factor(reviewer)
    client.post(address, {"reason": "Ponsel hilang, dikenali lewat panggilan video."})
    assert not has_second_factor(reviewer)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id) == (admin, str(reviewer.pk))
    assert "dikenali lewat panggilan video" in entry.change_message
    assert log_in(Client(), reviewer)["Location"] == reverse("progress:home")


def test_secrets_of_factors_stand_in_no_list_of_the_administration(client, reviewer):
    client.force_login(NationalAdminFactory())
    assert client.get("/admin/mfa/authenticator/").status_code == 404
