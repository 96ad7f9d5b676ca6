"""An institution keeps one operator who can log in, by whatever way another would go."""

from datetime import date

import pytest
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.urls import reverse

from blk_portal.accounts.models import User
from institutions.models import Membership
from institutions.models.membership import LastOperator
from tests.admin_pages import change, changelist, form_data
from tests.factories import (
    AreaReviewerFactory,
    InstitutionFactory,
    NationalAdminFactory,
    OperatorFactory,
)
from tests.reporting.concurrency import at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]
PASSWORD = "kata-sandi-contoh-1"


@pytest.fixture
def institution():
    return InstitutionFactory(operational=True, name="BLKK Nurul Hikmah (contoh)")


@pytest.fixture
def last(institution):
    return OperatorFactory(institution=institution, password=PASSWORD)


@pytest.fixture
def admin(client):
    admin = NationalAdminFactory()
    client.force_login(admin)
    return admin


def joined_by(institution, **traits) -> User:
    return OperatorFactory(institution=institution, **({"password": PASSWORD} | traits))


NOT_ABLE = [
    {"password": None}, {"is_active": False}, {"valid_until": date(2022, 9, 30)},
]  # fmt: skip


@pytest.mark.parametrize("traits", [None, *NOT_ABLE])
def test_last_operator_stays_beside_those_who_cannot_log_in(institution, last, traits):
    if traits:
        joined_by(institution, **traits)
    with pytest.raises(LastOperator, match="Nurul Hikmah"):
        last.memberships.get().delete()
    with pytest.raises(LastOperator):
        last.memberships.all().delete()
    assert last.memberships.exists()


def test_one_of_two_goes_and_both_at_once_do_not(institution, last):
    joined_by(institution)
    with pytest.raises(LastOperator):
        institution.memberships.all().delete()
    assert institution.memberships.count() == 2
    last.memberships.get().delete()
    assert institution.memberships.count() == 1


@pytest.mark.parametrize("traits", NOT_ABLE)
def test_one_who_cannot_log_in_goes_even_alone(institution, traits):
    joined_by(institution, **traits).memberships.get().delete()
    assert not institution.memberships.exists()


def test_operators_of_other_institutions_do_not_count(institution, last):
    joined_by(InstitutionFactory())
    with pytest.raises(LastOperator):
        last.memberships.get().delete()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_remove_each_other_at_once_one_stays():
    for _round in range(5):
        institution = InstitutionFactory()
        members = [joined_by(institution).memberships.get() for _each in range(2)]
        results = at_once(*[member.delete for member in members])
        assert [type(result) for result in results].count(LastOperator) == 1
        assert institution.memberships.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_one_removed_and_one_shut_out_at_once_one_stays():
    institution = InstitutionFactory()
    first, second = joined_by(institution), joined_by(institution)

    def shut_out():
        with transaction.atomic():
            second.memberships.ensure_others_stay()
            User.objects.filter(pk=second.pk).update(is_active=False)

    results = at_once(first.memberships.get().delete, shut_out)
    assert [type(result) for result in results].count(LastOperator) == 1
    assert institution.memberships.able().count() == 1


# On the page of the institution


def test_reviewer_is_told_to_invite_the_successor_first(client, institution, last):
    client.force_login(AreaReviewerFactory(office=institution.office))
    member = last.memberships.get()
    address = reverse("institutions:operator-remove", args=[institution.pk, member.pk])
    page = client.post(address)
    assert page.status_code == 409
    assert "Undang penggantinya lebih dahulu" in page.content.decode()
    assert reverse("institutions:operator-invite", args=[institution.pk]) in page.content.decode()
    assert last.memberships.exists()
    assert not LogEntry.objects.exists()


# In the administration


@pytest.mark.parametrize(
    "data",
    [
        {"is_active": None},
        {"role": "leadership"},
        {"role": "auditor", "valid_until": "2099-12-31"},
        {"valid_until": "2022-09-30"},
    ],
    ids=str,
)
def test_admin_cannot_shut_the_last_operator_out(client, institution, last, admin, data):
    address = change(last)
    changed = {
        key: value
        for key, value in (form_data(client.get(address)) | data).items()
        if value is not None
    }
    page = client.post(address, changed)
    assert page.status_code == 200
    assert "Undang penggantinya lebih dahulu" in page.content.decode()
    last.refresh_from_db()
    assert (last.role, last.is_active, last.valid_until) == ("operator", True, None)
    joined_by(institution)
    assert client.post(address, changed).status_code == 302


def test_admin_may_correct_everything_else_of_the_last_operator(client, last, admin):
    data = form_data(client.get(change(last))) | {"name": "Nama Baru", "valid_until": "2099-12-31"}
    assert client.post(change(last), data).status_code == 302
    last.refresh_from_db()
    assert last.name == "Nama Baru"


def test_admin_cannot_take_the_last_operators_password_away(client, last, admin):
    address = reverse("admin:auth_user_password_change", args=[last.pk])
    page = client.post(address, {"usable_password": "false", "unset-password": "1"})
    assert "Akun tetap memiliki kata sandi." in page.content.decode()
    last.refresh_from_db()
    assert last.has_usable_password()


@pytest.mark.parametrize("side", ["user", "institution"])
def test_admin_cannot_delete_the_last_membership_in_a_form(client, institution, last, admin, side):
    address = change(last if side == "user" else institution)
    data = form_data(client.get(address)) | {"memberships-0-DELETE": "on"}
    page = client.post(address, data)
    assert page.status_code == 200
    assert "Undang penggantinya lebih dahulu" in page.content.decode()
    assert last.memberships.exists()
    joined_by(institution)
    data = form_data(client.get(address)) | {"memberships-0-DELETE": "on"}
    assert client.post(address, data).status_code == 302
    assert institution.memberships.count() == 1


def test_admin_cannot_delete_the_last_membership_by_its_own_page(client, institution, last, admin):
    member = last.memberships.get()
    address = reverse("admin:institutions_membership_delete", args=[member.pk])
    page = client.post(address, {"post": "yes"}, follow=True)
    assert "Undang penggantinya lebih dahulu" in page.content.decode()
    assert last.memberships.exists()
    assert not LogEntry.objects.exists()
    joined_by(institution)
    client.post(address, {"post": "yes"})
    assert not last.memberships.exists()


def test_admin_cannot_delete_all_memberships_in_bulk(client, institution, last, admin):
    members = [last.memberships.get(), joined_by(institution).memberships.get()]
    data = {"action": "delete_selected", "post": "yes"}
    chosen = {"_selected_action": [member.pk for member in members]}
    page = client.post(changelist(Membership), data | chosen, follow=True)
    assert "Undang penggantinya lebih dahulu" in page.content.decode()
    assert institution.memberships.count() == 2
    assert not LogEntry.objects.exists()
    client.post(changelist(Membership), data | {"_selected_action": [members[0].pk]})
    assert institution.memberships.count() == 1


def test_admin_cannot_move_a_membership_elsewhere(client, institution, last, admin):
    member, other = last.memberships.get(), InstitutionFactory()
    client.post(change(member), {"user": last.pk, "institution": other.pk})
    data = form_data(client.get(change(last))) | {"memberships-0-institution": other.pk}
    client.post(change(last), data)
    member.refresh_from_db()
    assert member.institution == institution
