"""Who leaves a trace by opening a page with names: those whose role says so, and no others."""

import pytest
from django.test import Client
from django.urls import reverse

from blk_portal.accounts.roles import ROLES, Role
from blk_portal.privacy.models import AccessLog, note_reading
from tests.factories import AreaReviewerFactory, CohortFactory, ParticipantFactory, user_of

pytestmark = pytest.mark.django_db

NIK = "3273051705019001"


@pytest.mark.parametrize("role", Role.values)
def test_reading_is_noted_for_auditors_only(role):
    cohort = CohortFactory()
    user = user_of(role, cohort.institution)
    note_reading(user, f"trainings.cohort:{cohort.pk}")
    assert AccessLog.objects.count() == (1 if role == Role.AUDITOR else 0)
    assert ROLES[role].logs_reading == (role == Role.AUDITOR)


@pytest.fixture
def page():
    """A participant, a reviewer of the area, and the page that reveals the NIK."""
    person = ParticipantFactory(nik=NIK)
    reviewer = AreaReviewerFactory(office=person.cohort.institution.office)
    client = Client()
    client.force_login(reviewer)
    return client, reverse("trainings:participant-nik", args=[person.pk])


def test_reviewer_opens_the_page_and_sees_no_nik_yet(page):
    client, address = page
    response = client.get(address)
    assert response.status_code == 200
    assert NIK not in response.content.decode()
    assert not AccessLog.objects.exists()


def test_reviewer_gives_a_reason_and_reads_the_nik_with_a_log_row(page):
    client, address = page
    response = client.post(address, {"reason": "Memeriksa data ganda dengan Dukcapil."})
    assert response.status_code == 200
    assert NIK in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert AccessLog.objects.get().reason.startswith("Memeriksa")


@pytest.mark.parametrize("data", [{"note": "x"}, {"reason": ""}, {"reason": "   "}])
def test_reviewer_without_a_reason_reads_nothing(page, data):
    client, address = page
    response = client.post(address, data)
    assert response.status_code == 400
    assert NIK not in response.content.decode()
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.NATIONAL_ADMIN, 200), (Role.NATIONAL_TRAINING_REVIEWER, 200),
        (Role.AREA_REVIEWER, 200), (Role.OPERATOR, 403), (Role.AUDITOR, 403),
        (Role.NATIONAL_INCUBATOR_REVIEWER, 404), (Role.LEADERSHIP, 404), (Role.OBSERVER, 404),
        (Role.PARTNER, 404),
    ],
)  # fmt: skip
def test_role_reads_a_nik_or_is_refused(role, status):
    person = ParticipantFactory(nik=NIK)
    client = Client()
    client.force_login(user_of(role, person.cohort.institution))
    response = client.post(
        reverse("trainings:participant-nik", args=[person.pk]), {"reason": "Pemeriksaan data."}
    )
    assert response.status_code == status
    assert (NIK in response.content.decode()) == (status == 200)
    assert AccessLog.objects.filter(action="reveal_nik").exists() == (status == 200)


def test_reviewer_of_another_office_finds_no_such_person():
    person = ParticipantFactory(nik=NIK)
    client = Client()
    client.force_login(AreaReviewerFactory(office=CohortFactory().institution.office))
    response = client.post(
        reverse("trainings:participant-nik", args=[person.pk]), {"reason": "Pemeriksaan data."}
    )
    assert response.status_code == 404
    assert not AccessLog.objects.exists()
