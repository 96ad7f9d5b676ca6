"""How tests write drafts by the interface: a plan, its people, one write, and what it refused."""

from datetime import date

from django.test import Client

from tests.api.asking import ROOT, client_of
from tests.factories import ProgrammeFactory, ProgrammeYearFactory
from tests.factories.trainings import synthetic_nik

DRAFTS = f"{ROOT}cohort-drafts/"
BORN = date(2001, 5, 17)
KEYS = (f"kunci-uji-{n:04}" for n in range(10_000))


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


def browser_of(user) -> Client:
    """A person's browser, or a partner's system itself."""
    return user if isinstance(user, Client) else client_of(user)


def send(user, content, path="", *, query="", method="post", key=None, **headers):
    """One write; a key of its own where none is given. headers: `if_match="..."` and the like."""
    key = next(KEYS) if key is None else key
    headers = ({"idempotency-key": key} if key else {}) | headers
    return getattr(browser_of(user), method)(
        f"{DRAFTS}{path}{query}", content, "application/json", headers=headers
    )


def faults(answer) -> set[tuple]:
    """Where and what, of a refusal of the content."""
    assert answer.status_code == 422, answer.content
    body = answer.json()
    assert body["type"].endswith("#invalid-content")
    for fault in body["faults"]:
        assert fault["detail"]
        assert fault["cure"]
    return {(fault["row"], fault["field"], fault["code"]) for fault in body["faults"]}
