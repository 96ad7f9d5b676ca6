"""How access ends: on the last day of an account, with its password, its role, its being shut."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from blk_portal.accounts import demo
from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Role
from tests.factories import (
    AuditorFactory,
    NationalAdminFactory,
    OperatorFactory,
    ProvinceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
PASSWORD = "kata-sandi-contoh-1"
LAST_DAY = date(2022, 9, 30)
LAST_MOMENT, ONE_LATER = "2022-09-30 23:59:59+07:00", "2022-10-01 00:00:00+07:00"


@pytest.fixture(autouse=True)
def _local_cache(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}


def log_in(client: Client, user: User):
    return client.post(reverse("account_login"), {"login": user.username, "password": PASSWORD})


def is_known(client: Client) -> bool:
    return client.get(reverse("institutions:institution-list")).status_code == 200


@pytest.mark.parametrize("factory", [AuditorFactory, OperatorFactory])
def test_account_works_on_its_last_day_and_not_on_the_next(client, factory):
    user = factory(valid_until=LAST_DAY, password=PASSWORD)
    with time_machine.travel(LAST_MOMENT, tick=False):
        log_in(client, user)
        assert is_known(client)
    with time_machine.travel(ONE_LATER, tick=False):
        assert not is_known(client)
        page = log_in(Client(), user)
    assert page.status_code == 403
    text = page.content.decode()
    assert "Penugasan sudah berakhir" in text
    assert "30 September 2022" in text
    assert "surat tugas baru" in text


def test_ended_account_with_a_wrong_password_learns_nothing(client):
    user = AuditorFactory(valid_until=LAST_DAY, password="lain-sama-sekali")
    with time_machine.travel(ONE_LATER, tick=False):
        page = log_in(client, user)
    assert page.status_code == 200
    assert "Penugasan" not in page.content.decode()
    assert "tidak cocok" in page.content.decode()


def test_ended_account_gets_no_session_at_all(client):
    user = AuditorFactory(valid_until=LAST_DAY, password=PASSWORD)
    with time_machine.travel(ONE_LATER, tick=False):
        log_in(client, user)
        assert "_auth_user_id" not in client.session


def test_auditor_without_an_end_is_refused_by_the_database_and_in_words():
    with pytest.raises(IntegrityError, match="user_auditor_has_an_end"), transaction.atomic():
        AuditorFactory(valid_until=None)
    auditor = User(username="a", name="A", role=Role.AUDITOR, password="x")
    with pytest.raises(ValidationError, match="surat tugas"):
        auditor.full_clean()


def test_admin_gives_an_auditor_the_last_day_of_the_letter(client):
    client.force_login(NationalAdminFactory())
    address = reverse("admin:accounts_user_add")
    data = {
        "username": "auditor", "name": "Gede Arya", "email": "", "role": "auditor",
        "usable_password": "false",
    }  # fmt: skip
    refused = client.post(address, data)
    assert refused.status_code == 200
    assert "memerlukan hari terakhir" in refused.content.decode()
    client.post(address, data | {"valid_until": "31/12/2099"})
    assert User.objects.get(username="auditor").valid_until == date(2099, 12, 31)


def test_auditor_reads_the_last_day_on_the_own_account(client):
    client.force_login(AuditorFactory(province=ProvinceFactory()))
    assert "31 Desember 2099" in client.get(reverse("mfa_index")).content.decode()


def test_demo_auditor_has_an_end():
    demo.add_missing_users()
    assert User.objects.get(role=Role.AUDITOR).valid_until == demo.AUDIT_ENDS


@pytest.mark.parametrize(
    "change",
    [{"role": Role.LEADERSHIP}, {"is_active": False}, {"password": "md5$x$lain"}],
    ids=lambda change: next(iter(change)),
)
def test_every_session_ends_when_role_login_or_password_change(change):
    user = UserFactory(role=Role.NATIONAL_TRAINING_REVIEWER)
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(user)
        assert is_known(browser)
    User.objects.filter(pk=user.pk).update(**change)
    assert not [browser for browser in browsers if is_known(browser)]


def test_change_of_the_name_ends_no_session(client):
    user = UserFactory(role=Role.LEADERSHIP)
    client.force_login(user)
    User.objects.filter(pk=user.pk).update(name="Nama Baru", title="Jabatan baru")
    assert is_known(client)


def test_own_change_of_password_logs_out_everywhere(client):
    user = UserFactory(role=Role.LEADERSHIP, password=PASSWORD)
    other = Client()
    for browser in (client, other):
        browser.force_login(user)
    fresh = "kereta-pagi-ke-utara"
    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": fresh, "password2": fresh},
    )
    assert not is_known(client)
    assert not is_known(other)
