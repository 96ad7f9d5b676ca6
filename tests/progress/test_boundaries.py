"""Figures on today's map and as reported: Papua before and after the laws of 2022."""

import csv
from datetime import date

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blk_portal.progress import audit, boundaries, figures, rollup
from blk_portal.progress.boundaries import Boundaries
from blk_portal.progress.indicators import INDICATORS
from blk_portal.progress.models import Actual, ActualThen, Cell
from institutions.models import Institution, ProgrammeYear, Province, Regency
from institutions.reference import regions
from tests.factories import (
    AreaAssignmentFactory,
    AreaReviewerFactory,
    CohortReportFactory,
    IncubatorFactory,
    InstitutionFactory,
    LeadershipFactory,
    ObserverFactory,
)

pytestmark = pytest.mark.django_db
THEN, NOW = Boundaries.THEN, Boundaries.NOW
PLACES = {"9171": 3, "9301": 2, "9401": 1, "9501": 4, "9202": 2, "9671": 5, "3204": 6}
YEARS = (2021, 2022, 2023)


@pytest.fixture(scope="module")
def papua(standing):
    call_command("load_reference", verbosity=0)
    for code, people in PLACES.items():
        regency = Regency.objects.get(code=code)
        for year in YEARS:
            row = InstitutionFactory(
                regency=regency, operational=True, programme_year__year=year,
                office=regency.office,
            )  # fmt: skip
            CohortReportFactory(
                cohort__institution=row, cohort__programme_year__year=year, people=people,
                verified=True,
            )  # fmt: skip
        IncubatorFactory(institution=row, round__programme_year__year=2022, stage="selected")
    rollup.rebuild()


def year_of(number: int) -> ProgrammeYear:
    return ProgrammeYear.objects.get(year=number)


def rows_of(number: int, reading: str) -> dict[str, int]:
    rows = figures.province_rows(year_of(number), LeadershipFactory(), reading=reading)
    return {row.province.code: row.values.get("completed", 0) for row in rows}


@pytest.mark.parametrize("reading", [NOW, THEN])
def test_figure_of_the_nation_is_explained_by_the_provinces_of_either_map(client, papua, reading):
    client.force_login(LeadershipFactory())
    query = {"indikator": "completed", "tahun": 2022, "peta": reading}
    page = client.get(reverse("progress:explain"), query)
    assert page.status_code == 200
    explanation = page.context["answer"]
    parts = {part.named.row.code: part.counted.value for part in explanation.parts}
    assert parts == {code: value for code, value in rows_of(2022, reading).items() if value}
    assert sum(parts.values()) == explanation.value == sum(PLACES.values())


def test_table_names_every_regency_that_moved_with_its_law(papua):
    with regions.BOUNDARY_TABLE.open(encoding="utf-8") as table:
        listed = {row["code"]: row for row in csv.DictReader(table)}
    moved = Regency.objects.exclude(former_province=None)
    assert set(moved.values_list("code", flat=True)) == set(listed)
    assert len(listed) == 4 + 8 + 8 + 6
    younger = Province.objects.exclude(split_from=None)
    origins = dict(younger.values_list("code", "split_from__code"))
    assert origins == {"93": "91", "94": "91", "95": "91", "96": "92"}
    for regency in moved.select_related("province", "former_province"):
        row = listed[regency.code]
        assert row["name"] == regency.name
        assert row["former_code"][:2] == regency.former_province.code
        assert regency.province.valid_from == date.fromisoformat(row["moved_on"])
    codes = list(moved.values_list("former_code", flat=True))
    assert len(set(codes)) == len(codes)
    assert not Regency.objects.filter(code__in=codes).exists()


def test_table_that_mixes_origins_is_refused(monkeypatch):
    mixed = regions.boundaries() | {
        "9301": regions.Boundary(former_code="9201", moved_on=date(2022, 7, 25))
    }
    monkeypatch.setattr(regions, "boundaries", lambda: mixed)
    regions.regencies.cache_clear()
    try:
        with pytest.raises(regions.BoundaryProblem):
            regions.origins()
    finally:
        regions.regencies.cache_clear()


def test_papua_of_2022_is_whole_as_reported_and_in_parts_today(papua):
    today, then = rows_of(2022, NOW), rows_of(2022, THEN)
    assert (len(today), len(then)) == (38, 34)
    assert [today[code] for code in ("91", "93", "94", "95")] == [3, 2, 1, 4]
    assert then["91"] == 10
    assert (today["92"], today["96"], then["92"]) == (2, 5, 7)
    assert not {"93", "94", "95", "96"} & then.keys()


def test_both_readings_are_the_same_from_the_year_after_the_law(papua):
    assert rows_of(2023, THEN) == rows_of(2023, NOW)
    assert len(rows_of(2023, THEN)) == 38


def national(model: type[Cell], year: int, indicator: str) -> tuple[list, list]:
    """The sums of the provinces by breakdown, and the nation's own cells."""
    cells = model.objects.filter(programme_year__year=year, indicator=indicator)
    provinces = cells.exclude(province=None).order_by("breakdown", "bucket")
    nation = cells.filter(province=None, office=None).order_by("breakdown", "bucket")
    return (
        list(provinces.values_list("breakdown", "bucket").annotate(Sum("value"))),
        list(nation.values_list("breakdown", "bucket", "value")),
    )


