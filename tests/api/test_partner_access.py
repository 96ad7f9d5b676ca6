"""Partners' systems: their scopes, their area, and the end of their credentials."""

import json
from datetime import timedelta

import pytest
from django.test import Client

from blk_portal.accounts.models import PartnerClient
from blk_portal.accounts.scopes import Scope
from blk_portal.formats import today_in_jakarta
from institutions.models import Institution
from tests.api.asking import ROOT
from tests.factories import (
    CohortReportFactory,
    IncubatorFactory,
    InstitutionFactory,
    NationalAdminFactory,
    PartnerClientFactory,
    TargetFactory,
    partner_api_client,
    token_of,
)
from trainings.models import Cohort, Participant

pytestmark = pytest.mark.django_db

SCOPES_OF = {
    "institutions": Scope.INSTITUTIONS, "cohorts": Scope.COHORTS,
    "cohort-reports": Scope.REPORTS, "incubators": Scope.INCUBATORS, "tenants": Scope.TENANTS,
    "partners": Scope.PARTNERS, "targets": Scope.PROGRESS, "actuals": Scope.PROGRESS,
    "programmes": Scope.COHORTS,
}  # fmt: skip


def answer(client: Client, path: str, **query) -> tuple[int, str]:
    """The status and the kind of problem, empty where there is none."""
    found = client.get(ROOT + path, query)
    return found.status_code, found.json().get("type", "").rpartition("#")[2]


@pytest.mark.parametrize("path", SCOPES_OF)
def test_partner_reads_a_list_with_its_scope_and_not_without(path):
    scope = SCOPES_OF[path]
    others = [other for other in Scope.values if other not in (scope, Scope.IDENTITY)]
    assert answer(partner_api_client(scopes=[scope]), f"{path}/") == (200, "")
    assert answer(partner_api_client(scopes=others), f"{path}/") == (403, "missing-scope")


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_turns_a_reading_into_a_writing(header):
    cohort = CohortReportFactory(cohort__batch=1, people=1).cohort
    reading = [scope for scope in Scope.values if scope != Scope.DRAFTS]
    draft = f"{ROOT}cohort-drafts/{cohort.pk}/"
    readers, writer = (
        partner_api_client(scopes=reading),
        partner_api_client(area=cohort.institution.office),
    )

    def status(client: Client, method: str, path: str, claimed: str) -> int:
        sent = json.dumps({"plan": {"batch": 7}})
        headers = {
            header: claimed,
            "If-Match": "*",
            "Idempotency-Key": f"{method}-{claimed}-{path[-9:]}",
        }
        return client.generic(method, path, sent, "application/json", headers=headers).status_code

    for claimed in ("GET", "POST", "PATCH", "PUT", "DELETE"):
        for path in (f"{ROOT}cohorts/", f"{ROOT}cohorts/{cohort.pk}/"):
            assert status(readers, "GET", path, claimed) == 200
            assert status(readers, "POST", path, claimed) == 405
        for method in ("GET", "POST", "PATCH"):
            path = f"{ROOT}cohort-drafts/" if method == "POST" else draft
            assert status(readers, method, path, claimed) == 403
        # Not even where the scope is there: the method of the request is what is carried out.
        assert status(writer, "GET", draft, claimed) == 200
    assert Cohort.objects.get().batch == 1
    assert status(writer, "PATCH", draft, "GET") == 200
    assert Cohort.objects.get().batch == 7


def test_partner_without_any_scope_reads_reference_lists_only():
    client = partner_api_client(scopes=[])
    for path in ("provinces/", "regencies/", "offices/", "fields/", "programme-years/"):
        assert answer(client, path) == (200, "")
    assert answer(client, "schema/") == (200, "")
    assert answer(client, "nothing/") == (404, "not-found")
    assert answer(client, "regencies/%3F%5B%0A/") == (404, "not-found")


