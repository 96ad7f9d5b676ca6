"""What a browser is told, what stands in no address and no log, and who is not let in."""

import logging
import re
from unittest import mock
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.http import Http404
from django.test import Client, override_settings
from django.urls import reverse

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Role
from blk_portal.progress import views as progress_views
from blk_portal.reporting.refusals import Stale
from tests.access.world import PASSWORD, SETTINGS
from tests.factories import (
    CohortFactory,
    CohortReportFactory,
    ParticipantFactory,
    PendingRowFactory,
    user_of,
)

NIK, PHONE = "3204055705019777", "081377665544"
STRICT = {
    "default-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
EVIL = [
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example",
    "\\\\evil.example", "http:evil.example", "https:evil.example", "javascript:alert(1)",
    "JaVaScRiPt:alert(1)", "data:text/html,x", "/%09/evil.example", "\t//evil.example",
    " //evil.example", "https://localhost@evil.example/", "http://testserver.evil.example/",
    "//testserver@evil.example/", "https://evil.example\\@testserver/", "ftp://evil.example",
    "vbscript:x", "//evil%E3%80%82example", "////evil.example", "http:///evil.example",
    "/\t/evil.example", "//\u2044evil.example", "https://testserver:80@evil.example",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _demo_settings(db):
    with override_settings(**SETTINGS):
        yield


@pytest.fixture
def cohort():
    cohort = CohortFactory()
    ParticipantFactory(cohort=cohort, nik=NIK, phone=PHONE, sex="P")
    PendingRowFactory(
        cohort=cohort,
        cells={"name": "Baris", "nik": NIK, "phone": PHONE, "sex": "P", "birth_date": "31/02/2001"},
    )
    return cohort


def policy_of(response) -> dict[str, str]:
    parts = response["Content-Security-Policy"].split(";")
    return {name: sources for name, _space, sources in (p.strip().partition(" ") for p in parts)}


def assert_strict(response) -> None:
    policy = policy_of(response)
    assert STRICT.items() <= policy.items()
    assert not re.search(r"unsafe|http:|\*|blob:", response["Content-Security-Policy"])
    assert "data:" not in "".join(v for name, v in policy.items() if name != "img-src")
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"


def inline_code(text: str) -> list[str]:
    """What a strict policy would stop: inline scripts and styles, handlers, foreign resources."""
    return [
        *re.findall(r"<script(?![^>]*(?:src=|application/json))[^>]*>", text),
        *re.findall(r"<style[^>]*>", text),
        *re.findall(r"<[^>]+\s(?:style|on[a-z]+)=[\"']", text),
        *re.findall(r"(?:src|href)=[\"'](?:https?:)?//[^\"']+", text),
    ]


@pytest.mark.parametrize("name", ["progress:public", "account_login", "account_reset_password"])
def test_pages_for_strangers_are_strict(client, name):
    response = client.get(reverse(name))
    assert_strict(response)
    assert not inline_code(response.content.decode())


@pytest.mark.parametrize("role", Role.values)
def test_pages_of_every_role_are_strict(client, role, cohort):
    client.force_login(user_of(role, cohort.institution))
    for name in ("progress:home", "progress:dashboard", "institutions:institution-list"):
        response = client.get(reverse(name), follow=True)
        assert_strict(response)
        assert not inline_code(response.content.decode()), name


@pytest.mark.parametrize(
    "name",
    [
        "admin:index",
        "admin:institutions_institution_changelist",
        "admin:institutions_institution_add",
        "admin:accounts_user_add",
    ],
)
def test_administration_is_strict(client, name):
    client.force_login(user_of(Role.NATIONAL_ADMIN))
    response = client.get(reverse(name))
    assert response.status_code == 200
    assert_strict(response)
    assert not inline_code(response.content.decode())


def test_way_to_the_administration_is_strict(client):
    response = client.get(reverse("admin:login"), follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))
    assert_strict(response)


@pytest.mark.parametrize(
    ("status", "method", "path"),
    [
        (302, "get", "/beranda/"),
        (403, "get", "/laporan-masuk/"),
        (404, "get", "/tidak-ada/"),
        (404, "get", "/pelatihan/987654321/"),
        (405, "get", "/pelatihan/1/kirim/x"),
        (405, "post", "/capaian/"),
        (400, "get", "/lembaga/?sesudah=bukan-alamat"),
    ],
)
def test_refusals_are_strict(client, status, method, path):
    if status != 302:
        client.force_login(user_of(Role.OBSERVER))
    response = getattr(client, method)(path)
    assert response.status_code in (status, 404)
    assert_strict(response)


@pytest.mark.parametrize(
    ("error", "status"),
    [(RuntimeError("contoh"), 500), (Stale("contoh"), 409), (Http404(), 404)],
)
def test_failures_are_strict_and_say_nothing_of_the_inside(error, status):
    client = Client(raise_request_exception=False)
    with mock.patch.object(progress_views.figures, "years", side_effect=error):
        response = client.get(reverse("progress:public"))
    assert response.status_code == status
    assert_strict(response)
    text = response.content.decode()
    assert "Traceback" not in text
    assert "RuntimeError" not in text


def test_missing_token_is_answered_strictly():
    response = Client(enforce_csrf_checks=True).post(reverse("account_login"))
    assert response.status_code == 403
    assert_strict(response)


def test_too_large_body_is_answered_strictly(client):
    response = client.generic("POST", reverse("account_login"), b"x" * (12 * 1024 * 1024))
    assert response.status_code == 413
    assert_strict(response)


def test_stranger_gets_no_cookie_on_the_public_page(client):
    response = client.get(reverse("progress:public"))
    assert not response.cookies
    assert not Session.objects.exists()


def test_session_cookie_is_hidden_from_scripts_and_other_sites(client):
    User.objects.create_user("siti", "siti@example.test", PASSWORD, name="Siti", role=Role.OPERATOR)
    response = client.post(reverse("account_login"), {"login": "siti", "password": PASSWORD})
    cookie = response.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_session_gets_a_new_key_at_login_and_ends_at_logout(client):
    User.objects.create_user("siti", "siti@example.test", PASSWORD, name="Siti", role=Role.OPERATOR)
    client.get(reverse("account_login"))
    session = client.session
    session["milik"] = "penyerang"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    client.post(reverse("account_login"), {"login": "siti", "password": PASSWORD})
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert key != session.session_key
    client.post(reverse("account_logout"))
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    assert client.get(reverse("progress:home")).status_code == 302


@pytest.mark.parametrize("change", [{"is_active": False}, {"password": "md5$x$lain"}])
def test_open_session_ends_when_the_account_is_shut_or_its_password_changes(client, change):
    user = user_of(Role.OPERATOR)
    client.force_login(user)
    assert client.get(reverse("progress:home")).status_code == 200
    User.objects.filter(pk=user.pk).update(**change)
    response = client.get(reverse("progress:home"))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("next_url", EVIL)
def test_login_leads_nowhere_else(client, next_url):
    User.objects.create_user("siti", "siti@example.test", PASSWORD, name="Siti", role=Role.OPERATOR)
    login = {"login": "siti", "password": PASSWORD, "next": next_url}
    response = client.post(reverse("account_login"), login)
    assert_local(response)
    again = client.get(reverse("account_login"), {"next": next_url})
    assert_local(again)
    assert_local(client.post(reverse("account_logout"), {"next": next_url}))


def assert_local(response) -> None:
    if response.status_code != 302:
        return
    parts = urlsplit(response["Location"])
    assert (parts.scheme, parts.netloc) == ("", "")
    assert re.match(r"/(?![/\\\s])", response["Location"])


def test_login_leads_back_to_a_page_of_ours(client):
    User.objects.create_user("siti", "siti@example.test", PASSWORD, name="Siti", role=Role.OPERATOR)
    login = {"login": "siti", "password": PASSWORD, "next": "/pelatihan/"}
    assert client.post(reverse("account_login"), login)["Location"] == "/pelatihan/"


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_signs_up(client, method):
    person = {"username": "tamu", "email": "tamu@example.test", "password1": PASSWORD,
              "password2": PASSWORD, "name": "Tamu", "role": Role.NATIONAL_ADMIN}  # fmt: skip
    getattr(client, method)(reverse("account_signup"), person)
    assert not User.objects.filter(username="tamu").exists()


def test_foreign_host_is_refused(client):
    assert (
        client.get(reverse("progress:public"), headers={"host": "evil.example"}).status_code == 400
    )


def test_nik_is_shown_only_in_the_answer_to_a_post_and_is_not_cached(client, cohort):
    person = cohort.participants.get()
    client.force_login(user_of(Role.AREA_REVIEWER, cohort.institution))
    path = reverse("trainings:participant-nik", args=[person.pk])
    asked = client.get(path, {"reason": "Pemeriksaan"})
    answered = client.post(path, {"reason": "Pemeriksaan"})
    assert NIK not in asked.content.decode()
    assert NIK in answered.content.decode()
    for response in (asked, answered):
        assert "no-store" in response["Cache-Control"]
        assert NIK not in response.wsgi_request.get_full_path()


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AREA_REVIEWER, Role.NATIONAL_ADMIN])
def test_whole_way_of_a_roster_leaves_no_nik_behind(client, role, cohort, caplog, capfd):
    """Upload, mend, submit, review, reveal: nothing in logs, sessions, messages, or addresses."""
    caplog.set_level(logging.DEBUG)
    client.force_login(user_of(role, cohort.institution))
    pending = cohort.pending_rows.get()
    waiting = CohortReportFactory(cohort__institution=cohort.institution, submitted=True)
    person = cohort.participants.get()
    steps = [
        ("trainings:roster-mend", [cohort.pk], {f"{pending.pk}-birth_date": "17/05/2001"}),
        ("trainings:cohort-results", [cohort.pk], {f"result-{person.pk}": "lolos"}),
        ("trainings:report-submit", [cohort.pk], {"version": 0}),
        ("trainings:participant-remove", [cohort.pk, person.pk], {}),
        ("trainings:report-review", [waiting.pk], {"verb": "verify", "version": 9}),
    ]
    for name, args, data in steps:
        response = client.post(reverse(name, args=args), data)
        assert response.status_code < 500
        assert not has_canary(response.content.decode() + response.get("Location", ""))
        assert not has_canary(str(response.cookies))
    assert not has_canary(repr([s.get_decoded() for s in Session.objects.all()]))
    assert not has_canary(caplog.text)
    assert not has_canary("".join(capfd.readouterr()))


