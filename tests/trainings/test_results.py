"""The results form: only what was changed on the page is written, and a clash shows both values."""

import pytest
from django.urls import reverse

from tests.factories import (
    CohortFactory,
    CohortReportFactory,
    OperatorFactory,
    ParticipantFactory,
)
from trainings.models import Certification, Placement, ReportKind

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


class TestLateReports:
    """The same of certification and placement, of which several people may fill in rows."""

    CELLS = {
        ReportKind.CERTIFICATION: (
            "competency", "competent", "not_yet", "Kompeten", "Belum kompeten",
        ),
        ReportKind.PLACEMENT_3: (
            "outcome", "studying", "not_working", "Melanjutkan", "Belum bekerja",
        ),
    }  # fmt: skip

    @pytest.fixture
    def cohort(self):
        cohort = CohortFactory(kinds=ReportKind)
        CohortReportFactory(cohort=cohort, people=3, verified=True)
        return cohort

    def stored(self, kind):
        model = Certification if kind == ReportKind.CERTIFICATION else Placement
        column = self.CELLS[kind][0]
        return list(model.objects.order_by("participant_id").values_list(column, flat=True))

    @pytest.mark.parametrize("kind", CELLS)
    def test_later_saver_sees_both_values_and_loses_no_typing(self, client, cohort, kind):
        column, theirs, mine, their_word, my_word = self.CELLS[kind]
        first, second, third = cohort.participants.all()
        client.force_login(OperatorFactory(institution=cohort.institution))
        path = reverse("trainings:part-detail", args=[cohort.pk, kind])

        def send(chosen, seen=""):
            data = {f"{column}-{person.pk}": "" for person in (first, second, third)}
            data |= {f"initial-{name}": seen for name in data}
            return client.post(path, data | {f"{column}-{p.pk}": t for p, t in chosen.items()})

        # Both opened the page while nothing was entered.
        assert send({first: theirs}).status_code == 302
        assert send({second: mine}).status_code == 302
        assert self.stored(kind) == [theirs, mine]
        answer = send({first: mine, third: mine})
        assert answer.status_code == 400
        forms = {form.person: form for form in answer.context["forms"].forms}
        assert their_word in str(forms[first].errors[column])
        assert my_word in str(forms[first].errors[column])
        assert [forms[one][column].value() for one in (first, second, third)] == [mine] * 3
        assert self.stored(kind) == [theirs, mine], "nothing is written over"
