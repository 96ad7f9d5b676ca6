"""Reading at scale: validators, chosen fields, lines, compressed transfer and counts."""

import gzip
import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blk_portal.rest.rows import opened
from institutions import synced_api
from institutions.chosen import Chosen
from tests.api.asking import ROOT, ask, client_of, rows, settle
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    InstitutionFactory,
    NationalAdminFactory,
    OperatorFactory,
    ParticipantFactory,
)
from trainings.api import CohortSerializer
from trainings.cohort_rows import COHORT_ROWS
from trainings.models import Cohort, ExternalId, Participant
from trainings.participant_api import WHOLE

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return NationalAdminFactory()


def test_rows_that_the_database_writes_are_what_the_serializer_tells(admin):
    cohort, other = CohortFactory.create_batch(2)
    ExternalId.objects.create(cohort=cohort, system="proglat", value="P-1")
    Cohort.objects.filter(pk=other.pk).update(
        cancelled_at="2022-09-01T00:00Z", cancelled_by=admin, cancelled_because="Sakit."
    )
    listed = Cohort.objects.for_lists().prefetch_related("external_ids").order_by("id")
    told = COHORT_ROWS.of_keys([cohort.pk, other.pk])
    found = [opened(told[key]) for key in sorted(told)]
    assert found == CohortSerializer(listed, many=True).data


def test_the_whole_list_has_the_pages_that_the_same_rows_of_an_area_have(admin):
    cohorts = CohortFactory.create_batch(3)
    people = [ParticipantFactory(cohort=cohorts[number % 3]) for number in range(7)]
    Participant.objects.filter(pk=people[3].pk).update(restricted_at=timezone.now())
    order, shown = ("cohort_id", "id"), Participant.objects.shown()
    every_key = Chosen(shown).keys((), order, 10)
    assert len(every_key) == 6
    for size in (1, 4, 10):
        for after in ((), *every_key):
            expected = Chosen(shown).keys(after, order, size)
            assert WHOLE.keys(after, order, size) == expected
    told, query = [], {"jumlah": "2"}
    while query:
        page = ask(admin, "participants/", query).json()
        told += [(row["cohort"], row["id"]) for row in page["results"]]
        query = dict(parse_qsl(urlsplit(page["next"]).query)) if page["next"] else None
    assert told == every_key


@pytest.mark.parametrize("name", ["institutions", "cohorts", "participants"])
def test_what_the_caller_has_already_is_not_sent_again(admin, name):
    person = ParticipantFactory()
    row = {"institutions": person.cohort.institution.code, "cohorts": person.cohort_id,
           "participants": person.pk}[name]  # fmt: skip
    for path in (f"{name}/", f"{name}/{row}/"):
        settle()
        tag = ask(admin, path)["ETag"]
        with CaptureQueriesContext(connection) as asked:
            same = ask(admin, path, if_none_match=f'"other", {tag}')
        assert (same.status_code, same.content, same["ETag"]) == (304, b"", tag)
        assert len(asked) <= 4
        assert ask(NationalAdminFactory(), path, if_none_match=tag).status_code == 200
        assert ask(admin, path, accept_language="en", if_none_match=tag).status_code == 200
        change(person)
        assert ask(admin, path, if_none_match=tag).status_code == 200


def change(person) -> None:
    """Something of a participant, its cohort and its institution."""
    for row in (person, person.cohort, person.cohort.institution):
        row.save()
    type(person).objects.filter(pk=person.pk).update(attendance=person.attendance - 1)


def test_a_row_out_of_sight_is_missing_whatever_its_validator(admin):
    cohort = CohortFactory()
    tag = ask(admin, f"cohorts/{cohort.pk}/")["ETag"]
    stranger = OperatorFactory(institution=InstitutionFactory())
    assert ask(stranger, f"cohorts/{cohort.pk}/", if_none_match=tag).status_code == 404
    assert ask(stranger, f"cohorts/{cohort.pk}/", if_none_match="*").status_code == 404