def has_canary(text: str) -> bool:
    return NIK in text or PHONE in text


def test_search_of_participants_does_not_take_a_nik(client, cohort):
    """A search by NIK would put it into addresses and logs; it is not a field one searches by."""
    client.force_login(user_of(Role.NATIONAL_ADMIN))
    response = client.get(reverse("admin:trainings_participant_changelist"), {"q": NIK})
    assert cohort.participants.get().name not in response.content.decode()


@pytest.mark.parametrize(
    "lookup",
    [
        {"nik_index__isnull": "0"},
        {"nik_sealed__contains": "x"},
        {"cohort__institution__office__regencies__name__startswith": "K"},
        {"password__startswith": "md5"},
    ],
)
def test_administration_refuses_filters_it_does_not_offer(client, cohort, lookup):
    client.force_login(user_of(Role.AREA_REVIEWER, cohort.institution))
    response = client.get(reverse("admin:trainings_participant_changelist"), lookup)
    assert response.status_code in (302, 400, 403)
    assert "e=1" in response.get("Location", "e=1")


@pytest.mark.parametrize(
    "path",
    [
        "/.git/config", "/.env", "/manage.py", "/debug", "/__debug__/", "/metrics",
        "/server-status", "/admin/doc/", "/phpinfo.php", "/static/../manage.py",
        "/var/state.json", "/api/schema/", "/schema", "/swagger.json", "/wp-login.php",
    ],
)  # fmt: skip
def test_nothing_internal_is_served(client, path):
    response = client.get(path)
    assert response.status_code in (302, 400, 404)
    if response.status_code == 302:
        assert response["Location"].startswith(("/akun/login/", "/admin/login/"))


def test_probes_say_nothing_of_the_inside(client):
    for path in ("/healthz", "/readyz"):
        text = client.get(path).content.decode()
        assert not re.search(r"postgres|redis|host=|Error|/tmp|[0-9]+\.[0-9]+\.[0-9]+", text)
