"""Tokens of partners' systems: how they are had, and every way in which they are not."""

import base64
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.http import StreamingHttpResponse
from django.test import Client, override_settings
from django.utils import timezone
from oauth2_provider.models import AccessToken

from blk_portal.accounts.middleware import ClientRequestMiddleware
from blk_portal.accounts.models import ClientRequest, PartnerClient
from blk_portal.accounts.scopes import Scope
from blk_portal.accounts.tasks import sweep_clients
from blk_portal.privacy.models import AccessLog, note_reading
from tests.api.asking import ROOT
from tests.factories import InstitutionFactory, PartnerClientFactory, partner_api_client, token_of

pytestmark = pytest.mark.django_db
LOCAL_CACHE = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.fixture
def client() -> PartnerClient:
    return PartnerClientFactory(scopes=[Scope.INSTITUTIONS, Scope.PROGRESS])


def post(name: str, client: PartnerClient, secret: str = "", query: str = "", **body: str):
    """A POST with the credentials in the header, as the standard prefers it."""
    pair = base64.b64encode(f"{client.client_id}:{secret or client.secret}".encode()).decode()
    return Client(raise_request_exception=False).post(
        f"/oauth/{name}/{query}", body, headers={"Authorization": f"Basic {pair}"}
    )


def bearer(token: str) -> Client:
    return Client(raise_request_exception=False, headers={"Authorization": f"Bearer {token}"})


def test_system_gets_a_token_for_an_hour_and_reads_with_it(client):
    answer = post("token", client, grant_type="client_credentials")
    assert answer.status_code == 200
    told = answer.json()
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 3600)
    assert set(told["scope"].split()) == set(client.scopes)
    assert "refresh_token" not in told
    assert "no-store" in answer["Cache-Control"]
    asking = bearer(told["access_token"])
    assert asking.get(ROOT + "institutions/").status_code == 200
    with time_machine.travel(timezone.now() + timedelta(seconds=3601)):
        assert asking.get(ROOT + "institutions/").status_code == 401


def test_neither_secret_nor_token_is_kept(client):
    token = post("token", client, grant_type="client_credentials").json()["access_token"]
    stored = PartnerClient.objects.filter(pk=client.pk).values().get()
    row = AccessToken.objects.filter(application=client).values().get()
    assert client.secret not in str(stored)
    assert token not in str(row)


def test_system_asks_for_fewer_scopes_and_never_for_more(client):
    grant = {"grant_type": "client_credentials"}
    told = post("token", client, **grant, scope=Scope.PROGRESS).json()
    assert told["scope"] == Scope.PROGRESS
    refused = post("token", client, **grant, scope=f"{Scope.PROGRESS} {Scope.COHORTS}")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")


@pytest.mark.parametrize(
    "grant",
    [
        "password", "authorization_code", "refresh_token", "implicit", "",
        "urn:ietf:params:oauth:grant-type:device_code",
    ],
)  # fmt: skip
def test_there_is_no_other_way_in(client, grant):
    answer = post("token", client, grant_type=grant, username="x", password="y", code="z")
    assert answer.status_code == 400
    assert not AccessToken.objects.exists()


def test_wrong_credentials_and_credentials_in_an_address_get_nothing(client):
    grant = {"grant_type": "client_credentials"}
    for secret in (client.secret[:-1], client.secret + "x", "x"):
        assert post("token", client, secret, **grant).status_code == 401
    query = f"?client_id={client.client_id}&client_secret={client.secret}&grant_type=%zz"
    for name in ("token", "revoke", "introspect"):
        assert post(name, client, query=query, **grant).status_code == 400
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize(
    "scheme", ["Bearer {}x", "Bearer", "Bearer  ", "Basic {}", "Token {}", "é"]
)
def test_header_that_names_no_good_token_is_refused(client, scheme):
    answer = Client().get(
        ROOT + "provinces/", headers={"Authorization": scheme.format(token_of(client))}
    )
    assert (answer.status_code, answer.json()["type"][-13:]) == (401, "invalid-token")
    assert answer["WWW-Authenticate"] == 'Bearer realm="BLK Komunitas", error="invalid_token"'


