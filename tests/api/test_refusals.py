"""Refusals: the status, problem+json, the parameter at fault, and the language asked for."""

import base64
import json

import pytest
from django.core.cache import cache
from django.db.utils import OperationalError
from django.test import Client, override_settings

from institutions.api import InstitutionViewSet
from tests.api.asking import LISTS, ROOT, ask
from tests.factories import InstitutionFactory, NationalAdminFactory

pytestmark = pytest.mark.django_db

LOCAL_CACHE = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.fixture
def admin():
    return NationalAdminFactory()


def problem(answer, status: int, code: str) -> dict:
    """The body of a refusal, after checking that it is one of this kind."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert "no-store" in answer["Cache-Control"]
    body = answer.json()
    assert body["status"] == status
    assert body["type"] == f"/api/v1/docs/#{code}"
    assert body["title"]
    assert body["detail"]
    return body


@pytest.mark.parametrize("path", [*(f"{name}/" for name in LISTS), "unknown/", ""])
def test_a_stranger_is_asked_to_log_in(path):
    answer = ask(None, path)
    problem(answer, 401, "not-logged-in")
    bearer, session = answer["WWW-Authenticate"].split(", ")
    assert (bearer.split()[0], session.split()[0]) == ("Bearer", "Session")


@pytest.mark.parametrize("path", [f"{name}/" for name in LISTS])
def test_an_unknown_parameter_is_named(admin, path):
    for name in ("ordering", "page", "format", "field", "kode", "institution__name__startswith"):
        body = problem(ask(admin, path, {name: "x"}), 400, "unknown-parameter")
        assert list(body["errors"]) == [name]


@pytest.mark.parametrize("day", ["09/11/2021", "2021-02-31", "zzz"])
def test_a_day_is_asked_for_one_way(admin, day):
    answer = ask(admin, "institutions/", {"pada": day}, accept_language="en")
    text = "Write the day as year-month-day, for example 2022-08-31."
    assert problem(answer, 400, "invalid-value")["errors"] == {"pada": [text]}


def test_a_row_takes_no_parameter(admin):
    code = InstitutionFactory().code
    for known_to_the_list in ("kata", "jumlah", "sesudah"):
        answer = ask(admin, f"institutions/{code}/", {known_to_the_list: "1"})
        assert list(problem(answer, 400, "unknown-parameter")["errors"]) == [known_to_the_list]
    problem(ask(admin, "schema/", {"lang": "id"}), 400, "unknown-parameter")


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("institutions/", {"status": "finished"}),
        ("institutions/", {"provinsi": "09"}),
        ("institutions/", {"tahun": "soon"}),
        ("institutions/", {"tahun": "99999999999999999999"}),
        ("institutions/", {"kata": "x" * 101}),
        ("institutions/", {"kata": "a\x00b"}),
        ("institutions/", {"provinsi": "3\x00"}),
        ("institutions/", {"uptp": ""}),
        ("institutions/", {"kata": " "}),
        ("institutions/", {"tahun": ["2022", "2023"]}),
        ("cohorts/", {"dana": "loan"}),
        ("cohort-reports/", {"status": "late"}),
        ("incubators/", {"tahap": "all"}),
        ("targets/", {"indikator": "money"}),
        ("actuals/", {"wilayah": "world"}),
        ("actuals/", {"rincian": "name"}),
        ("regencies/", {"uptp": "none"}),
    ],
)
def test_a_value_that_cannot_be_used_is_named(admin, path, query):
    body = problem(ask(admin, path, query), 400, "invalid-value")
    assert list(body["errors"]) == list(query)
    assert all(isinstance(text, str) for texts in body["errors"].values() for text in texts)


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x", "é", "=", "a" * 5000, encoded("{}"), encoded("[]"), encoded("[1]"),
        encoded("[null,1]"),
        encoded('["a\\u0000b",1]'), encoded('["a","b"]'), encoded('["a",1e999]'),
        encoded('["a",NaN]'), encoded('["a",[1]]'), encoded('["a",{"x":1}]'), encoded("[" * 5000),
        encoded(json.dumps(["a", "9" * 5000])), encoded('["\\ud800",1]'),
    ],
)  # fmt: skip
def test_a_cursor_of_ones_own_making_is_refused(admin, cursor):
    InstitutionFactory()
    body = problem(ask(admin, "institutions/", {"sesudah": cursor}), 400, "invalid-value")
    assert list(body["errors"]) == ["sesudah"]


def test_a_cursor_beyond_every_row_answers_an_empty_page(admin):
    InstitutionFactory()
    answer = ask(admin, "institutions/", {"sesudah": encoded(json.dumps(["zzz", 10**30]))})
    assert answer.json() == {"results": [], "next": None, "statuses": {"proposed": 1}}


@pytest.mark.parametrize("path", ["institutions/", "cohorts/1/", "schema/"])
@pytest.mark.parametrize("is_known", [True, False])
def test_nothing_is_written(admin, path, is_known):
    client = Client(enforce_csrf_checks=True)
    if is_known:
        client.force_login(admin)
    for method in (client.post, client.put, client.patch, client.delete, client.trace):
        answer = method(ROOT + path, headers={"X-HTTP-Method-Override": "GET"})
        problem(answer, 405, "method-not-offered")
        assert answer["Allow"] == "GET, HEAD, OPTIONS"


def test_head_and_options_answer_without_a_body(admin):
    client = Client()
    client.force_login(admin)
    head = client.head(ROOT + "institutions/")
    assert (head.status_code, head.content) == (200, b"")
    options = client.options(ROOT + "institutions/")
    assert (options.status_code, options.content) == (204, b"")
    assert options["Allow"] == "GET, HEAD, OPTIONS"
    problem(Client().options(ROOT + "institutions/"), 401, "not-logged-in")


@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/html, */*;q=0.8"])
def test_json_is_what_everybody_gets(admin, accept):
    answer = ask(admin, "provinces/", accept=accept)
    assert answer["Content-Type"] == "application/json"


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "text/csv"])
def test_another_format_is_not_offered(admin, accept):
    problem(ask(admin, "provinces/", accept=accept), 406, "not-acceptable")


@pytest.mark.parametrize(
    "path",
    [
        "nothing/", "institutions", "institutions.json", "institutions/A B/", "cohorts/x/",
        "cohorts/99999999999999999/", "cohorts/9999999999999999999999/", "institutions/a%00b/",
        "programme-years/1999/", "actuals/1/", "participant/", "",
    ],
)  # fmt: skip
def test_an_address_without_anything_is_a_problem_too(admin, path):
    problem(ask(admin, path), 404, "not-found")


def test_refusals_speak_the_language_asked_for(admin):
    texts = {}
    for language in ("id", "en"):
        answer = ask(admin, "institutions/", {"xyz": "1"}, accept_language=language)
        assert answer["Content-Language"] == language
        assert "Accept-Language" in answer["Vary"]
        texts[language] = answer.json()
    assert texts["en"]["title"] == "Unknown parameter"
    assert texts["id"]["title"] != texts["en"]["title"]
    assert texts["id"]["detail"] != texts["en"]["detail"]
    assert ask(admin, "institutions/", {"xyz": "1"}).json() == texts["id"]
    german = ask(admin, "institutions/", {"xyz": "1"}, accept_language="de")
    assert german.json() == texts["id"]


def test_every_refusal_is_translated(admin):
    for user, path, query in (
        (None, "provinces/", {}),
        (admin, "nothing/", {}),
        (admin, "institutions/", {"status": "x"}),
        (admin, "institutions/", {"jumlah": "0"}),
        (admin, "institutions/", {"sesudah": "x"}),
        (admin, "institutions/", {"kata": " "}),
    ):
        indonesian = ask(user, path, query).json()
        english = ask(user, path, query, accept_language="en").json()
        for part in ("title", "detail", "errors"):
            assert part not in english or indonesian[part] != english[part], (path, query, part)


def test_a_language_does_not_stay_for_the_next_request(admin):
    client = Client()
    client.force_login(admin)
    client.get(ROOT + "provinces/", headers={"accept-language": "en"})
    assert b'lang="id"' in client.get("/capaian/").content


@override_settings(CACHES=LOCAL_CACHE, API_REQUESTS_PER_MINUTE=2)
def test_a_runaway_client_is_slowed_down_and_no_other(admin, time_machine_noon):
    cache.clear()
    assert [ask(admin, "provinces/").status_code for _n in range(2)] == [200, 200]
    answer = ask(admin, "provinces/")
    problem(answer, 429, "too-many-requests")
    assert answer["Retry-After"] == "50"
    assert ask(NationalAdminFactory(), "provinces/").status_code == 200
    time_machine_noon.shift(50)
    assert ask(admin, "provinces/").status_code == 200


@pytest.fixture
def time_machine_noon(time_machine):
    time_machine.move_to("2022-09-30T05:00:10Z", tick=False)
    return time_machine


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [(OperationalError("away"), 503, "busy"), (RuntimeError("secret"), 500, "server-error")],
)
def test_a_fault_tells_nothing_and_is_noted(admin, monkeypatch, caplog, error, status, code):
    def fail(view):
        raise error

    monkeypatch.setattr(InstitutionViewSet, "get_queryset", fail)
    answer = ask(admin, "institutions/")
    body = problem(answer, status, code)
    assert str(error) not in json.dumps(body)
    assert answer.get("Retry-After") == ("5" if status == 503 else None)
    assert ("RuntimeError: secret" in caplog.text) == (status == 500)
