"""Accounts, areas and memberships in the administration."""

import pytest
from django.urls import reverse

from blk_portal.accounts.models import Invitation, User
from blk_portal.accounts.roles import Role
from institutions.models import (
    AreaAssignment,
)
from tests.admin_pages import change, form_data
from tests.factories import (
    InstitutionFactory,
    NationalAdminFactory,
    ObserverFactory,
    OperatorFactory,
    RegencyFactory,
)

pytestmark = pytest.mark.django_db


def new_user(**changes) -> dict:
    return {
        "username": "baru", "name": "Orang Baru", "email": "baru@example.test",
        "role": "operator", "title": "", "usable_password": "false",
    } | changes  # fmt: skip


def test_admin_makes_an_account_without_password_or_with_a_good_one(client):
    client.force_login(NationalAdminFactory())
    address = reverse("admin:accounts_user_add")
    invited = client.post(address, new_user())
    assert invited.status_code == 200
    assert "/undangan/" in invited.content.decode()
    assert not User.objects.get(username="baru").has_usable_password()
    assert Invitation.objects.open().get().user.username == "baru"
    weak = {"usable_password": "true", "password1": "12345678", "password2": "12345678"}
    second = new_user(username="dua", email="dua@example.test")
    assert client.post(address, second | weak).status_code == 200
    good = "kereta-pagi-ke-utara"
    assert client.post(
        address, second | {"usable_password": "true", "password1": good, "password2": good}
    ).status_code == 302  # fmt: skip
    assert User.objects.get(username="dua").check_password(good)


def test_second_account_with_the_same_mail_is_refused(client):
    OperatorFactory(email="Baru@example.test")
    client.force_login(NationalAdminFactory())
    assert client.post(reverse("admin:accounts_user_add"), new_user()).status_code == 200
    assert not User.objects.filter(username="baru").exists()


def test_admin_cannot_take_the_own_role_or_login_away(client):
    user = NationalAdminFactory()
    client.force_login(user)
    data = form_data(client.get(change(user))) | {"role": "operator", "name": "Nama Baru"}
    data.pop("is_active", None)
    assert client.post(change(user), data).status_code == 302
    user.refresh_from_db()
    assert (user.name, user.role, user.is_active) == ("Nama Baru", Role.NATIONAL_ADMIN, True)
    address = reverse("admin:auth_user_password_change", args=[user.pk])
    assert client.get(address)["Location"] == reverse("account_change_password")


def test_admin_switches_another_account_off(client):
    other = OperatorFactory()
    client.force_login(NationalAdminFactory())
    data = form_data(client.get(change(other)))
    data.pop("is_active")
    assert client.post(change(other), data).status_code == 302
    other.refresh_from_db()
    assert not other.is_active


def test_admin_gives_an_area_and_exactly_one_at_a_time(client):
    observer, regency = ObserverFactory(), RegencyFactory()
    client.force_login(NationalAdminFactory())
    data = form_data(client.get(change(observer)))
    data |= {"area_assignments-TOTAL_FORMS": 1, "area_assignments-0-regency": regency.pk}
    both = data | {"area_assignments-0-province": regency.province_id}
    assert client.post(change(observer), both).status_code == 200
    assert client.post(change(observer), data).status_code == 302
    assert AreaAssignment.objects.get().regency == regency


def test_no_account_becomes_superuser(client):
    client.force_login(NationalAdminFactory())
    client.post(reverse("admin:accounts_user_add"), new_user(is_superuser="on"))
    assert not User.objects.filter(is_superuser=True).exists()


def test_area_or_membership_given_twice_at_once_is_refused(client):
    observer, operator, institution = ObserverFactory(), OperatorFactory(), InstitutionFactory()
    client.force_login(NationalAdminFactory())
    for user, prefix, name, value in (
        (observer, "area_assignments", "province", institution.regency.province_id),
        (operator, "memberships", "institution", institution.pk),
    ):
        data = form_data(client.get(change(user))) | {f"{prefix}-TOTAL_FORMS": 2}
        twice = data | {f"{prefix}-{row}-{name}": value for row in (0, 1)}
        assert client.post(change(user), twice).status_code == 200
        assert client.post(change(user), data | {f"{prefix}-0-{name}": value}).status_code == 302
        assert getattr(user, prefix).count() == 1