def test_token_in_an_address_or_a_body_is_not_looked_at(client):
    token = token_of(client)
    asked = Client().get(ROOT + "institutions/", {"access_token": token})
    assert asked.status_code == 401
    assert AccessToken.objects.count() == 1


def test_system_looks_up_and_gives_back_its_own_tokens_only(client):
    other = PartnerClientFactory()
    own, foreign = token_of(client), token_of(other)
    told = post("introspect", client, token=own).json()
    assert (told["active"], told["client_id"]) == (True, client.client_id)
    for token in (foreign, token_of(client, hours=-1), "x", ""):
        assert post("introspect", client, token=token).json() == {"active": False}
    assert post("introspect", client, "x", token=own).status_code == 401
    for token in (own, foreign):
        assert post("revoke", client, token=token).status_code == 200
    assert bearer(own).get(ROOT + "provinces/").status_code == 401
    assert bearer(foreign).get(ROOT + "provinces/").status_code == 200


@override_settings(CACHES=LOCAL_CACHE)
def test_who_guesses_a_secret_is_stopped_for_that_client(client):
    others = PartnerClientFactory()
    grant = {"grant_type": "client_credentials"}
    answers = [post("token", client, "x", **grant).status_code for _ in range(31)]
    assert answers == [401] * 30 + [429]
    assert post("token", others, **grant).status_code == 200


