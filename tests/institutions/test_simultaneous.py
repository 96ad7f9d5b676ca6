"""Two of staff correct one institution: the later one sees both versions and loses no typing."""

import re

import pytest

from institutions.models import Institution
from tests.admin_pages import change, form_data
from tests.factories import InstitutionFactory, NationalAdminFactory, TrainingOfficeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def institution() -> Institution:
    return InstitutionFactory(operational=True, address="Jalan Lama 1", contact_name="Ani")


@pytest.fixture
def admin_client(client):
    client.force_login(NationalAdminFactory())
    return client


def opened(client, row) -> dict:
    """What a browser sends back from the page, with the hidden values that it showed."""
    page = client.get(change(row))
    hidden = re.findall(
        r'<input type="hidden" name="(initial-\w+)"(?: value="([^"]*)")?', page.content.decode()
    )
    assert hidden
    return form_data(page) | dict(hidden)


def test_alone_one_saves_as_ever(admin_client, institution):
    data = opened(admin_client, institution)
    answer = admin_client.post(change(institution), data | {"address": "Jalan Baru 2"})
    assert answer.status_code == 302
    assert Institution.objects.get().address == "Jalan Baru 2"


def test_later_one_sees_both_versions_and_saves_after_a_decision(admin_client, institution):
    data = opened(admin_client, institution)
    Institution.objects.update(address="Jalan Orang Lain 3")
    answer = admin_client.post(change(institution), data | {"address": "Jalan Saya 2"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Tersimpan sekarang: “Jalan Orang Lain 3”; sebelumnya: “Jalan Lama 1”." in text
    assert 'value="Jalan Saya 2"' in text
    assert Institution.objects.get().address == "Jalan Orang Lain 3"
    again = data | {"address": "Jalan Saya 2", "initial-address": "Jalan Orang Lain 3"}
    assert 'name="initial-address" value="Jalan Orang Lain 3"' in text
    assert admin_client.post(change(institution), again).status_code == 302
    assert Institution.objects.get().address == "Jalan Saya 2"


def test_field_that_only_the_other_touched_comes_in_before_one_saves(admin_client, institution):
    data = opened(admin_client, institution)
    Institution.objects.update(contact_name="Budi")
    answer = admin_client.post(change(institution), data | {"address": "Jalan Saya 2"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "dari “Ani” menjadi “Budi”" in text
    assert 'name="contact_name" value="Budi"' in text
    assert 'value="Jalan Saya 2"' in text
    stored = Institution.objects.get()
    assert (stored.address, stored.contact_name) == ("Jalan Lama 1", "Budi")


def test_both_wrote_the_same_and_nothing_is_asked(admin_client, institution):
    data = opened(admin_client, institution)
    Institution.objects.update(address="Jalan Sama 4")
    answer = admin_client.post(change(institution), data | {"address": "Jalan Sama 4"})
    assert answer.status_code == 302


def test_office_changed_meanwhile_is_told_by_its_name(admin_client, institution):
    data = opened(admin_client, institution)
    other, mine = TrainingOfficeFactory(name="BPVP Sana"), TrainingOfficeFactory(name="BPVP Sini")
    before = institution.office.name
    Institution.objects.update(office=other)
    answer = admin_client.post(change(institution), data | {"office": mine.pk})
    told = f"Tersimpan sekarang: “BPVP Sana”; sebelumnya: “{before}”."
    assert told in answer.content.decode()
    assert Institution.objects.get().office == other
    again = data | {"office": mine.pk, "initial-office": other.pk}
    assert admin_client.post(change(institution), again).status_code == 302
    assert Institution.objects.get().office == mine
