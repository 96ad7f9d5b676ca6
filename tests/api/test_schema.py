"""The description of the interface: valid, complete, and readable without anything from outside."""

import json
import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator

from blk_portal.api import schema_in
from blk_portal.rest.changelog import Ending
from blk_portal.rest.meanings import FIELDS_OF
from blk_portal.rest.problems import PROBLEMS
from blk_portal.rest.readable import Line, subjects
from institutions.api import FieldViewSet
from tests.api.asking import LISTS, ROOT, SYNCED, ask
from tests.factories import LeadershipFactory, NationalAdminFactory, PartnerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema() -> dict:
    answer = ask(LeadershipFactory(), "schema/")
    assert answer["Content-Type"] == "application/json"
    return answer.json()


def test_what_may_be_null_is_said_as_openapi_3_1_says_it(schema):
    ids = schema["components"]["schemas"]["Cohort"]["properties"]["external_ids"]["properties"]
    assert {tuple(one["type"]) for one in ids.values()} == {("string", "null")}
    assert '"nullable"' not in json.dumps(schema)


def test_the_schema_is_valid_openapi_3_1(schema):
    assert schema["openapi"].startswith("3.1")
    validate_schema(schema)


def operations(schema: dict) -> list[tuple[str, str, dict]]:
    """Every address with each of its methods."""
    return [
        (path, method, operation)
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_schema_names_every_address(schema):
    paths = {path.removeprefix(ROOT).split("/")[0] for path in schema["paths"]}
    assert paths == {*LISTS, "progress", "certificates", "code-lists", "cohort-drafts"}
    writing = {(path, method) for path, method, _operation in operations(schema)
               if method != "get"}  # fmt: skip
    assert writing == {
        (f"{ROOT}cohort-drafts/", "post"), (f"{ROOT}cohort-drafts/{{id}}/", "patch"),
        (f"{ROOT}cohort-drafts/{{id}}/certification/", "patch"),
        (f"{ROOT}cohort-drafts/{{id}}/placement-3/", "patch"),
        (f"{ROOT}cohort-drafts/{{id}}/placement-6/", "patch"),
    }  # fmt: skip


def test_every_status_is_documented(schema):
    for path, method, operation in operations(schema):
        is_synced = path.removeprefix(ROOT).split("/")[0] in SYNCED
        refusals = {
            str(int(problem.status))
            for problem in PROBLEMS.values()
            if method != "get" or not problem.of_writing
        }
        expected = refusals - (set() if "{" in path else {"404"})
        if "{" in path or not is_synced:
            expected.remove("410")
        if is_synced:
            expected.add("304")
        answers = operation["responses"]
        successes = {status for status in answers if status < "300"}
        assert successes in ({"200"}, {"200", "201"}), path
        assert set(answers) - successes == expected, (path, method)
        for status, answer in answers.items():
            assert answer["description"]
            if status == "304":
                assert "content" not in answer
                continue
            kinds = ["application/json" if status < "300" else "application/problem+json"]
            if status == "200" and method == "get" and "410" in expected:
                kinds.append("application/x-ndjson")
            assert list(answer["content"]) == kinds


def test_every_body_has_an_example_that_fits_its_schema(schema):
    for path, method, operation in operations(schema):
        contents = [operation.get("requestBody", {}), *operation["responses"].values()]
        for content in (one for part in contents for one in part.get("content", {}).values()):
            whole = {"$ref": "#/schema", "schema": content["schema"], **schema}
            faults = [
                f"{'.'.join(map(str, fault.absolute_path))}: {fault.message}"
                for fault in Draft202012Validator(whole).iter_errors(content["example"])
            ]
            assert not faults, (path, method)
            assert content["example"], (path, method)


def test_every_address_and_parameter_is_explained(schema):
    for path, _method, operation in operations(schema):
        assert operation["summary"], path
        assert operation["description"], path
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], (path, parameter)


WORDS = re.compile(r"\w\w+")


def has_meaning(told: Line) -> bool:
    """Whether a field or a parameter is told in words, or by what its values mean."""
    return bool(WORDS.search(told.text)) or any(WORDS.search(words) for _v, words in told.values)


@pytest.mark.parametrize("language", ["id", "en"])
def test_no_field_and_no_parameter_is_without_a_meaning(language):
    with translation.override(language):
        described = subjects(schema_in(language))
    for subject in described:
        lines = [*subject.fields]
        for operation in subject.operations:
            lines += [*operation.parameters, *operation.sent]
        assert subject.fields, subject.name
        assert not [line.name for line in lines if not has_meaning(line)], subject.name


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [("", [], False), (" – ", [], False), ("", [("a", "")], False), ("Its code.", [], True),
     ("", [("a", "Adult")], True)],
)  # fmt: skip
def test_a_dash_is_no_meaning(text, values, expected):
    assert has_meaning(Line("x", "text", text, values)) is expected


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_meaning_has_a_field_that_it_tells(language):
    schema = schema_in(language)
    for name in FIELDS_OF:
        of, *places = name.split(".")
        part = schema["components"]["schemas"][of]
        for place in places:
            part = part["properties"][place]
        assert part["description"], name


