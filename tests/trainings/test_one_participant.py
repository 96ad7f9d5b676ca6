"""One participant typed into a form: checked and matched like a row of a file."""

from datetime import date

import pytest
from django.urls import reverse

from tests.factories import CohortFactory, OperatorFactory, ParticipantFactory
from trainings.drafts import FormOf

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cheap_passwords")]

NIK, OTHER_NIK = "3204055705019001", "3204055705019002"
TYPED = {
    "name": "Siti Aminah", "nik": NIK, "sex": "P", "birth_place": "Bandung",
    "birth_date": "17 Mei 2001", "education": "SMA", "address": "Kp. Cikadu",
    "phone": "0840 0000 9999", "disability": "none", "is_santri": "ya",
}  # fmt: skip


@pytest.fixture
def cohort():
    return CohortFactory()


@pytest.fixture
def operator_client(client, cohort):
    client.force_login(OperatorFactory(institution=cohort.institution))
    return client


@pytest.fixture
def person(cohort):
    return ParticipantFactory(
        cohort=cohort, name="Siti Aminah", sex="P", birth_date=date(2001, 5, 17), nik=NIK,
        result="passed", address="Kp. Lama",
    )  # fmt: skip


def new(cohort):
    return reverse("trainings:participant-create", args=[cohort.pk])


def page_of(person):
    return reverse("trainings:participant-update", args=[person.cohort_id, person.pk])


def test_operator_adds_one_and_goes_on_with_the_next(operator_client, cohort):
    answer = operator_client.post(new(cohort), TYPED | {"berikutnya": "1"})
    assert answer.url == new(cohort)
    person = cohort.participants.get()
    assert (person.name, person.sex, person.birth_date) == ("Siti Aminah", "P", date(2001, 5, 17))
    assert (person.phone, person.is_santri, person.roster_row) == ("084000009999", True, 1)
    assert person._open_nik() == NIK
    operator_client.post(new(cohort), TYPED | {"name": "Ani", "nik": OTHER_NIK})
    assert cohort.participants.get(name="Ani").roster_row == 2


def test_operator_who_adds_somebody_twice_brings_the_first_up_to_date(
    operator_client, cohort, person
):
    answer = operator_client.post(new(cohort), TYPED, follow=True)
    assert "sudah ada" in answer.content.decode()
    person.refresh_from_db()
    assert (person.address, person.result) == ("Kp. Cikadu", "passed")
    assert cohort.participants.count() == 1


def test_faults_stand_at_their_fields_and_nothing_typed_is_lost(operator_client, cohort):
    wrong = TYPED | {"nik": "3204", "birth_date": "31 Februari 2001", "sex": ""}
    answer = operator_client.post(new(cohort), wrong)
    assert answer.status_code == 400
    assert answer.context["form"].errors.keys() == {"nik", "birth_date", "sex"}
    page = answer.content.decode()
    assert "31 Februari 2001" in page
    assert "Kp. Cikadu" in page
    assert not cohort.participants.exists()


def test_nik_of_somebody_else_in_the_cohort_is_a_question(operator_client, cohort, person):
    typed = TYPED | {"name": "Orang Lain", "birth_date": "17 Mei 1999"}
    answer = operator_client.post(new(cohort), typed)
    assert answer.status_code == 400
    assert "nik" in answer.context["form"].errors
    assert cohort.participants.count() == 1


def test_operator_changes_a_participant_and_an_empty_nik_keeps_the_stored_one(
    operator_client, person
):
    page = operator_client.get(page_of(person)).content.decode()
    assert NIK not in page
    assert "3204••••••••9001" in page
    answer = operator_client.post(
        page_of(person), TYPED | {"nik": "", "phone": "", "address": "", "name": "Siti A"}
    )
    assert answer.status_code == 302
    person.refresh_from_db()
    assert (person.name, person.name_key, person.address) == ("Siti A", "sitia", "")
    assert (person._open_nik(), person.phone, person.result) == (NIK, "081200009999", "passed")


def test_operator_changes_the_nik_and_it_is_found_by_the_new_one(operator_client, person):
    before = bytes(person.nik_index)
    operator_client.post(page_of(person), TYPED | {"nik": OTHER_NIK})
    person.refresh_from_db()
    assert person._open_nik() == OTHER_NIK
    assert bytes(person.nik_index) != before


def test_operator_cannot_give_one_the_nik_of_another(operator_client, cohort, person):
    other = ParticipantFactory(cohort=cohort, nik=OTHER_NIK, sex="P")
    answer = operator_client.post(page_of(person), TYPED | {"nik": OTHER_NIK})
    assert answer.status_code == 400
    assert "nik" in answer.context["form"].errors
    person.refresh_from_db()
    assert person._open_nik() == NIK
    assert other.pk


