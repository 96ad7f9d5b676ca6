"""What a person meets at the door: logging in and out, a forgotten password, no sign-up."""

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Role
from blk_portal.progress.errors import failure_page, refusal_page

PASSWORD = "kata-sandi-contoh-1"


@pytest.fixture(autouse=True)
def _local_cache(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


@pytest.fixture
def operator(db) -> User:
    return User.objects.create_user(
        "siti", "siti@contoh.id", PASSWORD, name="Siti Maesaroh", role=Role.OPERATOR
    )


def log_in(client: Client, *, login: str, password: str):
    return client.post(reverse("account_login"), {"login": login, "password": password})


@pytest.mark.django_db
@pytest.mark.parametrize(("is_demo", "strips"), [(True, 1), (False, 0)])
def test_login_page_says_whether_data_are_samples(client, settings, is_demo, strips):
    settings.DEMO_MODE = is_demo
    page = client.get(reverse("account_login"))
    assert page.status_code == 200
    assert page.content.decode().count("DATA CONTOH.") == strips


@pytest.mark.django_db
def test_visitor_with_wrong_password_keeps_the_typed_name(client, operator):
    page = log_in(client, login="siti@contoh.id", password="salah-sekali")
    text = page.content.decode()
    assert page.status_code == 200
    assert 'role="alert"' in text
    assert "Surel, nama pengguna, atau kata sandi tidak cocok." in text
    assert 'value="siti@contoh.id"' in text
    assert "salah-sekali" not in text


@pytest.mark.django_db
def test_visitor_who_guesses_is_asked_to_wait(client, operator):
    for _attempt in range(5):
        log_in(client, login="siti", password="salah")
    page = log_in(client, login="siti", password=PASSWORD)
    assert "Tunggu lima menit, lalu coba lagi." in page.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("login", ["siti", "siti@contoh.id"])
def test_operator_logs_in_by_name_or_address(client, operator, login):
    answer = log_in(client, login=login, password=PASSWORD)
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(operator.pk)


def test_operator_logs_out_by_post_only(client, operator):
    client.force_login(operator)
    asked = client.get(reverse("account_logout"))
    assert "Keluar dari portal?" in asked.content.decode()
    assert "_auth_user_id" in client.session
    client.post(reverse("account_logout"))
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_visitor_cannot_sign_up(client, method):
    data = {
        "username": "tamu", "email": "tamu@contoh.id", "password1": PASSWORD, "password2": PASSWORD,
    }  # fmt: skip
    page = getattr(client, method)(reverse("account_signup"), data)
    assert "Akun tidak dibuat di halaman ini" in page.content.decode()
    assert not User.objects.exists()


def test_operator_with_forgotten_password_gets_a_link(client, operator):
    answer = client.post(reverse("account_reset_password"), {"email": operator.email}, follow=True)
    assert "Periksa surel Anda" in answer.content.decode()
    [message] = mail.outbox
    assert message.to == [operator.email]
    assert "Kata sandi baru untuk portal BLK Komunitas" in message.subject
    assert "Nama pengguna Anda: siti." in message.body


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_signup",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
    ],
)
@pytest.mark.django_db
def test_pages_at_the_door_stand_in_the_frame(client, name):
    text = client.get(reverse(name)).content.decode()
    assert_in_frame(text)


@pytest.mark.parametrize("name", ["account_change_password", "account_logout"])
def test_pages_of_the_account_stand_in_the_frame(client, operator, name):
    client.force_login(operator)
    text = client.get(reverse(name)).content.decode()
    assert_in_frame(text)
    assert "Siti Maesaroh" in text


def assert_in_frame(text: str) -> None:
    """One heading, our header, and nothing that a strict CSP would stop."""
    assert text.count("<h1") == 1
    assert 'class="masthead"' in text
    assert "style=" not in text
    assert "<script" not in text


@pytest.mark.django_db
def test_form_without_its_token_says_that_the_text_is_still_there():
    client = Client(enforce_csrf_checks=True)
    page = client.post(reverse("account_login"), {"login": "siti", "password": PASSWORD})
    assert page.status_code == 403
    assert "isian Anda masih ada" in page.content.decode()


@pytest.mark.parametrize("status", [500, 503])
def test_failure_page_needs_neither_database_nor_person(settings, status):
    settings.DEMO_MODE = True
    page = failure_page(status=status)
    assert page.status_code == status
    assert_in_frame(page.content.decode())
    assert "DATA CONTOH." in page.content.decode()


def test_refusal_page_says_what_happened_and_where_to_go_on(rf):
    page = refusal_page(
        rf.get("/"), status=409, message="Ratna <b> sudah memutus.", back_url="/laporan-masuk/7/"
    )
    text = page.content.decode()
    assert page.status_code == 409
    assert "Ratna &lt;b&gt; sudah memutus." in text
    assert 'href="/laporan-masuk/7/"' in text
