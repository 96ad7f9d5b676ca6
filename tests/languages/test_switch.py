"""Indonesian for everybody, English for those who choose it: by a form that works for strangers."""

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from blk_portal.accounts.roles import Role
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
COOKIE = settings.LANGUAGE_COOKIE_NAME


@pytest.fixture(autouse=True)
def _local_cache(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


def choose(client: Client, language: str, page: str = "", **headers):
    data = {"language": language, **({"next": page} if page else {})}
    return client.post(reverse("progress:language"), data, headers=headers)


def in_english(person=None) -> Client:
    client = Client()
    if person:
        client.force_login(person)
    choose(client, "en")
    return client


def test_stranger_with_an_english_browser_reads_indonesian(client):
    page = client.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"})
    text = page.content.decode()
    assert '<html lang="id">' in text
    assert "Capaian nasional" in text
    assert page["Content-Language"] == "id"
    assert "Cookie" in page["Vary"]


def test_stranger_chooses_english_without_a_script_and_comes_back_to_the_page():
    client = Client(enforce_csrf_checks=True)
    login = reverse("account_login")
    page = client.get(login).content.decode()
    assert '<button type="submit" name="language" value="en" lang="en">English</button>' in page
    assert '<span lang="id" aria-current="true">Bahasa Indonesia</span>' in page
    answer = choose(client, "en", login, Origin="http://testserver")
    assert (answer.status_code, answer["Location"]) == (302, login)
    cookie = answer.cookies[COOKIE]
    assert (cookie.value, cookie["samesite"], bool(cookie["httponly"])) == ("en", "Lax", True)
    assert cookie["max-age"] >= 300 * 24 * 3600
    english = client.get(login)
    text = english.content.decode()
    assert '<html lang="en">' in text
    assert "Forgotten your password?" in text
    assert '<button type="submit" name="language" value="id" lang="id">Bahasa Indonesia' in text
    assert english["Content-Language"] == "en"


@pytest.mark.parametrize(
    "origin", ["https://jahat.example", "null", "http://testserver.jahat.example"]
)
def test_page_of_another_site_cannot_change_the_language(client, origin):
    answer = choose(client, "en", Origin=origin)
    assert answer.status_code == 403
    assert COOKIE not in answer.cookies


@pytest.mark.parametrize("page", ["https://jahat.example/", "//jahat.example/", "javascript:x"])
def test_switch_never_leads_to_another_site(client, page):
    assert choose(client, "en", page)["Location"] == "/"


@pytest.mark.parametrize("value", ["de", "xx", "", "en-GB", "id'; --"])
def test_language_the_portal_does_not_have_is_indonesian(client, value):
    client.cookies[COOKIE] = value
    assert '<html lang="id">' in client.get("/").content.decode()


def test_reload_of_the_address_of_the_switch_is_no_dead_end(client):
    assert client.get(reverse("progress:language"))["Location"] == "/"


def test_page_after_a_form_offers_the_page_of_the_form():
    client = in_english()
    origin = "http://testserver/akun/login/?next=/beranda/"
    answer = client.post(reverse("account_login"), {}, headers={"Referer": origin})
    text = answer.content.decode()
    assert "This field is required." in text
    assert '<input type="hidden" name="next" value="/akun/login/?next=/beranda/">' in text


def test_everything_a_person_meets_follows_the_choice():
    person = UserFactory(role=Role.NATIONAL_ADMIN, email="siti@contoh.id")
    client = in_english(person)
    assert "This page was not found" in client.get("/tidak-ada/").content.decode()
    administration = client.get(reverse("admin:index")).content.decode()
    assert "Back to the portal" in administration
    assert 'value="id" lang="id">Bahasa Indonesia</button>' in administration
    stranger = in_english()
    stranger.post(reverse("account_reset_password"), {"email": person.email})
    assert "Somebody asked for a new password" in mail.outbox[0].body
    assert client.get("/").content.decode().count("Ministry of Manpower") >= 2


def test_program_asks_the_interface_in_its_own_language(client):
    refusal = client.get("/api/v1/institutions/", headers={"Accept-Language": "en"})
    assert refusal.json()["title"] == "Not logged in"
    assert refusal["Content-Language"] == "en"
    assert client.get("/api/v1/institutions/").json()["title"] == "Belum masuk"


def test_choice_of_one_person_is_not_that_of_the_next():
    in_english().get("/")
    assert '<html lang="id">' in Client().get("/").content.decode()
