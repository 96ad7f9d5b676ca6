"""The rows of a draft: each fault with its place and cure, who waits, and who is refused."""

import pytest

from tests.api.asking import client_of
from tests.api.drafting import DRAFTS, KEYS, faults, person, plan_for, send
from tests.factories import InstitutionFactory, OperatorFactory
from trainings.models import Cohort, PendingRow

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    return OperatorFactory(institution=InstitutionFactory(operational=True))


def test_every_fault_comes_back_with_its_place_and_cure_and_nothing_is_stored(operator):
    rows = [
        person(0),
        person(1, nik="320405570501"),
        person(2, sex="X", birth_date="2001-02-31"),
        person(3, name="", attendance=101, colour="red"),
        person(4, nik=person(0)["nik"], sex="L"),
        {"external_id": "kurang"},
    ]
    plan = plan_for(operator, funding="partner", ends_on="2021-08-01", seats="16")
    answer = send(operator, {"plan": plan, "participants": rows})
    assert faults(answer) == {(None, "seats", "wrong_type")}
    plan["seats"] = 16
    answer = send(operator, {"plan": plan, "participants": rows})
    assert faults(answer) == {
        (None, "partner", "invalid"), (None, None, "invalid"),
        (2, "nik", "nik_length"), (3, "sex", "sex_unknown"),
        (3, "birth_date", "not_a_date"), (4, "name", "name_missing"),
        (4, "attendance", "out_of_range"), (4, "colour", "unknown_field"),
        (5, "nik", "nik_duplicate"), (6, "name", "name_missing"), (6, "sex", "sex_missing"),
        (6, "birth_date", "birth_date_missing"),
    }  # fmt: skip
    short = next(fault for fault in answer.json()["faults"] if fault["row"] == 2)
    assert (short["value_class"], short["external_id"]) == ("digits(12)", "peserta-1")
    assert "320405570501" not in answer.content.decode()
    assert not Cohort.objects.exists()


def test_right_rows_are_stored_and_the_others_wait_for_the_operator(operator):
    rows = [
        person(0), person(1, nik="12345"), person(2, sex="X"), person(3, birth_date="31/02/2001"),
        person(4, name="", attendance=140),
    ]  # fmt: skip
    content = {"plan": plan_for(operator), "participants": rows}
    told = send(operator, content, query="?partial=true").json()
    assert [row["outcome"] for row in told["rows"]] == ["created", *["rejected"] * 4]
    assert told["roster"]["rejected"] == len(told["rows_to_mend"]) == 4
    waiting = {
        one["row"]: {fault["code"] for fault in one["faults"]} for one in told["rows_to_mend"]
    }
    assert waiting == {
        2: {"nik_length"}, 3: {"sex_unknown"}, 4: {"birth_date_impossible"}, 5: {"name_missing"},
    }  # fmt: skip
    kept = {row.row: row.open_cells() for row in PendingRow.objects.all()}
    assert (kept[2]["nik"], kept[3]["sex"], kept[4]["birth_date"]) == ("12345", "X", "31/02/2001")
    assert kept[5]["attendance"] == "140%"
    assert {one["place"] for one in told["missing"]} == {"perbaikan"}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("attendance", "x", "wrong_type"), ("attendance", 140, "out_of_range"),
        ("nik", 3204051705019001, "wrong_type"), ("is_santri", "ya", "wrong_type"),
        ("result", "lulus", "unknown_code"), ("colour", "red", "unknown_field"),
        ("birth_date", "04/03/2001", "not_a_date"), ("nik", "-", "placeholder"),
    ],
)  # fmt: skip
def test_what_no_operator_could_mend_is_refused_also_where_rows_may_wait(
    operator, field, value, code
):
    rows = [person(0), person(1, nik="12345"), person(2, **{field: value})]
    content = {"plan": plan_for(operator), "participants": rows}
    answer = send(operator, content, query="?partial=true")
    assert faults(answer) == {(3, field, code)}
    assert not Cohort.objects.exists()


def test_dates_are_written_one_way_and_a_cure_names_what_to_send(operator):
    plan = plan_for(operator, starts_on="01/08/2022", ends_on="2022-13-01", batch="1")
    answer = send(operator, {"plan": plan, "participants": [person(0)]}, accept_language="en")
    cures = {fault["field"]: fault["cure"] for fault in answer.json()["faults"]}
    assert cures == {
        "starts_on": "Send it like 2022-08-31.", "ends_on": "Send it like 2022-08-31.",
        "batch": "Send a whole number, without quotation marks.",
    }  # fmt: skip


@pytest.mark.parametrize("nik", ["-", "0000000000000000", "belum ada"])
def test_no_nik_is_null_and_nothing_else(operator, nik):
    content = {"plan": plan_for(operator), "participants": [person(0, nik=nik)]}
    answer = send(operator, content)
    assert faults(answer) == {(1, "nik", "placeholder")}
    content["participants"] = [person(0, nik=None)]
    assert send(operator, content).status_code == 201


@pytest.mark.parametrize(
    ("body", "kind", "status", "told"),
    [
        (b'{"plan": {},\n "participants": [}', "application/json", 400, "baris 2, kolom 19"),
        (b"\xff", "application/json", 400, "UTF-8"),
        (b"a,b", "text/csv", 415, "Content-Type: application/json"),
    ],
)
def test_a_body_that_cannot_be_read_is_told_where_or_as_what(operator, body, kind, status, told):
    answer = client_of(operator).post(DRAFTS, body, kind, headers={"idempotency-key": next(KEYS)})
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert told in answer.json()["detail"]