def test_warning_is_stored_with_the_participant_and_told(operator_client, person):
    answer = operator_client.post(page_of(person), TYPED | {"nik": "", "sex": "L"}, follow=True)
    person.refresh_from_db()
    assert [kept["code"] for kept in person.warnings] == ["nik_sex_differs"]
    assert person.warning_texts[0] in answer.content.decode()


def test_operator_changes_a_birth_date_and_the_stored_nik_is_compared_again(
    operator_client, person
):
    operator_client.post(page_of(person), TYPED | {"nik": "", "birth_date": "18/05/2001"})
    person.refresh_from_db()
    assert [kept["code"] for kept in person.warnings] == ["nik_birth_date_differs"]
    operator_client.post(page_of(person), TYPED | {"nik": ""})
    person.refresh_from_db()
    assert person.warnings == []


def test_operator_of_another_institution_finds_no_form(client, cohort, person):
    client.force_login(OperatorFactory())
    assert client.get(new(cohort)).status_code == 404
    assert client.get(page_of(person)).status_code == 404
    assert client.post(page_of(person), TYPED).status_code == 404


def test_participant_of_another_cohort_is_not_changed_through_this_one(operator_client, cohort):
    elsewhere = ParticipantFactory()
    path = reverse("trainings:participant-update", args=[cohort.pk, elsewhere.pk])
    assert operator_client.post(path, TYPED).status_code == 404


class TestTwoPeople:
    """Two people with the same row open: the later one writes over nothing unseen."""

    def shown(self, person, **typed):
        """The form as a page from before showed it, with what is typed into it since."""
        seen = {
            "name": person.name, "sex": person.sex, "birth_place": person.birth_place,
            "birth_date": "17/05/2001", "education": person.education, "address": person.address,
            "disability": "none", "is_santri": "",
        }  # fmt: skip
        return {f"initial-{name}": text for name, text in seen.items()} | seen | typed

    def test_each_changes_another_field_and_both_are_stored(self, operator_client, person):
        page, first = page_of(person), self.shown(person, birth_place="Garut")
        second = self.shown(person, address="Kp. Baru")
        assert operator_client.post(page, first).status_code == 302
        assert operator_client.post(page, second).status_code == 302
        person.refresh_from_db()
        assert (person.birth_place, person.address) == ("Garut", "Kp. Baru")

    def test_later_saver_of_the_same_field_sees_both_values(self, operator_client, person):
        page, mine = page_of(person), self.shown(person, address="Kp. Saya")
        operator_client.post(page, self.shown(person, address="Kp. Mereka"))
        answer = operator_client.post(page, mine)
        assert answer.status_code == 400
        assert "“Kp. Mereka”" in answer.text
        assert 'value="Kp. Saya"' in answer.text
        person.refresh_from_db()
        assert person.address == "Kp. Mereka"
        again = mine | {"initial-address": "Kp. Mereka"}
        assert operator_client.post(page, again).status_code == 302
        person.refresh_from_db()
        assert person.address == "Kp. Saya"

    def test_draft_that_is_continued_still_knows_what_its_page_showed(
        self, operator_client, person
    ):
        page, typed = page_of(person), self.shown(person, address="Kp. Saya")
        operator = OperatorFactory(institution=person.cohort.institution)
        operator_client.force_login(operator)
        FormOf(operator.pk, person.cohort_id, "participant", person.pk).keep(typed)
        shown = operator_client.get(f"{page}?lanjut=1").text
        assert 'name="initial-address" value="Kp. Lama"' in shown
        assert 'value="Kp. Saya"' in shown
        assert operator_client.post(page, typed).status_code == 302
        person.refresh_from_db()
        assert person.address == "Kp. Saya"


def test_form_that_meets_a_report_sent_meanwhile_is_kept(operator_client, person):
    """Nothing is stored into a sent report, and nothing typed is lost."""
    operator = OperatorFactory(institution=person.cohort.institution)
    operator_client.force_login(operator)
    form = FormOf(operator.pk, person.cohort_id, "participant", person.pk)
    person.cohort.closing.submit(by=operator, version=0)
    typed = {**TYPED, "name": "Diketik", "ketikan": form.mark}
    answer = operator_client.post(page_of(person), typed)
    assert answer.status_code == 409
    assert "Yang Anda ketik" in answer.text
    assert form.kept().open_typed()["name"] == "Diketik"
    person.refresh_from_db()
    assert person.name == "Siti Aminah"