def test_partner_reads_neither_candidates_nor_evidence():
    client = partner_api_client()
    for path in ("candidates/", "evidence/"):
        assert answer(client, path) == (403, "not-allowed")


def test_partner_reads_the_rows_of_its_area_alone():
    here, there = InstitutionFactory(operational=True), InstitutionFactory(operational=True)
    for one in (here, there):
        CohortReportFactory(cohort__institution=one, people=1)
        IncubatorFactory(institution=one)
    TargetFactory(province=there.regency.province)
    areas = (here.regency.province, here.regency, here.office, here.foundation)
    for area in areas:
        client = partner_api_client(area=area)
        for path in ("cohorts/", "cohort-reports/", "incubators/"):
            rows = client.get(ROOT + path).json()["results"]
            assert [row["institution"] for row in rows] == [here.code], (area, path)
        assert answer(client, f"institutions/{here.code}/") == (200, "")
        assert answer(client, f"institutions/{there.code}/") == (404, "not-found")
        assert client.get(ROOT + "targets/").json()["results"] == []
    nation = partner_api_client()
    assert len(nation.get(ROOT + "institutions/").json()["results"]) == 2
    assert partner_api_client(area=None).get(ROOT + "institutions/").json()["results"] == []


def test_token_lends_what_it_names_and_the_client_still_has():
    CohortReportFactory(people=1)
    client = PartnerClientFactory(scopes=[Scope.COHORTS, Scope.PARTICIPANTS, Scope.IDENTITY])
    for scopes, cohorts, people in (
        (None, 1, 1), ([Scope.IDENTITY], 1, 1), ([Scope.PARTICIPANTS], 1, 0), ([], 0, 0),
        ([Scope.REPORTS], 0, 0),
    ):  # fmt: skip
        user = client.acting(scopes)
        assert Cohort.objects.visible_to(user).count() == cohorts, scopes
        assert Participant.objects.visible_to(user).count() == people, scopes
    token = token_of(client)
    PartnerClient.objects.filter(pk=client.pk).update(scopes=[Scope.PARTICIPANTS])
    asking = Client(headers={"Authorization": f"Bearer {token}"})
    assert answer(asking, "cohorts/") == (403, "missing-scope")


def test_service_account_has_no_rights_of_its_own():
    InstitutionFactory()
    client = PartnerClientFactory()
    assert not Institution.objects.visible_to(client.user.__class__.objects.get(pk=client.user.pk))
    assert not client.user.has_usable_password()


def _expired(client):
    PartnerClient.objects.filter(pk=client.pk).update(
        expires_on=today_in_jakarta() - timedelta(days=1)
    )


def _partner_gone(client):
    type(client.partner).objects.filter(pk=client.partner.pk).update(is_active=False)


def _account_off(client):
    type(client.user).objects.filter(pk=client.user.pk).update(is_active=False)


def _other_data(client):
    PartnerClient.objects.filter(pk=client.pk).update(is_test=not client.is_test)


ENDS = {
    "revoked": lambda client: client.revoke(by=NationalAdminFactory(), because="Bocor."),
    "renewed": lambda client: client.renew_secret(),
    "expired": _expired,
    "partner not active": _partner_gone,
    "account switched off": _account_off,
    "for other data": _other_data,
}


@pytest.mark.parametrize("end", ENDS)
def test_credentials_end_on_the_next_request(end):
    client = partner_api_client()
    assert answer(client, "institutions/") == (200, "")
    ENDS[end](client.credentials)
    assert answer(client, "institutions/") == (401, "invalid-token")
    refused = ask_token(client.credentials)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


def ask_token(client: PartnerClient, **sent: str):
    """What the token endpoint answers to the credentials in the body."""
    body = {
        "grant_type": "client_credentials", "client_id": client.client_id,
        "client_secret": client.secret,
    }  # fmt: skip
    return Client(raise_request_exception=False).post("/oauth/token/", body | sent)
