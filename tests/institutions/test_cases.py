"""Cases: opened and closed beside any status, one open of a kind, and found by list and API."""

from datetime import date
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from institutions.lifecycle import CaseKind, InstitutionStatus
from institutions.models import Case
from institutions.models.case import CaseRefused
from tests.factories import (
    CaseFactory,
    InstitutionFactory,
    LeadershipFactory,
    NationalAdminFactory,
    ObserverFactory,
)
from tests.reporting.concurrency import at_once

pytestmark = pytest.mark.django_db
DAY = date(2022, 6, 1)
LIST = reverse("institutions:institution-list")


@pytest.fixture
def admin():
    return NationalAdminFactory()


def opened(institution, admin, kind="legal", **told) -> Case:
    facts = {"kind": kind, "on": DAY, "reason": "Contoh.", "by": admin}
    return Case.objects.open_one(institution=institution, **(facts | told))


def case_url(institution, name="list", *args) -> str:
    return reverse(f"institutions:case-{name}", args=[institution.pk, *args])


@pytest.mark.parametrize("status", InstitutionStatus.values)
def test_cases_of_every_kind_stand_beside_each_other_and_any_status(admin, status):
    institution = InstitutionFactory(status=status)
    for kind in CaseKind:
        opened(institution, admin, kind)
    assert institution.cases.open().count() == len(CaseKind)
    institution.refresh_from_db()
    assert institution.status == status


def test_second_open_case_of_a_kind_is_refused_until_the_first_is_closed(admin):
    institution = InstitutionFactory()
    first = opened(institution, admin)
    with pytest.raises(CaseRefused):
        opened(institution, admin)
    first.close(by=admin, on=date(2022, 7, 1), outcome="Selesai.")
    opened(institution, admin, on=date(2022, 8, 1))
    assert institution.cases.count() == 2


def test_admin_opens_and_closes_a_case_on_the_pages(client, admin):
    institution = InstitutionFactory(operational=True)
    client.force_login(admin)
    data = {
        "kind": "inactive", "on": "2022-06-01", "reason": "Tidak ada pelatihan.",
        "grace_until": "2022-12-31",
    }  # fmt: skip
    assert client.get(case_url(institution, "open")).status_code == 200
    assert client.post(case_url(institution, "open"), data).status_code == 302
    case = institution.cases.get()
    assert (case.opened_by, case.grace_until) == (admin, date(2022, 12, 31))
    detail = reverse("institutions:institution-detail", args=[institution.pk])
    assert case_url(institution) in client.get(detail).content.decode()
    assert client.post(case_url(institution, "open"), data).status_code == 409
    close = case_url(institution, "close", case.pk)
    assert client.post(close, {"on": "2022-05-31", "outcome": "Aktif."}).status_code == 409
    assert client.post(close, {"on": "2022-09-01", "outcome": ""}).status_code == 400
    assert client.post(close, {"on": "2022-09-01", "outcome": "Aktif lagi."}).status_code == 302
    assert client.post(close, {"on": "2022-09-01", "outcome": "Lagi."}).status_code == 409
    page = client.get(case_url(institution)).content.decode()
    assert "Aktif lagi." in page
    assert "Tidak ada pelatihan." in page


@pytest.mark.parametrize(
    "change",
    [
        {"kind": ""},
        {"kind": "lain"},
        {"reason": ""},
        {"on": "2999-01-01"},
        {"kind": "legal", "grace_until": "2022-12-31"},
        {"grace_until": "2022-06-01"},
    ],
)
def test_incomplete_case_is_400_and_keeps_what_was_typed(client, admin, change):
    institution = InstitutionFactory()
    client.force_login(admin)
    data = {"kind": "inactive", "on": "2022-06-01", "reason": "Sepi sejak Mei."} | change
    answer = client.post(case_url(institution, "open"), data)
    assert answer.status_code == 400
    assert data["reason"] in answer.content.decode()
    assert not Case.objects.exists()


def test_contradicting_cases_are_refused_by_model_and_database(admin):
    institution = InstitutionFactory()
    with pytest.raises(CaseRefused):
        opened(institution, admin, reason=" ")
    with pytest.raises(CaseRefused):
        opened(institution, admin, "legal", grace_until=date(2023, 1, 1))
    case = opened(institution, admin)
    for change in (
        {"closed_on": date(2022, 5, 1)},
        {"closed_on": date(2022, 7, 1)},
        {"outcome": "Selesai."},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Case.objects.filter(pk=case.pk).update(**change)


def test_observer_sees_the_kind_but_neither_reason_nor_outcome(client):
    institution = InstitutionFactory()
    CaseFactory(institution=institution, reason="Rp 5 juta belum kembali.", closed=True)
    CaseFactory(institution=institution, reason="Rp 6 juta belum kembali.")
    client.force_login(ObserverFactory(province=institution.regency.province))
    page = client.get(case_url(institution)).content.decode()
    assert "Mangkrak" in page
    assert "belum kembali" not in page
    client.force_login(NationalAdminFactory())
    assert "Rp 5 juta belum kembali." in client.get(case_url(institution)).content.decode()


def names(client, query: dict) -> set[str]:
    return {row.name for row in client.get(LIST, query).context["page"]}


def test_list_is_filtered_by_open_cases_now_and_on_a_past_day(client):
    quiet, stalled, ended = InstitutionFactory.create_batch(3)
    CaseFactory(institution=stalled, kind="stalled", on=DAY)
    CaseFactory(institution=ended, kind="legal", on=DAY, closed=True)
    client.force_login(LeadershipFactory())
    assert names(client, {"kasus": "ada"}) == {stalled.name}
    assert names(client, {"kasus": "stalled"}) == {stalled.name}
    assert names(client, {"kasus": "legal"}) == set()
    assert names(client, {"kasus": "ada", "pada": "2022-06-01"}) == {stalled.name, ended.name}
    assert names(client, {"kasus": "ada", "pada": "2022-05-31"}) == set()
    assert names(client, {}) == {quiet.name, stalled.name, ended.name}
    assert client.get(LIST, {"kasus": "lain"}).status_code == 400


def test_interface_tells_open_cases_without_their_reasons(client):
    institution = InstitutionFactory()
    CaseFactory(institution=institution, kind="stalled", reason="Rahasia.")
    CaseFactory(institution=institution, kind="legal", closed=True)
    client.force_login(LeadershipFactory())
    answer = client.get("/api/v1/institutions/", {"kasus": "stalled"})
    (row,) = answer.json()["results"]
    assert row["cases"] == [{"kind": "stalled", "opened_on": "2022-06-01", "grace_until": None}]
    assert "Rahasia" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_eight_double_clicks_open_one_case():
    institution, admin = InstitutionFactory(), NationalAdminFactory()
    results = at_once(*[partial(opened, institution, admin) for _n in range(8)])
    refused = [result for result in results if isinstance(result, Exception)]
    assert all(isinstance(error, CaseRefused) for error in refused), refused
    assert len(refused) == 7
    assert institution.cases.count() == 1
