"""The results form: only what was changed on the page is written, and a clash shows both values."""

import pytest
from django.urls import reverse

from tests.factories import CohortFactory, OperatorFactory, ParticipantFactory

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
        data |= {f"initial-result-{person.pk}": text for person, text in (seen or {}).items()}
        return client.post(reverse("trainings:cohort-results", args=[cohort.pk]), data)

    return post


def stored(people):
    for person in people:
        person.refresh_from_db()
    return [person.result for person in people]


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
    send(blank | {first: "passed", second: "passed"}, blank)
    answer = send(blank | {first: "failed", third: "withdrawn"}, blank)
    assert answer.status_code == 400
    assert stored(people) == ["passed", "passed", ""], "nothing is written over"
    forms = {form.person.pk: form for form in answer.context["forms"].forms}
    error = str(forms[first.pk].errors["result"])
    assert "“Lulus”" in error
    assert "“Tidak lulus”" in error
    # What was chosen still stands there, what only the other has changed is taken over.
    assert [forms[person.pk]["result"].value() for person in people] == [
        "failed", "passed", "withdrawn",
    ]  # fmt: skip
    page = answer.content.decode()
    assert f'name="initial-result-{first.pk}" value="passed"' in page
    again = send({first: "failed", second: "passed", third: "withdrawn"},
                 {first: "passed", second: "passed", third: ""})  # fmt: skip
    assert again.status_code == 302
    assert stored(people) == ["failed", "passed", "withdrawn"]


def test_two_who_choose_the_same_do_not_clash(send, people):
    blank = dict.fromkeys(people, "")
    chosen = blank | {people[0]: "passed"}
    send(chosen, blank)
    assert send(chosen, blank).status_code == 302


def test_page_that_says_nothing_of_what_it_showed_is_compared_with_what_is_stored(send, people):
    assert send({people[0]: "passed"}).status_code == 302
    assert send({people[0]: "failed"}).status_code == 302
    assert stored(people) == ["failed", "", ""]
