"""The status of institutions as of a past day, against histories written by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institutions.models import Institution
from tests.factories import (
    InstitutionFactory,
    LeadershipFactory,
    NationalAdminFactory,
    OperatorFactory,
    ProgrammeYearFactory,
)

pytestmark = pytest.mark.django_db
LIST = reverse("institutions:institution-list")


def moved(institution, *steps: tuple[str, str]) -> Institution:
    """Move an institution by (verb, day as 2022-03-01) on days of their own."""
    admin = NationalAdminFactory()
    for verb, day in steps:
        institution.move(
            verb, by=admin, on=date.fromisoformat(day),
            document_number=f"PKB/{institution.pk}", reason="Alasan contoh.",
        )  # fmt: skip
    return institution


def on(institution, day: str, **asked) -> str:
    rows = Institution.objects.with_status_on(date.fromisoformat(day), **asked)
    return rows.get(pk=institution.pk).status_then


def test_page_of_an_institution_says_how_it_stood_on_a_day(client):
    institution = moved(
        InstitutionFactory(),
        ("verify", "2022-02-01"),
        ("determine", "2022-03-01"),
        ("sign", "2022-05-01"),
        ("cancel", "2023-01-15"),
    )
    address = reverse("institutions:institution-detail", args=[institution.pk])
    client.force_login(LeadershipFactory())
    days = ("2021-12-31", "2022-02-01", "2022-06-01", "2030-01-01")
    told = {day: client.get(address, {"pada": day}).context["past"] for day in days}
    assert {day: past.status.value for day, past in told.items()} == {
        day: on(institution, day) for day in days
    }
    assert client.get(address).context["past"] is None
    refused = client.get(address, {"pada": "kemarin"})
    assert refused.status_code == 400
    assert "Ini bukan tanggal" in refused.content.decode()


def test_each_day_has_the_status_of_the_last_step_until_then():
    institution = moved(
        InstitutionFactory(),
        ("verify", "2022-02-01"),
        ("determine", "2022-03-01"),
        ("sign", "2022-05-01"),
        ("cancel", "2023-01-15"),
    )
    expected = {
        "2021-12-31": "proposed",
        "2022-01-31": "proposed",
        "2022-02-01": "verified",
        "2022-04-30": "determined",
        "2022-05-01": "signed",
        "2022-12-31": "signed",
        "2023-01-14": "signed",
        "2023-01-15": "cancelled",
        "2030-01-01": "cancelled",
    }
    assert {day: on(institution, day) for day in expected} == expected


def test_of_several_steps_on_one_day_the_last_counts():
    institution = moved(
        InstitutionFactory(),
        ("verify", "2022-02-01"),
        ("determine", "2022-02-01"),
        ("sign", "2022-02-01"),
    )
    assert on(institution, "2022-01-31") == "proposed"
    assert on(institution, "2022-02-01") == "signed"


def test_steps_of_one_moment_count_in_their_order():
    with time_machine.travel("2022-02-02T03:00:00Z", tick=False):
        institution = moved(
            InstitutionFactory(), ("verify", "2022-02-01"), ("determine", "2022-02-01")
        )
    assert on(institution, "2022-02-01") == "determined"


def test_late_recording_counts_on_its_day_and_is_unknown_before_it_was_recorded():
    with time_machine.travel("2022-02-02T03:00:00Z", tick=False):
        institution = moved(InstitutionFactory(), ("verify", "2022-02-01"))
    with time_machine.travel("2023-03-01T03:00:00Z", tick=False):
        moved(institution, ("determine", "2022-04-01"))
    assert on(institution, "2022-12-31") == "determined"
    end_of_year = datetime(2022, 12, 31, 17, tzinfo=UTC)
    assert on(institution, "2022-12-31", known_at=end_of_year) == "verified"
    assert on(institution, "2022-12-31", known_at=datetime(2022, 1, 1, tzinfo=UTC)) == "proposed"
    late = datetime(2023, 3, 2, tzinfo=UTC)
    assert on(institution, "2022-12-31", known_at=late) == "determined"


def test_institution_without_any_step_has_its_present_status():
    institution = InstitutionFactory()
    Institution.objects.filter(pk=institution.pk).update(status="operational")
    assert on(institution, "2022-12-31") == "operational"


@pytest.fixture
def histories():
    signed = moved(
        InstitutionFactory(name="BLKK A (contoh)"),
        ("verify", "2022-02-01"),
        ("determine", "2022-03-01"),
        ("sign", "2022-05-01"),
        ("hand_over", "2023-02-01"),
    )
    verified = moved(
        InstitutionFactory(name="BLKK B (contoh)"),
        ("verify", "2022-12-31"),
        ("reject", "2023-01-01"),
    )
    proposed = moved(InstitutionFactory(name="BLKK C (contoh)"), ("verify", "2023-01-01"))
    return signed, verified, proposed


def test_list_tells_the_status_of_the_day_with_counts_and_filters_by_it(client, histories):
    client.force_login(LeadershipFactory())
    answer = client.get(LIST, {"pada": "2022-12-31"})
    shown = {row.name: row.status_shown for row in answer.context["page"]}
    assert list(shown.values()) == ["signed", "verified", "proposed"]
    assert sum(number for _label, number in answer.context["statuses"]) == 3
    answer = client.get(LIST, {"pada": "2022-12-31", "status": "verified"})
    assert [row.name for row in answer.context["page"]] == ["BLKK B (contoh)"]
    answer = client.get(LIST, {"status": "verified"})
    assert [row.name for row in answer.context["page"]] == ["BLKK C (contoh)"]
    assert answer.context["statuses"] == []


def test_day_that_cannot_be_read_lists_nothing(client, histories):
    client.force_login(LeadershipFactory())
    for day in ("31/02/2022", "kemarin", "\x00"):
        answer = client.get(LIST, {"pada": day})
        assert answer.status_code == 400
        assert not answer.context["page"].rows
    assert client.get(LIST, {"pada": "31/12/2022"}).status_code == 200


def test_interface_tells_the_status_of_the_day(client, histories):
    client.force_login(LeadershipFactory())
    asked = {"pada": "2022-12-31", "status": "signed"}
    (row,) = client.get("/api/v1/institutions/", asked).json()["results"]
    assert (row["name"], row["status"]) == ("BLKK A (contoh)", "signed")
    (row,) = client.get("/api/v1/institutions/", {"status": "built"}).json()["results"]
    assert row["status"] == "built"
    assert client.get("/api/v1/institutions/", {"pada": "kemarin"}).status_code == 400


def test_operator_asks_only_about_own_institutions(client, histories):
    client.force_login(OperatorFactory(institution=histories[0]))
    answer = client.get(LIST, {"pada": "2022-12-31"})
    assert [row.pk for row in answer.context["page"]] == [histories[0].pk]
    assert [number for _label, number in answer.context["statuses"]] == [1]


def test_day_costs_a_bounded_number_of_queries(client):
    client.force_login(LeadershipFactory())
    year, counts = ProgrammeYearFactory(), []
    for number in (1, 10):
        InstitutionFactory.create_batch(number, programme_year=year, signed=True)
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST, {"pada": str(date(2022, 12, 31) + timedelta(days=number))})
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