def test_national_totals_are_equal_in_both_readings(papua):
    seen = set()
    for year in YEARS:
        for indicator in INDICATORS:
            today = national(Actual, year, indicator)
            assert today == national(ActualThen, year, indicator), (year, indicator)
            assert today[0] == today[1], (year, indicator)
            seen |= {indicator} if today[0] else set()
    assert {"completed", "people", "institutions_pkb", "incubators_selected"} <= seen


def test_audit_finds_nothing_in_either_reading(papua):
    assert audit.run_audit() == []


def test_rows_behind_a_figure_as_reported_are_those_of_its_parts(client, papua):
    client.force_login(LeadershipFactory())
    page = reverse("progress:province-detail", args=["91"])
    text = client.get(f"{page}?tahun=2022&peta=saat_itu").content.decode()
    [cell] = ActualThen.objects.filter(
        province__code="91", programme_year__year=2022, indicator="institutions_pkb", breakdown=""
    )
    listed = 0
    for code in ("91", "93", "94", "95"):
        link = f"{reverse('institutions:institution-list')}?provinsi={code}"
        assert f'href="{link}"' in text
        listed += client.get(f"{link}&tahun=2022").context["count"]
    assert cell.value == listed == 4


def test_reader_switches_the_map_on_dashboard_and_province(client, papua):
    client.force_login(LeadershipFactory())
    dashboard = reverse("progress:dashboard")
    now = client.get(f"{dashboard}?tahun=2022")
    then = client.get(f"{dashboard}?tahun=2022&peta=saat_itu")
    assert sum(len(half.tiles) for half in now.context["map"].halves) == 38
    assert sum(len(half.tiles) for half in then.context["map"].halves) == 34
    assert now.context["totals"] == then.context["totals"]
    assert 'href="?tahun=2022&amp;peta=saat_itu"' in now.content.decode()
    assert f"{reverse('progress:province-detail', args=['91'])}?tahun=2022&amp;peta=saat_itu" in (
        then.content.decode()
    )
    part = client.get(
        reverse("progress:province-detail", args=["93"]), {"tahun": 2022, "peta": "saat_itu"}
    )
    assert "Pada TA 2022 Papua Selatan dilaporkan di bawah Papua" in part.content.decode()
    assert "peta=saat_itu" not in client.get(f"{dashboard}?tahun=2023").content.decode()
    west_java = reverse("progress:province-detail", args=["32"])
    assert "peta=saat_itu" not in client.get(f"{west_java}?tahun=2022").content.decode()
    assert client.get(f"{dashboard}?tahun=2022&peta=besok").status_code == 404


def test_pages_ask_at_most_twelve_times_in_both_readings(client, papua):
    client.force_login(LeadershipFactory())
    for path in (reverse("progress:dashboard"), reverse("progress:province-detail", args=["91"])):
        for reading in (NOW, THEN):
            address = f"{path}?tahun=2022&peta={reading}"
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            assert len(queries) <= 12, address


def test_dinas_reads_on_the_map_of_today_and_is_told_so(client, papua):
    province = Province.objects.get(code="91")
    client.force_login(ObserverFactory(province=province))
    page = reverse("progress:province-detail", args=["91"])
    asked = client.get(f"{page}?tahun=2022&peta=saat_itu")
    assert "Ditampilkan menurut peta sekarang" in asked.content.decode()
    assert asked.context["headlines"][1].value == 3
    assert "peta=saat_itu" not in client.get(f"{page}?tahun=2022").content.decode()


def interface(client, **query) -> dict[str, int]:
    parameters = {
        "tahun": 2022, "wilayah": "province", "indikator": "completed", "rincian": "none",
    } | query  # fmt: skip
    answer = client.get("/api/v1/actuals/", parameters)
    assert answer.status_code == 200, answer.content
    return {row["province"]: row["value"] for row in answer.json()["results"]}


def test_interface_answers_both_readings_and_refuses_another_word(client, papua):
    client.force_login(AreaReviewerFactory())
    assert interface(client)["93"] == 2
    then = interface(client, peta="saat_itu")
    assert then["91"] == 10
    assert "93" not in then
    assert sum(then.values()) == sum(interface(client, peta="kini").values())
    assert client.get("/api/v1/actuals/", {"peta": "besok"}).status_code == 400


def test_interface_gives_a_province_of_the_past_only_to_who_sees_all_its_parts(client, papua):
    observer = ObserverFactory(province=Province.objects.get(code="91"))
    client.force_login(observer)
    assert interface(client) == {"91": 3}
    assert interface(client, peta="saat_itu") == {}
    assert interface(client, peta="saat_itu", tahun=2023) == {"91": 3}
    for code in ("93", "94", "95"):
        province = Province.objects.get(code=code)
        AreaAssignmentFactory(user=observer, office=None, province=province)
    assert interface(client, peta="saat_itu") == {"91": 10}


def test_reading_moves_no_institution(papua):
    assert boundaries.cells(THEN).model is ActualThen
    merauke = Institution.objects.filter(regency__code="9301")
    assert set(merauke.values_list("regency__province__code", flat=True)) == {"93"}
