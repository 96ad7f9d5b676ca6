"""How staff of an area keep the operators of an institution, on its page."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from blk_portal.accounts.models import Invitation, User
from blk_portal.accounts.roles import Role
from institutions.models import Membership
from institutions.models.membership import free_username
from tests.factories import (
    AreaReviewerFactory,
    InstitutionFactory,
    OperatorFactory,
    UserFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]
PASSWORD = "kereta-pagi-ke-utara"


@pytest.fixture
def institution():
    return InstitutionFactory(operational=True, name="BLKK Nurul Hikmah (contoh)")


@pytest.fixture
def reviewer(institution):
    return AreaReviewerFactory(office=institution.office)


def page_of(institution) -> str:
    return reverse("institutions:institution-detail", args=[institution.pk])


def invite(client, institution, **data):
    address = reverse("institutions:operator-invite", args=[institution.pk])
    return client.post(address, {"name": "Siti Maesaroh", "email": ""} | data)


def on_member(name: str, member: Membership) -> str:
    return reverse(f"institutions:operator-{name}", args=[member.institution_id, member.pk])


def link_in(response) -> str:
    return re.search(r'value="http://testserver(/undangan/[^"]+)"', response.content.decode())[1]


def test_reviewer_invites_an_operator_who_then_enters(client, institution, reviewer):
    client.force_login(reviewer)
    page = invite(client, institution, name="  Siti   Maesaroh ")
    operator = User.objects.get(name="Siti Maesaroh")
    assert (operator.role, operator.username) == (Role.OPERATOR, "siti.maesaroh")
    assert not operator.has_usable_password()
    assert operator.memberships.get().institution == institution
    assert Invitation.objects.get().made_by == reviewer
    assert "siti.maesaroh" in page.content.decode()
    assert "Diundang, tautan belum digunakan" in client.get(page_of(institution)).content.decode()
    data = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    browser = Client()
    browser.post(link_in(page), data)
    login = {"login": "siti.maesaroh", "password": PASSWORD}
    browser.post(reverse("account_login"), login)
    assert institution.name in browser.get(page_of(institution)).content.decode()
    assert "Terakhir masuk" in client.get(page_of(institution)).content.decode()
    assert LogEntry.objects.get().change_message == "Operator diundang: Siti Maesaroh"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"name": " "}, "Tulis nama operator."),
        ({"email": "bukan-alamat"}, "surel"),
        ({"email": "Ada@example.test"}, "administrator nasional menambahkan akun"),
        ({"name": "x" * 151}, "150"),
        ({"name": "a\x00b"}, "Siti"),
    ],
)
def test_faulty_form_is_refused_with_its_cure_and_keeps_what_was_typed(
    client, institution, reviewer, data, sentence
):
    OperatorFactory(email="ada@example.test")
    client.force_login(reviewer)
    page = invite(client, institution, **data)
    assert page.status_code == 400
    assert not Invitation.objects.exists()
    if sentence != "Siti":
        assert sentence in page.content.decode()
        assert next(iter(data.values())).strip() in page.content.decode()


def test_double_click_makes_one_operator(client, institution, reviewer):
    client.force_login(reviewer)
    invite(client, institution)
    again = invite(client, institution)
    assert again.status_code == 400
    assert "sudah menjadi operator di sini" in again.content.decode()
    assert institution.memberships.count() == 1


def test_user_names_are_made_of_names_and_stay_apart():
    assert free_username("Siti Maesaroh, S.Pd.") == "siti.maesaroh.spd"
    UserFactory(username="siti")
    UserFactory(username="siti2")
    assert free_username("Siti") == "siti3"
    assert free_username("सीता") == "operator"


def test_reviewer_makes_a_new_link_for_an_operator_who_lost_the_password(
    client, institution, reviewer
):
    operator = OperatorFactory(institution=institution, password="lama-sekali-1")
    client.force_login(reviewer)
    page = client.post(on_member("reissue", operator.memberships.get()))
    assert page.status_code == 200
    operator.refresh_from_db()
    assert operator.check_password("lama-sekali-1")
    assert Client().get(link_in(page)).status_code == 200


def test_link_of_a_shut_account_is_refused_in_words(client, institution, reviewer):
    operator = OperatorFactory(institution=institution, is_active=False)
    client.force_login(reviewer)
    answer = client.post(on_member("reissue", operator.memberships.get()), follow=True)
    assert "Akun ini tidak aktif" in answer.content.decode()
    assert not Invitation.objects.exists()


def test_staff_in_a_membership_get_no_link_from_the_area(client, institution, reviewer):
    """Otherwise a link for an operator would open an account with more rights."""
    other = UserFactory(role=Role.NATIONAL_ADMIN)
    member = Membership.objects.create(user=other, institution=institution)
    client.force_login(reviewer)
    client.post(on_member("reissue", member))
    assert not Invitation.objects.exists()


def test_reviewer_removes_an_operator_after_a_question(client, institution, reviewer):
    leaving, staying = (
        OperatorFactory(institution=institution, password=PASSWORD) for _each in range(2)
    )
    leaving.invite(by=reviewer)
    client.force_login(reviewer)
    address = on_member("remove", leaving.memberships.get())
    assert leaving.name in client.get(address).content.decode()
    assert leaving.memberships.exists()
    assert client.post(address)["Location"].startswith(page_of(institution))
    assert list(institution.memberships.values_list("user", flat=True)) == [staying.pk]
    assert not Invitation.objects.open().exists()
    leaving.refresh_from_db()
    assert leaving.is_active
    assert LogEntry.objects.get().change_message == f"Operator dikeluarkan: {leaving.name}"


def test_member_of_another_institution_is_not_found_under_this_one(client, institution, reviewer):
    operator = OperatorFactory(institution=InstitutionFactory(), password=PASSWORD)
    member = operator.memberships.get()
    client.force_login(reviewer)
    for name in ("reissue", "remove"):
        address = reverse(f"institutions:operator-{name}", args=[institution.pk, member.pk])
        assert client.post(address).status_code == 404
    assert operator.memberships.exists()


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.OBSERVER, Role.NATIONAL_INCUBATOR_REVIEWER])
def test_others_see_the_names_of_operators_and_nothing_to_press(client, institution, role):
    operator = OperatorFactory(institution=institution, name="Siti Maesaroh")
    user = operator if role == Role.OPERATOR else None
    if role == Role.OBSERVER:
        user = UserFactory(role=role)
        user.area_assignments.create(province=institution.regency.province)
    client.force_login(user or UserFactory(role=role))
    text = client.get(page_of(institution)).content.decode()
    assert "Siti Maesaroh" in text
    assert "/operator/" not in text


def test_page_asks_the_same_number_of_questions_for_one_operator_and_for_twenty(
    client, institution, reviewer, django_assert_max_num_queries
):
    for _each in range(20):
        OperatorFactory(institution=institution).invite(by=reviewer)
    client.force_login(reviewer)
    with django_assert_max_num_queries(12):
        client.get(page_of(institution))
