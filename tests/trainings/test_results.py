"""The results form: only what was changed on the page is written, and a clash shows both values."""

import pytest
from django.urls import reverse

from tests.factories import CohortFactory, OperatorFactory, ParticipantFactory
from trainings.results import TypedResult, record_results

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]


@pytest.fixture
def cohort():
    return CohortFactory()


@pytest.fixture
def people(cohort):
    return ParticipantFactory.create_batch(3, cohort=cohort, result="")


@pytest.fixture
def send(client, cohort):
    """Send the form as a page that showed `seen`; choices and seen values by participant."""
    client.force_login(OperatorFactory(institution=cohort.institution))

    def post(chosen, seen=None):
        data = {f"result-{person.pk}": text for person, text in chosen.items()}
        data |= {f"was-{person.pk}": text for person, text in (seen or {}).items()}
        return client.post(reverse("trainings:cohort-results", args=[cohort.pk]), data)

    return post


def stored(people):
    for person in people:
        person.refresh_from_db()
    return [person.result for person in people]


def test_results_of_the_own_cohort_only_are_recorded(cohort, people):
    foreign = ParticipantFactory(result="")
    typed = {person.pk: TypedResult("failed", "") for person in (*people, foreign)}
    assert record_results(cohort, typed).changed == 3
    assert record_results(cohort, typed).changed == 0
    assert stored([foreign]) == [""]
    assert stored(people) == ["failed"] * 3


def test_second_person_writes_only_the_fields_they_changed(send, people):
    first, second, third = people
    blank = dict.fromkeys(people, "")
    # Both open the page while nothing is chosen; each changes another field and sends them all.
    send(blank | {first: "passed"}, blank)
    answer = send(blank | {second: "failed"}, blank)
    assert answer.status_code == 302
    assert stored(people) == ["passed", "failed", ""]


def test_second_person_who_changed_the_same_field_sees_both_values_and_decides(send, people):
    first, second, third = people
    blank = dict.fromkeys(people, "")
    send(blank | {first: "passed"}, blank)
    answer = send(blank | {first: "failed", third: "withdrawn"}, blank)
    assert answer.status_code == 409
    assert stored(people) == ["passed", "", "withdrawn"], "what does not clash is stored"
    error = str(answer.context["form"].errors[f"result-{first.pk}"])
    assert "“Lulus”" in error
    assert "“Tidak lulus”" in error
    page = answer.content.decode()
    assert f'name="was-{first.pk}" value="passed"' in page
    assert f'name="was-{third.pk}" value="withdrawn"' in page
    # What was chosen still stands there; saving the page as it came back decides for it.
    assert answer.context["form"][f"result-{first.pk}"].value() == "failed"
    again = send({first: "failed", second: "", third: "withdrawn"},
                 {first: "passed", second: "", third: "withdrawn"})  # fmt: skip
    assert again.status_code == 302
    assert stored(people) == ["failed", "", "withdrawn"]


def test_two_who_choose_the_same_do_not_clash(send, people):
    blank = dict.fromkeys(people, "")
    chosen = blank | {people[0]: "passed"}
    send(chosen, blank)
    assert send(chosen, blank).status_code == 302


def test_page_that_says_nothing_of_what_it_showed_is_compared_with_what_is_stored(send, people):
    assert send({people[0]: "passed"}).status_code == 302
    assert send({people[0]: "failed"}, {people[0]: "nonsense"}).status_code == 302
    assert stored(people) == ["failed", "", ""]
