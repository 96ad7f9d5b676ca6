"""Invitations: one link, one person, once, 14 days; and nothing of it in logs or caches (A38)."""

import json
import logging
from datetime import timedelta
from smtplib import SMTPException
from unittest import mock

import pytest
import time_machine
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blk_portal.accounts.models import INVITED_FOR, Invitation, InvitationRefused, digest_of
from blk_portal.accounts.roles import Role
from blk_portal.runtime.journal import without_rows
from tests.factories import NationalAdminFactory, OperatorFactory, UserFactory
from tests.reporting.concurrency import at_once

pytestmark = pytest.mark.django_db
PASSWORD = "kereta-pagi-ke-utara"
NEW = {"new_password1": PASSWORD, "new_password2": PASSWORD}


@pytest.fixture
def invited():
    """An operator, and the address of the link that the national administrator made."""
    operator = OperatorFactory(username="siti", name="Siti Maesaroh")
    _invitation, token = operator.invite(by=NationalAdminFactory())
    return operator, reverse("accounts:invitation", args=[token])


def is_entered(operator) -> bool:
    operator.refresh_from_db()
    return operator.check_password(PASSWORD)


def test_invited_operator_sets_a_password_and_logs_in_with_it(client, invited):
    operator, address = invited
    page = client.get(address)
    assert page.status_code == 200
    assert "Siti Maesaroh" in page.content.decode()
    assert "siti" in page.content.decode()
    answer = client.post(address, NEW)
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_login"))
    assert is_entered(operator)
    told = client.get(answer["Location"]).content.decode()
    assert "nama pengguna Anda siti" in told
    client.post(reverse("account_login"), {"login": "siti", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(operator.pk)


def test_reading_the_page_uses_nothing_up(client, invited, django_assert_num_queries):
    _operator, address = invited
    with django_assert_num_queries(1):
        client.get(address)
    assert Invitation.objects.open().count() == 1
    assert not client.cookies.get(settings.SESSION_COOKIE_NAME)


def test_link_works_once(client, invited):
    operator, address = invited
    client.post(address, NEW)
    again = Client().post(address, {"new_password1": "lain-sama-sekali", "new_password2": ""})
    assert again.status_code == 410
    assert "sudah digunakan" in again.content.decode()
    assert "sudah digunakan" in Client().get(address).content.decode()
    assert is_entered(operator)


@pytest.mark.parametrize(
    ("after", "status"), [(INVITED_FOR - timedelta(minutes=1), 200), (INVITED_FOR, 410)]
)
def test_link_expires_after_14_days(client, after, status):
    with time_machine.travel("2022-09-01 08:00+07:00", tick=False):
        operator = OperatorFactory()
        _invitation, token = operator.invite(by=None)
        start = timezone.now()
    address = reverse("accounts:invitation", args=[token])
    with time_machine.travel(start + after, tick=False):
        assert client.get(address).status_code == status
        client.post(address, NEW)
    assert is_entered(operator) == (status == 200)


def test_new_link_withdraws_the_one_before(client, invited):
    operator, address = invited
    _invitation, token = operator.invite(by=None)
    refused = client.post(address, NEW)
    assert refused.status_code == 410
    assert "tidak diperlukan lagi" in refused.content.decode()
    assert not is_entered(operator)
    assert client.post(reverse("accounts:invitation", args=[token]), NEW).status_code == 302


def test_link_is_worth_nothing_after_the_person_has_logged_in(client, invited):
    operator, address = invited
    operator.set_password("kata-sandi-lain-1")
    operator.save()
    client.post(reverse("account_login"), {"login": "siti", "password": "kata-sandi-lain-1"})
    assert Client().post(address, NEW).status_code == 410
    assert not is_entered(operator)


@pytest.mark.parametrize("name", ["x", "x" * 43, "..", "%00", "é"])
def test_unknown_link_says_what_to_do(client, name):
    page = client.get(f"/undangan/{name}/")
    assert page.status_code == 404


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"valid_until": timezone.localdate() - timedelta(days=1)}]
)
def test_link_of_a_shut_account_is_refused_and_stays_unused(client, invited, change):
    operator, address = invited
    type(operator).objects.filter(pk=operator.pk).update(**change)
    for answer in (client.get(address), client.post(address, NEW)):
        assert answer.status_code == 403
        assert "hubungi UPTP Anda" in answer.content.decode()
    assert Invitation.objects.get().used_at is None
    operator.refresh_from_db()
    with pytest.raises(InvitationRefused):
        operator.invite(by=None)


