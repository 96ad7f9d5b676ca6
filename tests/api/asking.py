"""How tests ask the interface: as a person, an address, an answer."""

from weakref import WeakKeyDictionary

from django.http import HttpResponse
from django.test import Client

from blk_portal.accounts.models import User
from institutions.models import Change

ROOT = "/api/v1/"
LISTS = (
    "institutions", "cohorts", "cohort-reports", "participants", "incubators", "candidates",
    "evidence", "tenants", "assessments", "partners", "targets", "actuals", "provinces",
    "regencies", "offices", "fields", "programmes", "programme-years",
)  # fmt: skip
# Those that other systems keep a copy of.
SYNCED = {"institutions", "cohorts", "cohort-reports", "participants", "incubators"}
CLIENTS: WeakKeyDictionary[User, Client] = WeakKeyDictionary()


def client_of(user: User | None) -> Client:
    """The browser of this person, logged in once; None is a stranger."""
    if user is None:
        return Client(raise_request_exception=False)
    if user not in CLIENTS:
        CLIENTS[user] = Client(raise_request_exception=False)
        CLIENTS[user].force_login(user)
    return CLIENTS[user]


def ask(user: User | None, path: str, query=None, **headers: str) -> HttpResponse:
    """GET as this person. headers: `accept="..."` and the like."""
    return client_of(user).get(ROOT + path, query or {}, headers=headers)


def rows(user, path: str, query=None) -> list[dict]:
    """The rows of a list's first page."""
    response = ask(user, path, query)
    assert response.status_code == 200, response.content
    return response.json()["results"]


def values(user, path: str, field: str, query=None) -> list:
    """One field of each row of a list's first page."""
    return [row[field] for row in rows(user, path, query)]


def settle() -> None:
    """In one transaction nothing is settled: take what was noted as if it had been committed."""
    Change.objects.filter(xid=1).delete()
    Change.objects.update(xid=1)
