"""Institutions are found however their names are spelt, in the lists, the admin and the API."""

import pytest
from django.db.models import CharField, Value
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from institutions.models import Institution, ProgrammeYear
from institutions.names import READ, WRITTEN, name_key, name_key_of
from tests.admin_pages import changelist
from tests.factories import CohortFactory, InstitutionFactory, NationalAdminFactory, RegencyFactory
from trainings.models import Cohort

pytestmark = pytest.mark.django_db

SPELLINGS = [
    ("Nurul Huda", "Nurul-Huda"),
    ("Nurul Huda", "NURULHUDA"),
    ("Nurul Huda", "huda nurul"),
    ("Al-Ikhlas", "al ikhlas"),
    ("Al Ikhlas", "AL-IKHLAS"),
    ("Al-Ikhlas", "alikhlas"),
    ("Ma'arif", "maarif"),
    ("Ma’arif", "ma`arif"),
    ("Maʼarif", "ma'arif"),
    ("Maarif", "ma‘arif"),
    ("Assalaam", "As-Salam"),
    ("Nurrohman", "nur rohman"),
    ("Hidāyah", "hidayah"),
    ("Al - Falah", "al — falah"),
]


@pytest.mark.parametrize(("stored", "asked"), SPELLINGS)
def test_staff_find_an_institution_however_its_name_is_spelt(stored, asked):
    found = InstitutionFactory(name=f"BLKK {stored} (contoh)")
    InstitutionFactory(name="BLKK Darut Tauhid (contoh)")
    assert list(Institution.objects.matching(asked)) == [found]


@pytest.mark.parametrize("asked", ["nurul iman", "'", "-", "٣", "smk 1x", "_"])
def test_words_that_stand_nowhere_find_nothing(asked):
    InstitutionFactory(name="BLKK Nurul Huda SMK 11 (contoh)")
    assert not Institution.objects.matching(asked).exists()


def test_doubled_digit_is_another_number():
    # A regency is named by its number in other tests, and found by it.
    place = RegencyFactory(name="Kabupaten Contoh")
    eleven = InstitutionFactory(name="SMK Bakti 11", regency=place)
    InstitutionFactory(name="SMK Bakti 1", regency=place)
    assert list(Institution.objects.matching("bakti 11")) == [eleven]


@pytest.mark.parametrize(
    "asked", ["BLKK-77", "blkk-77", "VIN.0042", "vin.00", "Bandung", "huda kab bandung"]
)
def test_code_vin_and_regency_name_an_institution_too(asked):
    regency = RegencyFactory(name="Kab. Bandung Barat")
    found = InstitutionFactory(name="Nurul Huda", code="BLKK-7741", vin="VIN.0042", regency=regency)
    InstitutionFactory(name="Nurul Huda", code="BLKK-8841")
    assert list(Institution.objects.matching(asked)) == [found]


def test_page_admin_autocomplete_and_api_find_by_the_same_rule(client):
    found = InstitutionFactory(name="BLKK Ma'arif Al-Ikhlas (contoh)")
    cohort = CohortFactory(institution=found)
    CohortFactory(institution__name="BLKK Lain (contoh)")
    client.force_login(NationalAdminFactory())
    words = "alikhlas maarif"
    page = client.get(reverse("institutions:institution-list"), {"kata": words})
    assert [row.pk for row in page.context["page"]] == [found.pk]
    listed = client.get(changelist(Institution), {"q": words}).context["cl"].result_list
    assert [row.pk for row in listed] == [found.pk]
    of_relation = client.get(changelist(Cohort), {"q": words}).context["cl"].result_list
    assert [row.pk for row in of_relation] == [cohort.pk]
    told = {"app_label": "institutions", "model_name": "institution", "field_name": "replaces"}
    offered = client.get(reverse("admin:autocomplete"), {"term": words} | told).json()
    assert [row["id"] for row in offered["results"]] == [str(found.pk)]
    answered = client.get(reverse("api:institution-list"), {"kata": words}).json()
    assert [row["code"] for row in answered["results"]] == [found.code]


def test_new_name_is_found_after_a_bulk_update():
    InstitutionFactory(name="BLKK Lama")
    Institution.objects.update(name="BLKK Al-Baru")
    assert Institution.objects.matching("albaru").count() == 1
    assert not Institution.objects.matching("lama").exists()


class TwoRulesTest(TestCase):
    """The rule of the program and that of the database are one."""

    @settings(max_examples=60)
    @given(
        text=st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=("Cs",)))
        | st.text(WRITTEN + READ + " '-119")
    )
    def test_program_and_database_compare_the_same(self, text):
        ProgrammeYear.objects.get_or_create(year=2022)
        read = name_key_of(Value(text, output_field=CharField()))
        row = ProgrammeYear.objects.annotate(key=read).get(year=2022)
        assert row.key == name_key(text)
