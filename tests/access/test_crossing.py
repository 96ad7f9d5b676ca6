"""Foreign rows named in a body, in the second place of an address, in a search or in an action."""

import pytest
from django.test import override_settings
from django.urls import reverse

from blk_portal.accounts.roles import Role
from institutions.models import Institution
from tests.access.world import SETTINGS
from tests.factories import (
    CohortReportFactory,
    InstitutionFactory,
    ParticipantFactory,
    PendingRowFactory,
    user_of,
)
from trainings.models import Cohort, CohortReport, Participant, PendingRow

pytestmark = pytest.mark.django_db
MISSING = 987_654_321
SUSPICIOUS = {"code": "nik_suspicious", "field": "nik", "column": "NIK", "params": {}}


@pytest.fixture(autouse=True)
def _demo_settings():
    with override_settings(**SETTINGS):
        yield


@pytest.fixture
def own():
    return CohortReportFactory(people=1).cohort


@pytest.fixture
def foreign():
    return CohortReportFactory(people=1).cohort


@pytest.fixture
def operator(client, own):
    client.force_login(user_of(Role.OPERATOR, own.institution))
    return client


def _plan(own: Cohort, **changed) -> dict:
    return {
        "institution": own.institution_id, "programme": own.programme_id,
        "programme_year": own.programme_year_id, "batch": 77, "starts_on": "2022-09-01",
        "ends_on": "2022-09-30", "funding": "apbn", "seats": 16, **changed,
    }  # fmt: skip


def test_operator_plans_a_cohort_only_for_an_own_institution(operator, own, foreign):
    create = reverse("trainings:cohort-create")
    refused = [
        operator.post(create, _plan(own, institution=institution))
        for institution in (foreign.institution_id, MISSING)
    ]
    assert [answer.status_code for answer in refused] == [400, 400]
    texts = [list(answer.context["form"].errors["institution"]) for answer in refused]
    assert texts[0] == texts[1]
    assert not Cohort.objects.filter(batch=77).exists()
    assert operator.post(create, _plan(own)).status_code == 302
    assert Cohort.objects.get(batch=77).institution_id == own.institution_id


def test_fields_that_no_form_offers_are_ignored(operator, own):
    extra = {"id": MISSING, "field": MISSING, "hours": 1, "status": "verified", "pk": own.pk}
    operator.post(reverse("trainings:cohort-create"), _plan(own, **extra))
    cohort = Cohort.objects.get(batch=77)
    assert cohort.pk not in (MISSING, own.pk)
    assert cohort.hours == own.programme.hours
    assert cohort.closing.status == CohortReport.Status.DRAFT


def test_operator_sends_no_status_with_a_form(operator, own):
    ParticipantFactory(cohort=own, warnings=[SUSPICIOUS])
    note = {"alasan-nik_suspicious": "Sesuai KTP.", "status": "verified", "version": 9,
            "cohort": MISSING}  # fmt: skip
    operator.post(reverse("trainings:cohort-warnings", args=[own.pk]), note)
    report = CohortReport.objects.get(cohort=own)
    assert (report.status, report.version) == (CohortReport.Status.DRAFT, 0)
    assert report.explanations.get().text == "Sesuai KTP."


def test_foreign_participant_is_not_removed_through_an_own_cohort(operator, own, foreign):
    person = foreign.participants.get()
    for pk in (person.pk, MISSING):
        path = reverse("trainings:participant-remove", args=[own.pk, pk])
        assert operator.post(path).status_code == 404
    assert Participant.objects.filter(pk=person.pk).exists()


def test_foreign_row_is_not_dropped_through_an_own_cohort(operator, own, foreign):
    row = PendingRowFactory(cohort=foreign)
    path = reverse("trainings:roster-row-drop", args=[own.pk, row.pk])
    assert operator.post(path).status_code == 404
    assert PendingRow.objects.filter(pk=row.pk).exists()


