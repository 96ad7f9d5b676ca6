"""The description of the interface: valid, complete, and readable without anything from outside."""

import re

import pytest
from django.test import Client
from drf_spectacular.validation import validate_schema

from blk_portal.rest.problems import PROBLEMS
from tests.api.asking import LISTS, ROOT, SYNCED, ask
from tests.factories import LeadershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema() -> dict:
    answer = ask(LeadershipFactory(), "schema/")
    assert answer["Content-Type"] == "application/json"
    return answer.json()


def test_the_schema_is_valid_openapi_3_1(schema):
    assert schema["openapi"].startswith("3.1")
    validate_schema(schema)


def test_the_schema_names_every_address(schema):
    paths = {path.removeprefix(ROOT).split("/")[0] for path in schema["paths"]}
    assert paths == {*LISTS, "progress", "certificates", "code-lists"}
    assert all(list(operations) == ["get"] for operations in schema["paths"].values())


def test_every_status_is_documented(schema):
    refusals = {str(int(problem.status)) for problem in PROBLEMS.values()}
    for path, operations in schema["paths"].items():
        expected = {"200"} | refusals - (set() if "{" in path else {"404"})
        is_synced = path.removeprefix(ROOT).split("/")[0] in SYNCED
        if "{" in path or not is_synced:
            expected.remove("410")
        if is_synced:
            expected.add("304")
        answers = operations["get"]["responses"]
        assert set(answers) == expected, path
        for status, answer in answers.items():
            assert answer["description"]
            if status == "304":
                assert "content" not in answer
                continue
            kinds = ["application/json"] if status == "200" else ["application/problem+json"]
            if status == "200" and "410" in expected:
                kinds.append("application/x-ndjson")
            assert list(answer["content"]) == kinds


def test_every_address_and_parameter_is_explained(schema):
    for path, operations in schema["paths"].items():
        operation = operations["get"]
        assert operation["summary"], path
        assert operation["description"], path
        for parameter in operation["parameters"]:
            assert parameter["in"] == "path" or parameter["description"], (path, parameter)


def test_no_docstring_of_ours_is_told(schema):
    assert not any("description" in part for part in schema["components"]["schemas"].values())


def test_the_schema_speaks_the_language_asked_for():
    user = LeadershipFactory()
    english = ask(user, "schema/", accept_language="en").json()
    indonesian = ask(user, "schema/").json()
    assert english["paths"].keys() == indonesian["paths"].keys()
    assert english["paths"][f"{ROOT}institutions/"]["get"]["summary"] == "Institutions"
    assert indonesian["paths"][f"{ROOT}institutions/"]["get"]["summary"] == "Lembaga"


def test_the_documentation_is_a_page_for_everybody_with_a_login(schema):
    client = Client()
    assert client.get(ROOT + "docs/").status_code == 302
    for user in (LeadershipFactory(), PartnerFactory()):
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
