"""Drafts of cohorts by the interface: written whole or not at all, once a key, from what was read."""

from datetime import date

import pytest

from tests.api.asking import ROOT, client_of
from tests.factories import (
    CohortFactory,
    CohortReportFactory,
    InstitutionFactory,
    OperatorFactory,
    ProgrammeFactory,
    ProgrammeYearFactory,
)
from tests.factories.trainings import synthetic_nik
from trainings.models import Cohort, CohortReport, Participant, PendingRow

pytestmark = pytest.mark.django_db
DRAFTS = f"{ROOT}cohort-drafts/"
BORN = date(2001, 5, 17)
KEYS = (f"kunci-uji-{n:04}" for n in range(10_000))


@pytest.fixture
def operator():
    return OperatorFactory(institution=InstitutionFactory(operational=True))


def plan_for(operator, **other) -> dict:
    """A plan that the operator may write."""
    institution = operator.memberships.get().institution
    programme = ProgrammeFactory(field=institution.field, name="Program uji (contoh)")
    year = ProgrammeYearFactory(year=2022)
    return {
        "institution": institution.code, "programme_year": year.year,
        "field": programme.field.code, "programme": programme.name, "batch": 1,
        "starts_on": "2022-08-01", "ends_on": "2022-08-31", "funding": "apbn", "seats": 16,
    } | other  # fmt: skip


def person(n: int = 0, **other) -> dict:
    sex = "LP"[n % 2]
    return {
        "external_id": f"peserta-{n}", "name": f"Peserta {chr(65 + n % 26)} Contoh",
        "nik": synthetic_nik(n, born=BORN, sex=sex), "sex": sex, "birth_place": "Bandung",
        "birth_date": BORN.isoformat(), "result": "passed", "attendance": 20,
    } | other  # fmt: skip


def send(user, content, path="", *, query="", method="post", key=None, **headers):
    """One write; a key of its own where none is given. headers: `if_match="..."` and the like."""
    key = next(KEYS) if key is None else key
    headers = ({"idempotency-key": key} if key else {}) | headers
    return getattr(client_of(user), method)(
        f"{DRAFTS}{path}{query}", content, "application/json", headers=headers
    )


def test_an_operator_writes_a_cohort_with_its_roster_as_a_draft(operator):
    content = {
        "external_id": "KLS-1",
        "plan": plan_for(operator, instructors=[{"name": "Instruktur Satu (contoh)"}]),
        "participants": [person(n) for n in range(3)],
    }
    answer = send(operator, content)
    assert answer.status_code == 201, answer.content
    told, cohort = answer.json(), Cohort.objects.get()
    assert (told["id"], told["external_id"], told["is_new"]) == (cohort.pk, "KLS-1", True)
    assert answer["Location"].endswith(f"/api/v1/cohort-drafts/{cohort.pk}/")
    assert told["report"] == {"status": "draft", "version": 0, "due_on": told["report"]["due_on"]}
    assert told["roster"] == {
        "created": 3, "changed": 0, "unchanged": 0, "rejected": 0, "absent": 0,
    }  # fmt: skip
    people = {str(one.uid): one for one in Participant.objects.all()}
    assert [people[row["participant"]].roster_row for row in told["rows"]] == [1, 2, 3]
    assert [row["external_id"] for row in told["rows"]] == ["peserta-0", "peserta-1", "peserta-2"]
    assert {one.attendance for one in people.values()} == {20}
    assert cohort.instructors.get().name == "Instruktur Satu (contoh)"
    assert cohort.hours == cohort.programme.hours
    stored = client_of(operator).get(answer["Location"])
    assert stored["ETag"] == answer["ETag"]
    assert stored.json().items() <= told.items()
