"""What an officer answers for is looked up once a request, and never longer than it holds."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from institutions.models import AreaAssignment, Institution
from tests.factories import AreaReviewerFactory, InstitutionFactory, TrainingOfficeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Institution:
    return InstitutionFactory(operational=True)


@pytest.mark.parametrize(
    "page",
    ["progress:home", "progress:outstanding", "trainings:cohort-list", "trainings:review-list"],
)
def test_desk_of_an_officer_looks_the_offices_up_once(client, here, page):
    client.force_login(AreaReviewerFactory(office=here.office))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse(page)).status_code == 200
    asked = [one["sql"] for one in queries.captured_queries if "areaassignment" in one["sql"]]
    scoped = [sql for sql in asked if '"institutions_institution"' in sql]
    assert asked
    assert scoped == []


def test_office_that_is_taken_away_is_gone_with_the_next_request(client, here):
    officer = AreaReviewerFactory(office=here.office)
    client.force_login(officer)
    page = reverse("institutions:institution-detail", args=[here.pk])
    assert client.get(page).status_code == 200
    AreaAssignment.objects.filter(user=officer).update(office=TrainingOfficeFactory())
    assert client.get(page).status_code == 404


def test_branches_of_an_office_and_what_has_none_are_in_reach_of_both_kinds_of_person(client, here):
    branch = TrainingOfficeFactory(parent=here.office)
    guided, waiting = InstitutionFactory(office=branch), InstitutionFactory(office=None)
    foreign = InstitutionFactory(office=TrainingOfficeFactory())
    officer = AreaReviewerFactory(office=here.office)
    seen = Institution.objects.visible_to(officer)
    assert set(seen) == {here, guided, waiting}
    client.force_login(officer)
    for row in (here, guided, waiting, foreign):
        answer = client.get(reverse("institutions:institution-detail", args=[row.pk]))
        assert answer.status_code == (404 if row == foreign else 200)


def test_person_of_no_request_is_looked_up_at_each_question(here):
    officer = AreaReviewerFactory(office=here.office)
    assert here in Institution.objects.visible_to(officer)
    AreaAssignment.objects.filter(user=officer).delete()
    assert here not in Institution.objects.visible_to(officer)
