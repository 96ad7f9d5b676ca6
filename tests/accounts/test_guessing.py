"""Guessing passwords: stopped for the account that is guessed at, not for its neighbours (A17)."""

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.factories import OperatorFactory

pytestmark = pytest.mark.django_db
PASSWORD = "kata-sandi-contoh-1"


@pytest.fixture(autouse=True)
def _local_cache(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
    # Limits are a minute wide, and a slow machine needs longer for a hundred attempts.
    with time_machine.travel("2022-09-30 12:00:00+07:00", tick=False):
        yield


def log_in(login: str, password: str, *, address: str = "203.0.113.7") -> Client:
    client = Client(REMOTE_ADDR=address)
    client.post(reverse("account_login"), {"login": login, "password": password})
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_guessed_account_is_shut_for_every_address_and_its_neighbour_is_not():
    victim, neighbour = (OperatorFactory(password=PASSWORD) for _each in range(2))
    for _guess in range(5):
        log_in(victim.username, "salah")
    assert not is_in(log_in(victim.username, PASSWORD))
    assert not is_in(log_in(victim.username, PASSWORD, address="198.51.100.9"))
    assert is_in(log_in(neighbour.username, PASSWORD))


def test_institution_behind_one_address_stays_open_while_many_mistype():
    people = [OperatorFactory(password=PASSWORD) for _each in range(30)]
    for person in people:
        for _mistake in range(2):
            log_in(person.username, "salah")
    assert all(is_in(log_in(person.username, PASSWORD)) for person in people)


def test_one_address_that_tries_a_thousand_names_is_stopped():
    operator = OperatorFactory(password=PASSWORD)
    refusals = 0
    for number in range(120):
        client = Client(REMOTE_ADDR="203.0.113.7")
        page = client.post(reverse("account_login"), {"login": f"nama{number}", "password": "x"})
        refusals += "Terlalu banyak percobaan" in page.content.decode()
    assert refusals == 20
    assert is_in(log_in(operator.username, PASSWORD, address="198.51.100.9"))


def test_stranger_cannot_tell_whether_an_account_exists():
    operator = OperatorFactory(password=PASSWORD)
    texts = set()
    for login in (operator.username, "tidak-ada"):
        page = Client().post(reverse("account_login"), {"login": login, "password": "salah"})
        texts.add((page.status_code, page.content.decode().replace(login, "").split("csrf")[0]))
    assert len(texts) == 1
    answers = {
        Client().post(reverse("account_reset_password"), {"email": email})["Location"]
        for email in (operator.email, "tidak-ada@example.test")
    }
    assert answers == {reverse("account_reset_password_done")}
    assert len(mail.outbox) == 2
