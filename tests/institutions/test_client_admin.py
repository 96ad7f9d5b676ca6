"""How the national administration issues, changes, renews and revokes a partner's credentials."""

from datetime import timedelta

import pytest
from django.urls import reverse

from blk_portal.accounts.models import InvitationRefused, PartnerClient
from blk_portal.accounts.scopes import Scope
from blk_portal.formats import today_in_jakarta
from institutions.models import Institution
from tests.factories import (
    InstitutionFactory,
    NationalAdminFactory,
    PartnerBodyFactory,
    PartnerClientFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]
ADD = reverse("admin:accounts_partnerclient_add")


@pytest.fixture
def admin(client):
    user = NationalAdminFactory()
    client.force_login(user)
    return user


def filled(**changes) -> dict:
    """What the form is sent; the areas by name."""
    return {
        "partner": PartnerBodyFactory().pk, "name": "Sistem contoh", "purpose": "Uji contoh.",
        "scopes": [Scope.INSTITUTIONS, Scope.PROGRESS],
        "expires_on": today_in_jakarta() + timedelta(days=365), "requests_per_minute": "",
    } | changes  # fmt: skip


def page(name: str, client: PartnerClient) -> str:
    return reverse(f"admin:accounts_partnerclient_{name}", args=[client.pk])


def test_admin_issues_a_client_and_sees_its_secret_once(client, admin):
    here, there = InstitutionFactory(), InstitutionFactory()
    areas = {"province": [here.regency.province.pk], "foundation": [there.foundation.pk]}
    answer = client.post(ADD, filled(**areas))
    assert answer.status_code == 200, answer.context["errors"]
    assert "no-store" in answer["Cache-Control"]
    made, secret = PartnerClient.objects.get(), answer.context["secret"]
    assert secret in answer.content.decode()
    assert made._client_secret_is_hashed(made.client_secret)
    assert (made.issued_by, made.user.role, made.state) == (admin, "partner", made.state)
    assert set(Institution.objects.visible_to(made.acting())) == {here, there}
    for later in (page("change", made), reverse("admin:accounts_partnerclient_changelist")):
        text = client.get(later).content.decode()
        assert secret not in text
        assert made.client_secret not in text


def test_admin_changes_areas_and_scopes(client, admin):
    here, there = InstitutionFactory(), InstitutionFactory()
    made = PartnerClientFactory(area=here.regency)
    sent = filled(scopes=[Scope.COHORTS], office=[there.office.pk])
    assert client.post(page("change", made), sent).status_code == 302
    made = PartnerClient.objects.get(pk=made.pk)
    assert made.scopes == [Scope.COHORTS]
    assert list(Institution.objects.visible_to(made.acting())) == [there]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "is_national"),
        ({"scopes": [Scope.IDENTITY], "is_national": "on"}, None),
        ({"scopes": ["everything:read"], "is_national": "on"}, "scopes"),
        ({"expires_on": today_in_jakarta() + timedelta(days=1000), "is_national": "on"},
         "expires_on"),
        ({"expires_on": today_in_jakarta() - timedelta(days=1), "is_national": "on"}, "expires_on"),
        ({"networks": "203.0.113.0/24,anu", "is_national": "on"}, "networks"),
    ],
)  # fmt: skip
def test_credentials_that_say_too_little_or_too_much_are_refused(client, admin, changes, field):
    answer = client.post(ADD, filled(**changes))
    form = answer.context["adminform"].form
    assert form.errors if field is None else form.errors[field]
    assert field != "networks" or "“anu” bukan alamat" in form.errors[field][0]
    assert not PartnerClient.objects.exists()


def test_admin_makes_a_new_secret(client, admin):
    made = PartnerClientFactory()
    answer = client.post(page("secret", made))
    assert answer.context["secret"] != made.secret
    assert answer.context["secret"] in answer.content.decode()
    assert PartnerClient.objects.get().client_secret != made.client_secret


def test_admin_revokes_with_a_reason_and_the_client_stays_to_be_read(client, admin):
    made = PartnerClientFactory(area=InstitutionFactory().office)
    assert client.post(page("revoke", made)).status_code == 400
    assert client.post(page("revoke", made), {"reason": "Rahasia bocor."}).status_code == 302
    made = PartnerClient.objects.get()
    assert (made.revoked_by, made.revoked_because) == (admin, "Rahasia bocor.")
    text = client.get(page("change", made)).content.decode()
    assert "Rahasia bocor." in text
    assert made.user.area_assignments.get().office.name in text
    for name in ("secret", "revoke"):
        assert client.get(page(name, made)).status_code == 404


def test_service_account_gets_no_invitation(admin):
    made = PartnerClientFactory()
    with pytest.raises(InvitationRefused):
        made.user.invite(by=admin)
