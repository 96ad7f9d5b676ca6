"""The drafts that a system wrote, as a list: which there are, and how far each has come."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blk_portal.accounts.scopes import Scope
from tests.api.asking import ask, rows
from tests.api.drafting import DRAFTS, person, plan_for, send
from tests.factories import (
    CohortFactory,
    InstitutionFactory,
    NationalAdminFactory,
    OperatorFactory,
)
from tests.factories.clients import partner_api_client
from trainings.exchange import listing
from trainings.models import Cohort, CohortReport

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator():
    return OperatorFactory(institution=InstitutionFactory(operational=True))


def write(user, operator, batch: int, **other) -> int:
    """A draft of a cohort of this batch; returns the key of the cohort."""
    content = {"plan": plan_for(operator, batch=batch)} | other
    answer = send(user, content, query="?partial=true", if_match="*")
    assert answer.status_code in (200, 201), answer.content
    return answer.json()["id"]


def test_a_system_lists_the_drafts_it_wrote_and_no_others(operator):
    institution = operator.memberships.get().institution
    system = partner_api_client([Scope.DRAFTS], institution.regency)
    CohortFactory(institution=institution)
    write(operator, operator, 1)
    named = write(system, operator, 2, external_id="UNIV-2", participants=[person(0)])
    unnamed = write(system, operator, 3)
    send(system, {"plan": plan_for(operator, batch=4)}, query="?dry_run=true")
    told = system.get(DRAFTS).json()["results"]
    assert [(row["id"], row["external_id"]) for row in told] == [
        (named, "UNIV-2"), (unnamed, None),
    ]  # fmt: skip
    assert (
        told[0]
        | {
            "institution": institution.code,
            "batch": 2,
            "status": "draft",
            "participants": 1,
            "submitted_at": None,
            "submitted_by": None,
        }
        == told[0]
    )
    for path, expected in (
        ("?external_id=UNIV-2", [named]),
        ("?external_id=univ-2", []),
        ("?status=verified", []),
        ("?tahun=2022&status=draft", [named, unnamed]),
    ):
        found = system.get(DRAFTS + path).json()["results"]
        assert [row["id"] for row in found] == expected, path
    page = system.get(f"{DRAFTS}?jumlah=1").json()
    assert system.get(page["next"]).json()["results"] == told[1:]
    assert system.get(f"{DRAFTS}?kata=x").status_code == 400
    # The id may come with a later draft, once.
    path = f"{unnamed}/"
    for name, status in (("UNIV-3", 200), ("UNIV-3", 200), ("UNIV-4", 422)):
        answer = send(system, {"external_id": name}, path, method="patch", if_match="*")
        assert answer.status_code == status, name
    assert system.get(DRAFTS).json()["results"][1]["external_id"] == "UNIV-3"


def test_a_listed_draft_lacks_what_it_lacks_on_its_own(operator):
    others = [person(1, nik="12345"), person(2, result=None, phone="bukan nomor")]
    keys = [
        write(operator, operator, 1),
        write(operator, operator, 2, participants=[person(0)]),
        write(operator, operator, 3, participants=others),
    ]
    told = {row["id"]: row for row in rows(operator, "cohort-drafts/")}
    for key in keys:
        alone = ask(operator, f"cohort-drafts/{key}/").json()
        assert told[key]["missing"] == alone["missing"]
        assert told[key]["waiting"] == len(alone["rows_to_mend"])
        assert told[key]["page"] == alone["page"]
    assert [len(told[key]["missing"]) for key in keys] == [1, 0, 3]
    send(operator, {"explanations": [{"code": "phone_unreadable", "text": "Belum punya."}]},
         f"{keys[2]}/", method="patch", if_match="*")  # fmt: skip
    assert len(rows(operator, "cohort-drafts/")[2]["missing"]) == 2


def test_a_list_says_what_became_of_a_draft_after_it_was_sent(operator):
    write(operator, operator, 1, participants=[person(0), person(1)])
    report = CohortReport.objects.closing().get()
    report.submit(by=operator, version=report.version)
    (sent,) = rows(operator, "cohort-drafts/", {"status": "submitted"})
    assert (sent["submitted_by"], sent["missing"], sent["verified_at"]) == ("operator", [], None)
    assert sent["submitted_at"]
    report.refresh_from_db()
    flag = report.flag(report.cohort.participants.first(), field="nik", note="Cocokkan.")
    report.send_back(by=NationalAdminFactory(), version=report.version, flags=[flag])
    (back,) = rows(operator, "cohort-drafts/", {"status": "returned"})
    assert (back["flags_open"], back["submitted_by"], len(back["missing"])) == (1, "operator", 1)
    assert operator.name not in str(back)


def test_many_drafts_take_as_many_queries_as_one_and_a_long_roster_is_not_looked_through(
    operator, monkeypatch
):
    def count() -> tuple[int, list]:
        with CaptureQueriesContext(connection) as captured:
            found = rows(operator, "cohort-drafts/")
        return len(captured), found

    write(operator, operator, 1, participants=[person(0, phone="bukan nomor")])
    few, _found = count()
    for batch in range(2, 7):
        write(operator, operator, batch, participants=[person(batch, phone="bukan nomor")])
    many, found = count()
    assert (len(found), few) == (6, many)
    assert many <= 12
    monkeypatch.setattr(listing, "MOST_PEOPLE", 0)
    assert {row["missing"] is None for row in rows(operator, "cohort-drafts/")} == {True}


def test_a_draft_out_of_reach_is_listed_no_more(operator):
    write(operator, operator, 1)
    operator.memberships.all().delete()
    assert rows(operator, "cohort-drafts/") == []
    assert Cohort.objects.exists()
    assert ask(OperatorFactory(), "cohort-drafts/").json() == {"results": [], "next": None}
    assert ask(NationalAdminFactory(), "cohort-drafts/").status_code == 403
    assert ask(None, "cohort-drafts/").status_code == 401