def test_only_the_fields_asked_for_are_told(admin):
    cohort = CohortFactory()
    query = {"fields": "batch,id"}
    assert rows(admin, "cohorts/", query) == [{"id": cohort.pk, "batch": cohort.batch}]
    assert ask(admin, f"cohorts/{cohort.pk}/", query).json().keys() == {"id", "batch"}
    assert ask(admin, "institutions/", {"fields": "code"}).json()["results"][0].keys() == {"code"}
    for unknown in ("nik", "institution__name", "id,"):
        answer = ask(admin, "cohorts/", {"fields": unknown})
        assert list(answer.json()["errors"]) == ["fields"]


@pytest.mark.parametrize("name", ["institutions", "participants"])
def test_a_whole_list_comes_as_lines(admin, name, monkeypatch):
    monkeypatch.setattr(synced_api, "LINES_A_READ", 2)
    ParticipantFactory.create_batch(5)
    answer = ask(admin, f"{name}/", {"fields": "id"}, accept="application/x-ndjson")
    assert answer["Content-Type"] == "application/x-ndjson"
    told = [json.loads(line)["id"] for line in answer.getvalue().decode().splitlines()]
    assert sorted(told) == sorted(row["id"] for row in rows(admin, f"{name}/"))
    assert len(told) == 5
    since = ask(admin, f"{name}/", {"updated_since": answer["Updated-Since"]})
    assert since.status_code == 200


@pytest.mark.parametrize("name", ["updated_since", "sesudah", "jumlah", "count"])
def test_lines_are_the_whole_list_and_know_no_pages(admin, name):
    answer = ask(admin, "cohorts/", {name: "1"}, accept="application/x-ndjson")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert list(answer.json()["errors"]) == [name]


@pytest.mark.parametrize("query", [{}, {"updated_since": "0"}])
def test_later_pages_of_an_area_begin_where_they_are_asked_for(query):
    institution = InstitutionFactory(operational=True)
    people = [ParticipantFactory(cohort__institution=institution) for _n in range(3)]
    client = client_of(AreaReviewerFactory(office=institution.office))
    answer = client.get(f"{ROOT}participants/", query | {"jumlah": 1})
    told = answer.json()["results"]
    while address := answer.json()["next"]:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        told += answer.json()["results"]
        # Else the cohorts of all pages before are read once more.
        assert any('"trainings_cohort"."id" >= ' in one["sql"] for one in asked)
    assert [row["id"] for row in told] == [person.pk for person in people]


def test_long_answers_are_compressed_for_whom_that_suits(admin):
    CohortFactory.create_batch(3)
    plain = ask(admin, "cohorts/")
    packed = client_of(admin).get(f"{ROOT}cohorts/", headers={"accept-encoding": "gzip"})
    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert "Accept-Encoding" in packed["Vary"]


def test_a_list_is_counted_only_where_that_is_asked(admin, monkeypatch):
    CohortFactory.create_batch(3)
    assert "count" not in ask(admin, "cohorts/").json()
    query = {"count": "ya", "jumlah": 1}
    assert ask(admin, "cohorts/", query).json()["count"] == {"rows": 3, "is_at_least": False}
    monkeypatch.setattr("institutions.pagination.MOST_COUNTED", 2)
    assert ask(admin, "cohorts/", query).json()["count"] == {"rows": 2, "is_at_least": True}
    assert ask(admin, "cohorts/", {"count": "x"}).status_code == 400


def test_a_cohort_is_found_by_its_id_in_another_system(admin):
    cohort, other = CohortFactory.create_batch(2)
    ExternalId.objects.create(cohort=cohort, system="skillhub", value="SH-7")
    ExternalId.objects.create(cohort=other, system="proglat", value="SH-7")
    (row,) = rows(admin, "cohorts/", {"skillhub": "sh-7"})
    assert row["id"] == cohort.pk
    assert row["external_ids"] == {"skillhub": "SH-7", "proglat": None}