def test_an_operation_says_who_may_ask_and_what_fits_in_its_parameters():
    with translation.override("en"):
        told = {subject.name: subject.operations[0] for subject in subjects(schema_in("en"))}
    assert told["institutions"].access == "Scope: institutions:read"
    assert told["provinces"].access == "For every partner's system, whatever its scopes."
    for name in ("candidates", "evidence"):
        assert told[name].access == "For people who are logged in, not for partners' systems."
    limits = {line.name: line.limits for line in told["institutions"].parameters}
    assert limits["jumlah"] == "1 to 100; 50 if it is left out"
    with translation.override("en"):
        (draft,) = (one for subject in subjects(schema_in("en")) for one in subject.operations
                    if (one.method, one.path) == ("POST", f"{ROOT}cohort-drafts/"))  # fmt: skip
    sent = {line.name: line.limits for line in draft.sent}
    assert sent["participants.name"] == "at most 150 signs"


def test_the_headers_of_answers_are_described(schema):
    listed = schema["paths"][f"{ROOT}institutions/"]["get"]["responses"]
    limits = {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"}
    assert listed["200"]["headers"].keys() == {*limits, "ETag", "Updated-Since"}
    assert listed["304"]["headers"].keys() == {*limits, "ETag"}
    assert listed["429"]["headers"].keys() == {*limits, "Retry-After"}
    assert "headers" not in listed["401"]
    written = schema["paths"][f"{ROOT}cohort-drafts/"]["post"]["responses"]
    told = {"ETag", "Location", "Idempotency-Replayed"}
    assert written["201"]["headers"].keys() == limits | told
    assert "Retry-After" in written["409"]["headers"]
    assert "Retry-After" in written["503"]["headers"]
    for _path, _method, operation in operations(schema):
        for answer in operation["responses"].values():
            for name, header in answer.get("headers", {}).items():
                known = schema["components"]["headers"][name] if "$ref" in header else header
                assert known["description"]
                assert not known.get("required")


def test_no_docstring_of_ours_is_told(schema):
    assert not any("description" in part for part in schema["components"]["schemas"].values())


def test_the_schema_speaks_the_language_asked_for():
    user = LeadershipFactory()
    english = ask(user, "schema/", accept_language="en").json()
    indonesian = ask(user, "schema/").json()
    assert english["paths"].keys() == indonesian["paths"].keys()
    assert english["paths"][f"{ROOT}institutions/"]["get"]["summary"] == "Institutions"
    assert indonesian["paths"][f"{ROOT}institutions/"]["get"]["summary"] == "Lembaga"


def test_the_schema_is_open_to_everybody(schema):
    answer = ask(None, "schema/")
    assert (answer.status_code, answer.json()) == (200, schema)
    assert "RateLimit-Limit" not in answer
    assert "RateLimit-Limit" in ask(LeadershipFactory(), "schema/")


def test_the_documentation_is_linked_where_people_look_for_it():
    link = f'href="{ROOT}docs/"'
    for user, name in ((None, "public"), (None, "guide"), (PartnerFactory(), "home"),
                       (NationalAdminFactory(), "home")):  # fmt: skip
        client = Client()
        if user is not None:
            client.force_login(user)
        body, _gap, foot = (
            client.get(reverse(f"progress:{name}"))
            .content.decode()
            .partition('<footer class="foot">')
        )
        assert link in foot
        assert name == "public" or link in body


def test_the_documentation_is_a_page_for_everybody(schema):
    client = Client()
    for user in (None, LeadershipFactory(), PartnerFactory()):
        if user is not None:
            client.force_login(user)
        answer = client.get(ROOT + "docs/")
        assert answer.status_code == 200
        text = answer.content.decode()
        for path in schema["paths"]:
            assert path in text
        for problem in PROBLEMS.values():
            assert f'id="{problem.code}"' in text
    assert client.post(ROOT + "docs/").status_code == 405


def test_the_documentation_needs_nothing_from_outside():
    client = Client()
    client.force_login(LeadershipFactory())
    text = client.get(ROOT + "docs/").content.decode()
    assert "<script" not in text
    assert " style=" not in text
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', text)
    anchors = set(re.findall(r'href="#([^"]+)"', text))
    assert anchors <= set(re.findall(r'id="([^"]+)"', text))


def test_an_address_that_goes_away_says_so_a_year_before(monkeypatch):
    ending = Ending(date(2026, 12, 1), date(2027, 12, 1))
    monkeypatch.setattr(FieldViewSet, "ending", ending)
    answer = ask(LeadershipFactory(), "fields/")
    assert answer["Deprecation"] == "@1796083200"
    assert answer["Sunset"] == "Wed, 01 Dec 2027 00:00:00 GMT"
    assert "Sunset" not in ask(LeadershipFactory(), "offices/")
    with pytest.raises(ValueError, match="12 months"):
        Ending(date(2026, 12, 2), date(2027, 12, 1))
