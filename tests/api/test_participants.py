"""Participants through the interface: counted by everybody who may, known only when asked."""

import json
from datetime import date

import pytest

from blk_portal.privacy.models import AccessLog
from tests.api.asking import ROOT, ask, rows
from tests.factories import (
    AreaReviewerFactory,
    AuditorFactory,
    CohortFactory,
    NationalAdminFactory,
    OperatorFactory,
    ParticipantFactory,
    partner_api_client,
)
from trainings.models import Certification, Placement
from trainings.participant_api import PEOPLE

pytestmark = pytest.mark.django_db
NIK = "3204055705019777"


@pytest.fixture
def person():
    return ParticipantFactory(
        name="Rahasia Sekali", nik=NIK, sex="P", birth_date=date(2001, 5, 17), phone="0812"
    )


def test_staff_reads_what_counts_of_a_participant(person):
    Certification.objects.create(participant=person, competency="competent", body="p1")
    Placement.objects.create(
        participant=person, wave=6, outcome="employed", section="C", domicile="32",
        workplace="CV Rahasia",
    )  # fmt: skip
    (row,) = rows(NationalAdminFactory(), "participants/")
    assert row == {
        "id": person.pk, "cohort": person.cohort_id, "institution": person.cohort.institution.code,
        "sex": "P", "age_band": "18-24", "disability": "none", "is_santri": None,
        "result": "passed", "attendance": 95, "pre_test": None, "post_test": None,
        "competency": "competent", "certified_by": "p1", "placement_3": None, "section_3": None,
        "domicile_3": None, "placement_6": "employed", "section_6": "C", "domicile_6": "32",
        "is_erased": False, "identity": None,
    }  # fmt: skip
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize("path", ["participants/", "participants/{}/"])
def test_staff_reads_identity_with_a_purpose_that_is_noted(person, path):
    reviewer = AreaReviewerFactory(office=person.cohort.institution.office)
    answer = ask(reviewer, path.format(person.pk), {"identity": "Mencocokkan dengan DTKS"}).json()
    identity = answer["results"][0]["identity"] if "results" in answer else answer["identity"]
    assert (identity["name"], identity["nik"]) == ("Rahasia Sekali", NIK)
    log = AccessLog.objects.get()
    assert (log.user, log.action, log.reason) == (
        reviewer, "reveal_nik", "Mencocokkan dengan DTKS",
    )  # fmt: skip
    assert log.subject == person.nik_binding(person.uid)


def test_a_system_reads_identity_by_its_scope_and_the_log_says_what_was_agreed(person):
    without, system = (
        partner_api_client(scopes=["participants:read", *more])
        for more in ([], ["participants:identity"])
    )
    query = {"identity": "Pencocokan"}
    refused = without.get(f"{ROOT}participants/", query)
    assert (refused.status_code, refused.json()["type"]) == (403, "/api/v1/docs/#missing-scope")
    assert "participants:identity" in refused.json()["detail"]
    assert not AccessLog.objects.exists()
    (row,) = system.get(f"{ROOT}participants/", query).json()["results"]
    assert (row["identity"]["name"], row["identity"]["nik"]) == ("Rahasia Sekali", NIK)
    log = AccessLog.objects.get()
    assert log.user == system.credentials.user
    assert log.reason == f"Pencocokan ({system.credentials.purpose})"


def test_only_the_rows_of_a_page_are_noted():
    cohort = CohortFactory()
    ParticipantFactory.create_batch(3, cohort=cohort)
    query = {"identity": "Uji", "jumlah": 2}
    assert len(rows(NationalAdminFactory(), "participants/", query)) == 2
    assert AccessLog.objects.count() == 2


def test_who_may_not_reveal_a_nik_reads_names_alone(person):
    operator = OperatorFactory(institution=person.cohort.institution)
    (row,) = rows(operator, "participants/", {"identity": "Absensi"})
    assert (row["identity"]["name"], row["identity"]["nik"]) == ("Rahasia Sekali", None)
    assert AccessLog.objects.get().action == "read_names"


def test_identity_is_refused_without_a_sensible_purpose_and_as_lines(person):
    admin = NationalAdminFactory()
    assert ask(admin, "participants/", {"identity": "x" * 201}).status_code == 400
    query = {"identity": "Uji"}
    answer = ask(admin, "participants/", query, accept="application/x-ndjson")
    assert answer.status_code == 400
    assert not AccessLog.objects.exists()


def test_somebody_restricted_is_gone_and_an_erased_one_says_so(person):
    auditor = AuditorFactory(province=person.cohort.institution.regency.province)
    type(person).objects.filter(pk=person.pk).update(erased_at="2026-01-01T00:00Z")
    assert rows(auditor, "participants/")[0]["is_erased"] is True
    type(person).objects.filter(pk=person.pk).update(restricted_at="2026-01-01T00:00Z")
    assert rows(auditor, "participants/") == []
    assert ask(auditor, f"participants/{person.pk}/").status_code == 404


def test_the_filters_find_cohort_institution_year_and_result(person):
    admin, other = NationalAdminFactory(), ParticipantFactory(result="failed")
    cohort = person.cohort
    for query in (
        {"kohort": cohort.pk}, {"lembaga": cohort.institution.code}, {"hasil": "passed"},
    ):  # fmt: skip
        assert [row["id"] for row in rows(admin, "participants/", query)] == [person.pk], query
    assert len(rows(admin, "participants/", {"tahun": cohort.programme_year.year})) == 2
    # A foreign cohort is named like one that is not there.
    operator = OperatorFactory(institution=cohort.institution)
    bodies = {
        ask(operator, "participants/", {"kohort": key}).content.replace(str(key).encode(), b"")
        for key in (other.cohort_id, 987654321)
    }
    assert len(bodies) == 1


@pytest.mark.parametrize(
    ("born", "band"),
    [("2004-08-02", "u18"), ("2004-08-01", "18-24"), ("1997-08-01", "25-34"),
     ("1987-08-01", "35-44"), ("1977-08-01", "45+")],
)  # fmt: skip
def test_the_age_band_is_that_of_the_first_day(born, band):
    cohort = CohortFactory(starts_on=date(2022, 8, 1))
    person = ParticipantFactory(cohort=cohort, birth_date=date.fromisoformat(born))
    assert json.loads(PEOPLE.of_keys([person.pk])[person.pk])["age_band"] == band
