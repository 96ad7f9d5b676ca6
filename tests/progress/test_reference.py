"""The reference data: complete, loaded as often as one likes, and never over what staff edited."""

import pytest
from django.core.management import call_command

from blk_portal.progress.models import Target
from incubators.models import SelectionRound
from institutions.models import (
    FieldAlias,
    ProgrammeYear,
    Province,
    Regency,
    TrainingOffice,
    VocationalField,
)
from institutions.models.areas import TimeZone
from institutions.models.programme import normalise_field
from institutions.reference import regions
from institutions.reference.fields import fields
from institutions.reference.offices import OFFICES, office_of

MODELS = (
    FieldAlias,
    ProgrammeYear,
    Province,
    Regency,
    SelectionRound,
    Target,
    TrainingOffice,
    VocationalField,
)


def stored() -> dict:
    return {model: list(model.objects.order_by("pk").values()) for model in MODELS}


@pytest.fixture
def reference(db):
    call_command("load_reference", verbosity=0)


def test_every_area_field_and_year_is_loaded(reference):
    assert Province.objects.count() == 38
    assert Regency.objects.count() == 514
    assert VocationalField.objects.count() == 25
    assert not Regency.objects.filter(office=None).exists()
    kinds = list(TrainingOffice.objects.values_list("kind", flat=True))
    assert (kinds.count("bbpvp"), kinds.count("bpvp")) == (6, 15)
    assert list(ProgrammeYear.objects.order_by("year").values_list("year", flat=True)) == list(
        range(2017, 2027)
    )
    assert set(ProgrammeYear.objects.values_list("cohort_size", flat=True)) == {16}


def test_the_three_targets_name_their_rule_and_source(reference):
    targets = Target.objects.filter(programme_year__year=2022, province=None)
    assert dict(targets.values_list("indicator", "value")) == {
        "institutions_pkb": 850,
        "completed": 232_000,
        "incubators_selected": 100,
    }
    assert all(target.rule and "13 September 2022" in target.source for target in targets)
    assert SelectionRound.objects.get().places == 100


def test_loading_twice_changes_nothing(reference, django_assert_max_num_queries, capsys):
    before = stored()
    with django_assert_max_num_queries(23):
        call_command("load_reference")
    assert stored() == before
    assert capsys.readouterr().out == ""


def test_what_staff_edited_stays(reference):
    other = TrainingOffice.objects.get(code="bpvp-padang")
    Regency.objects.filter(code="3204").update(office=other)
    Regency.objects.filter(code="3205").update(office=None)
    TrainingOffice.objects.filter(code="bbpvp-medan").update(name="BBPVP Medan Raya")
    Target.objects.filter(indicator="completed").update(value=240_000, rule="Aturan baru.")
    ProgrammeYear.objects.filter(year=2022).update(cohort_size=20)
    before = stored()
    call_command("load_reference", verbosity=0)
    assert stored() == before


def test_an_official_name_is_brought_up_to_date(reference):
    Province.objects.filter(code="32").update(name="Jawa Barat lama")
    call_command("load_reference", verbosity=0)
    assert Province.objects.get(code="32").name == "Jawa Barat"


def test_the_provinces_of_2022_begin_with_their_laws(reference):
    begun = {row.code: str(row.valid_from) for row in Province.objects.exclude(valid_from=None)}
    assert begun == {
        "93": "2022-07-25",
        "94": "2022-07-25",
        "95": "2022-07-25",
        "96": "2022-12-08",
    }
    assert Regency.objects.get(code="9301").valid_from is not None
    assert Regency.objects.get(code="9103").valid_from is None


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        ("61", TimeZone.WIB), ("62", TimeZone.WIB), ("63", TimeZone.WITA), ("64", TimeZone.WITA),
        ("65", TimeZone.WITA), ("51", TimeZone.WITA), ("35", TimeZone.WIB), ("82", TimeZone.WIT),
        ("96", TimeZone.WIT),
    ],
)  # fmt: skip
def test_a_province_has_its_time_zone(code, zone):
    assert {row.code: row.time_zone for row in regions.provinces()}[code] == zone


def test_regencies_have_the_codes_of_bps_beside_their_own(reference):
    codes = {row.former_code or row.code: row.bps_code for row in Regency.objects.all()}
    assert len(set(codes.values())) == len(codes) == 514
    # So many differ (bridging of BPS, 2020), and most of those look like another regency's code.
    different = {code for code, bps in codes.items() if code != bps}
    assert len(different) == 199
    assert len({code for code in different if codes[code] in codes}) > 160
    named = dict(Regency.objects.values_list("name", "bps_code"))
    assert named["Kota Administrasi Jakarta Selatan"] == "3171"
    assert named["Kabupaten Merauke"] == "9401"
    by_province = {
        (row.province.bps_code, row.bps_code[:2])
        for row in Regency.objects.filter(province__valid_from=None).select_related("province")
    }
    assert len(by_province) == 34
    assert all(province == start for province, start in by_province)
    of_provinces = dict(Province.objects.values_list("code", "bps_code"))
    assert len(set(of_provinces.values())) == len(of_provinces) == 38
    made = Province.objects.exclude(valid_from=None).values_list("code", flat=True)
    assert {code: of_provinces[code] for code in made} == {
        "93": "95", "94": "96", "95": "97", "96": "92"
    }  # fmt: skip


def test_no_two_provinces_share_a_tile():
    places = [(row.map_column, row.map_row) for row in regions.provinces()]
    assert len(set(places)) == 38


def test_no_spelling_means_two_fields():
    keys = [normalise_field(spelling) for row in fields() for spelling in row.spellings]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("text", ["las", "TEKNIK LAS", "Welding", "LAS"])
def test_a_field_is_found_by_any_spelling(reference, text):
    assert VocationalField.objects.named(text).get().code == "LAS"


def test_every_regency_has_an_office_and_every_office_regencies():
    guided = {office_of(row.code) for row in regions.regencies()}
    assert guided == {office.code for office in OFFICES}
    assert office_of("3204") == "bbpvp-bandung"