def test_somebody_else_who_is_logged_in_cannot_use_the_link(client, invited):
    operator, address = invited
    client.force_login(OperatorFactory(name="Orang lain"))
    for answer in (client.get(address), client.post(address, NEW)):
        assert answer.status_code == 409
        assert "Keluar dari akun Orang lain" in answer.content.decode()
        assert "Siti" not in answer.content.decode()
    assert not is_entered(operator)
    client.post(reverse("account_logout"))
    assert client.post(address, NEW).status_code == 302


def test_person_who_is_logged_in_may_use_the_own_link_and_every_session_ends(client, invited):
    operator, _address = invited
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.force_login(operator)
    _invitation, token = operator.invite(by=None)
    assert client.post(reverse("accounts:invitation", args=[token]), NEW).status_code == 302
    for browser in (client, elsewhere):
        assert browser.get(reverse("progress:home")).status_code == 302


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({}, "Wajib diisi"),
        ({"new_password1": "pendek", "new_password2": "pendek"}, "paling sedikit 12"),
        ({"new_password1": PASSWORD, "new_password2": "lain"}, "sama"),
        ({"new_password1": "siti.maesaroh", "new_password2": "siti.maesaroh"}, "terlalu mirip"),
    ],
)
def test_poor_password_is_refused_and_the_link_stays(client, invited, data, sentence):
    _operator, address = invited
    answer = client.post(address, data)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert Invitation.objects.open().exists()


def test_link_needs_the_token_of_its_form(invited):
    operator, address = invited
    assert Client(enforce_csrf_checks=True).post(address, NEW).status_code == 403
    assert not is_entered(operator)


def test_page_is_kept_by_no_cache_and_names_its_address_to_nobody(client, invited):
    _operator, address = invited
    for path in (address, "/undangan/salah/"):
        page = client.get(path)
        assert page["Cache-Control"] == "no-store"
        assert page["Referrer-Policy"] == "strict-origin"
    answer = client.post(address, NEW)
    assert answer["Cache-Control"] == "no-store"


def test_token_stands_in_no_row_and_no_log(client, invited, capfd):
    _operator, address = invited
    token = address.split("/")[2]
    console = next(h for h in logging.getLogger().handlers if type(h) is logging.StreamHandler)
    kept = repr(list(Invitation.objects.values()))
    assert token not in kept
    assert digest_of(token) in kept
    client.post(address, NEW)
    client.get(address)
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "%s: %s", ("Gone", address), None
    )
    assert token not in console.formatter.format(record)
    assert "/undangan/…/" in json.loads(console.formatter.format(record))["event"]
    assert token not in "".join(capfd.readouterr())


def test_log_keeps_other_addresses_whole():
    assert without_rows("Not Found: /lembaga/7/") == "Not Found: /lembaga/7/"
    keyed = without_rows("Forbidden: /akun/password/reset/key/1-abc-def/")
    assert keyed == "Forbidden: /akun/password/reset/key/…/"


def test_only_one_invitation_stands_for_a_person(invited):
    operator, _address = invited
    now = timezone.now()
    with pytest.raises(IntegrityError, match="invitation_one_standing"), transaction.atomic():
        operator.invitations.create(digest="x", made_at=now, expires_at=now + INVITED_FOR)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_send_the_same_link_at_once_one_is_refused():
    operator = OperatorFactory()
    invitation, _token = operator.invite(by=None)

    def accept(password):
        return lambda: Invitation.objects.get(pk=invitation.pk).accept(password=password)

    results = at_once(accept("kata-sandi-pertama"), accept("kata-sandi-kedua"))
    assert sorted(type(result).__name__ for result in results) == ["InvitationRefused", "NoneType"]
    winner = ["kata-sandi-pertama", "kata-sandi-kedua"][results.index(None)]
    operator.refresh_from_db()
    assert operator.check_password(winner)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_invite_at_once_the_last_link_works():
    operator = OperatorFactory()
    results = at_once(*[lambda: operator.invite(by=None)] * 2)
    assert all(isinstance(result, tuple) for result in results)
    assert Invitation.objects.open().count() == 1
    assert Invitation.objects.filter(withdrawn_at=None).count() == 1