@override_settings(CACHES=LOCAL_CACHE, API_REQUESTS_PER_MINUTE=3)
def test_each_client_has_its_own_limit_and_is_told_what_is_left():
    with time_machine.travel("2026-03-02T10:00:15+07:00", tick=False):
        one, more = partner_api_client(), partner_api_client(requests_per_minute=9)
        answers = [one.get(ROOT + "provinces/") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        left = [answer["RateLimit-Remaining"] for answer in answers]
        assert left == ["2", "1", "0", "0"]
        last = answers[-1]
        assert (last["RateLimit-Limit"], last["RateLimit-Reset"]) == ("3", "45")
        assert last["Retry-After"] == "45"
        assert more.get(ROOT + "provinces/")["RateLimit-Limit"] == "9"


def test_system_asks_from_its_networks_only(client, settings):
    grant = {"grant_type": "client_credentials"}
    token = post("token", client, **grant).json()["access_token"]
    PartnerClient.objects.update(networks=["203.0.113.0/24", "127.0.0.1"])
    assert post("token", client, **grant).status_code == 200
    assert bearer(token).get(ROOT + "institutions/").status_code == 200
    PartnerClient.objects.update(networks=["203.0.113.0/24"])
    for answer in (post("token", client, **grant), post("introspect", client, token=token),
                   bearer(token).get(ROOT + "institutions/")):  # fmt: skip
        assert answer.status_code == 403
        assert answer["Content-Type"] == "application/problem+json"
        assert answer.json()["type"] == "/api/v1/docs/#wrong-network"
    assert post("token", client, secret="salah", **grant).status_code == 401
    assert ClientRequest.objects.first().status == 403
    # What the caller writes itself is believed by nobody; what the proxy writes, is.
    forged = {"x-forwarded-for": "203.0.113.9"}
    asking = bearer(token)
    assert asking.get(ROOT + "institutions/", headers=forged).status_code == 403
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert asking.get(ROOT + "institutions/", headers=forged).status_code == 200
    forged = {"x-forwarded-for": "203.0.113.9, 198.51.100.7"}
    assert asking.get(ROOT + "institutions/", headers=forged).status_code == 403


@pytest.mark.parametrize("wrong", ["203.0.113.0/33", "203.0.113.7/24", "example.org", "1"])
def test_staff_names_networks_that_are_some(client, wrong):
    client.networks = ["203.0.113.0/24", "2001:db8::/32", wrong]
    with pytest.raises(ValidationError) as refusal:
        client.full_clean()
    assert list(refusal.value.message_dict) == ["networks"]


def test_use_is_noted_at_most_once_a_minute():
    asking = partner_api_client()
    seen = []
    for seconds in (0, 30, 90):
        with time_machine.travel(timezone.now() + timedelta(seconds=seconds), tick=False):
            asking.get(ROOT + "provinces/")
        seen.append(PartnerClient.objects.get().last_used_at)
    assert seen[0] is not None
    assert seen[0] == seen[1] < seen[2]


def test_each_request_is_noted_without_saying_about_whom():
    asking, institution = partner_api_client(scopes=[Scope.INSTITUTIONS]), InstitutionFactory()
    answer = asking.get(f"{ROOT}institutions/{institution.code}/")
    asking.get(f"{ROOT}cohorts/1/?kata=rahasia")
    latest, first = ClientRequest.objects.all()
    assert (first.client, first.method, first.status) == (asking.credentials, "GET", 200)
    assert (first.route, first.sent_bytes) == ("api:institution-detail", len(answer.content))
    assert (latest.route, latest.status) == ("api:cohort-detail", 403)
    assert Client().get(ROOT + "provinces/").status_code == 401
    assert ClientRequest.objects.count() == 2
    packed = asking.get(f"{ROOT}institutions/", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert ClientRequest.objects.first().sent_bytes == len(packed.content)


def test_streamed_answer_is_noted_when_it_has_ended(rf, client):
    request = rf.get(ROOT + "x/")
    request.resolver_match, request.partner_client = None, client
    stream = StreamingHttpResponse(iter([b"abc", b"de"]))
    answer = ClientRequestMiddleware(lambda _request: stream)(request)
    assert not ClientRequest.objects.exists()
    assert b"".join(answer) == b"abcde"
    assert ClientRequest.objects.get().sent_bytes == 5


def test_old_lines_and_ended_tokens_are_swept(client, settings):
    kept = token_of(client)
    token_of(client, hours=-1)
    for _ in range(2):
        ClientRequest.objects.create(
            client=client, method="GET", route="x", status=200, milliseconds=1, sent_bytes=1
        )
    old = timezone.now() - timedelta(days=settings.CLIENT_LOG_DAYS + 1)
    ClientRequest.objects.filter(pk=ClientRequest.objects.last().pk).update(at=old)
    sweep_clients()
    assert ClientRequest.objects.count() == 1
    assert AccessToken.objects.count() == 1
    assert bearer(kept).get(ROOT + "provinces/").status_code == 200


def test_reading_of_names_is_noted_with_the_purpose(client):
    everything = PartnerClientFactory(purpose="Mencocokkan lulusan contoh.")
    note_reading(everything.acting(), "trainings.cohort:1")
    note_reading(client.acting(), "trainings.cohort:2")
    row = AccessLog.objects.get()
    assert (row.user, row.reason) == (everything.user, "Mencocokkan lulusan contoh.")


def test_test_client_is_issued_where_the_data_are_synthetic_and_works_there_only(settings, capsys):
    settings.DEMO_MODE = False
    with pytest.raises(CommandError):
        call_command("test_client")
    settings.DEMO_MODE = True
    with pytest.raises(CommandError):
        call_command("test_client", "everything:read")
    call_command("test_client", Scope.PROGRESS)
    told = dict(line.split("=", 1) for line in capsys.readouterr().out.split())
    client = PartnerClient.objects.get(client_id=told["CLIENT_ID"])
    client.secret = told["CLIENT_SECRET"]
    token = post("token", client, grant_type="client_credentials").json()["access_token"]
    answer = bearer(token).get(ROOT + "targets/")
    assert (answer.status_code, answer["X-Data-Set"]) == (200, "synthetic")
    settings.DEMO_MODE = False
    assert bearer(token).get(ROOT + "targets/").status_code == 401
    assert post("token", client, grant_type="client_credentials").status_code == 401