def test_foreign_rows_are_neither_mended_nor_given_results(operator, own, foreign):
    row = PendingRowFactory(cohort=foreign)
    person = foreign.participants.get()
    mended = {f"{row.pk}-birth_date": "17/05/2001", f"{row.pk}-name": "Diganti"}
    operator.post(reverse("trainings:roster-mend", args=[own.pk]), mended)
    results = {f"result-{person.pk}": "withdrawn"}
    operator.post(reverse("trainings:cohort-results", args=[own.pk]), results)
    row.refresh_from_db()
    person.refresh_from_db()
    assert row.open_cells()["name"] == "Baris Contoh"
    assert person.result == Participant.Result.PASSED


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.OBSERVER, Role.AUDITOR, Role.AREA_REVIEWER])
def test_search_and_pages_of_a_list_hold_no_foreign_row(client, role):
    own = InstitutionFactory(name="BLKK Serupa A")
    other = InstitutionFactory(name="BLKK Serupa B")
    client.force_login(user_of(role, own))
    for query in (
        {},
        {"kata": "Serupa"},
        {"kata": other.code},
        {"provinsi": other.regency.province.code},
    ):
        text = client.get(reverse("institutions:institution-list"), query).content.decode()
        assert other.name not in text
        assert reverse("institutions:institution-detail", args=[other.pk]) not in text


@pytest.mark.parametrize(
    ("model", "field"),
    [
        ("institutions.membership", "institution"),
        ("institutions.institution", "replaces"),
        ("incubators.incubator", "institution"),
    ],
)
def test_autocomplete_offers_own_rows_only(client, model, field):
    own, other = InstitutionFactory(name="BLKK Serupa A"), InstitutionFactory(name="BLKK Serupa B")
    client.force_login(user_of(Role.AREA_REVIEWER, own))
    app_label, model_name = model.split(".")
    query = {"app_label": app_label, "model_name": model_name, "field_name": field,
             "term": "Serupa"}  # fmt: skip
    response = client.get(reverse("admin:autocomplete"), query)
    assert response.status_code == 200
    assert [row["id"] for row in response.json()["results"]] == [str(own.pk)]
    assert other.name not in response.content.decode()


def test_action_of_the_administration_moves_own_rows_only(client):
    own, other = InstitutionFactory(), InstitutionFactory()
    client.force_login(user_of(Role.AREA_REVIEWER, own))
    form = {
        "action": "move_verify", "_selected_action": [own.pk, other.pk], "index": 0,
        "confirmed": "1", "on": "2022-03-01",
    }  # fmt: skip
    client.post(reverse("admin:institutions_institution_changelist"), form)
    states = [Institution.objects.get(pk=row.pk).status for row in (own, other)]
    assert states == [Institution.Status.VERIFIED, Institution.Status.PROPOSED]


def test_area_reviewer_also_sees_the_queue_of_unguided_institutions_and_no_other_office(client):
    own, other = InstitutionFactory(), InstitutionFactory()
    queue = InstitutionFactory(office=None)
    client.force_login(user_of(Role.AREA_REVIEWER, own))
    answers = [
        client.get(reverse("institutions:institution-detail", args=[row.pk])).status_code
        for row in (own, queue, other)
    ]
    assert answers == [200, 200, 404]


def test_reviewer_without_an_office_reaches_only_the_queue(client):
    own = InstitutionFactory()
    client.force_login(user_of(Role.AREA_REVIEWER))
    path = reverse("institutions:institution-detail", args=[own.pk])
    assert client.get(path).status_code == 404


def test_operator_who_leaves_the_institution_loses_it_with_the_next_request(operator, own):
    path = reverse("trainings:cohort-detail", args=[own.pk])
    assert operator.get(path).status_code == 200
    own.institution.memberships.all().delete()
    assert operator.get(path).status_code == 404


def test_report_of_a_foreign_area_is_not_verified_by_its_id(client, own):
    ParticipantFactory(cohort=own)
    waiting = CohortReportFactory(submitted=True)
    client.force_login(user_of(Role.AREA_REVIEWER, own.institution))
    path = reverse("trainings:report-review", args=[waiting.pk])
    assert client.post(path, {"verb": "verify", "version": waiting.version}).status_code == 404
    waiting.refresh_from_db()
    assert waiting.status == CohortReport.Status.SUBMITTED