# The national administrator


def test_admin_makes_a_link_for_anybody_and_sees_it_once(client):
    admin, person = NationalAdminFactory(), UserFactory(role=Role.LEADERSHIP, email="")
    client.force_login(admin)
    address = reverse("admin:accounts_user_invite", args=[person.pk])
    assert client.get(address).status_code == 200
    assert not Invitation.objects.exists()
    page = client.post(address)
    invitation = Invitation.objects.get()
    assert (invitation.user, invitation.made_by) == (person, admin)
    text = page.content.decode()
    assert "http://testserver/undangan/" in text
    assert "https://wa.me/?text=" in text
    assert "no-store" in page["Cache-Control"]
    assert LogEntry.objects.get().change_message == "Tautan undangan dibuat."
    assert "/undangan/" not in client.get(
        reverse("admin:accounts_user_change", args=[person.pk])
    ).content.decode().replace(address, "")  # fmt: skip


def test_admin_is_told_that_a_shut_account_cannot_be_invited(client):
    person = OperatorFactory(is_active=False)
    client.force_login(NationalAdminFactory())
    answer = client.post(reverse("admin:accounts_user_invite", args=[person.pk]), follow=True)
    assert "Akun ini tidak aktif" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_link_is_built_from_a_host_of_ours_only(client):
    person = OperatorFactory(email="")
    client.force_login(NationalAdminFactory())
    address = reverse("admin:accounts_user_invite", args=[person.pk])
    assert client.post(address, headers={"host": "evil.example"}).status_code == 400
    page = client.post(address, headers={"host": "localhost", "x-forwarded-host": "evil.example"})
    assert "http://localhost/undangan/" in page.content.decode()
    assert "evil" not in page.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", ["admin:accounts_user_invite", "admin:accounts_user_add"])
def test_link_is_mailed_where_there_is_an_address(client, page):
    client.force_login(NationalAdminFactory())
    if page.endswith("add"):
        address, data = reverse(page), {
            "username": "baru", "name": "Orang Baru", "email": "siti@example.test",
            "role": "operator", "usable_password": "false",
        }  # fmt: skip
    else:
        person = OperatorFactory(email="siti@example.test")
        address, data = reverse(page, args=[person.pk]), {}
    text = client.post(address, data).content.decode()
    assert "Terkirim lewat surel ke siti@example.test." in text
    [message] = mail.outbox
    assert message.to == ["siti@example.test"]
    link = next(line for line in message.body.splitlines() if "/undangan/" in line)
    assert link in text
    assert Client().get(link.removeprefix("http://testserver")).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [SMTPException("550 siti@example.test"), TimeoutError()])
def test_mail_that_fails_is_said_on_the_page_and_hinders_nothing(client, error, caplog):
    person = OperatorFactory(email="siti@example.test")
    client.force_login(NationalAdminFactory())
    with mock.patch("blk_portal.accounts.letters.send_mail", side_effect=error):
        page = client.post(reverse("admin:accounts_user_invite", args=[person.pk]))
    text = page.content.decode()
    assert page.status_code == 200
    assert "Surel ke siti@example.test tidak dapat dikirim." in text
    assert Invitation.objects.open().exists()
    assert "siti@example.test" not in caplog.text


def test_used_reset_link_is_worth_nothing(client):
    """The other link by which a password is set: allauth's, by mail."""
    operator = OperatorFactory(username="siti", password="kata-sandi-lama-1")
    client.post(reverse("account_reset_password"), {"email": operator.email})
    [message] = mail.outbox
    link = next(line for line in message.body.splitlines() if "/reset/key/" in line)
    path = link.removeprefix("http://testserver")
    form = client.get(path)["Location"]
    client.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    assert is_entered(operator)
    assert "tidak dapat dipakai lagi" in Client().get(path, follow=True).content.decode()
