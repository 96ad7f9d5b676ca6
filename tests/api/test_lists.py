"""Lists: pages by keys, the same filters as the pages, and the same number of queries always."""

from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.asking import LISTS, ROOT, ask, client_of, rows, values
from tests.factories import (
    ActualFactory,
    AssessmentFactory,
    CohortFactory,
    CohortReportFactory,
    EvidenceFactory,
    FieldAliasFactory,
    IncubatorFactory,
    InstitutionFactory,
    NationalAdminFactory,
    PartnershipFactory,
    ProgrammeYearFactory,
    ProvinceFactory,
    RegencyFactory,
    RollupRunFactory,
    TargetFactory,
    TenantFactory,
    TrainingOfficeFactory,
    VocationalFieldFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return NationalAdminFactory()


def walk(user, path: str, query: dict) -> list[dict]:
    """All rows of a list, page after page by `next`."""
    client = client_of(user)
    found, answer = [], client.get(ROOT + path, query).json()
    while True:
        found += answer["results"]
        if answer["next"] is None:
            return found
        parts = urlsplit(answer["next"])
        answer = client.get(f"{parts.path}?{parts.query}").json()


def test_a_walk_visits_each_row_once_and_keeps_its_filters(admin):
    regency = RegencyFactory()
    InstitutionFactory.create_batch(7, regency=regency, name="BLKK Senama")
    InstitutionFactory.create_batch(4, regency=regency)
    InstitutionFactory.create_batch(3)
    query = {"jumlah": 3, "provinsi": regency.province.code}
    codes = [row["code"] for row in walk(admin, "institutions/", query)]
    assert len(codes) == len(set(codes)) == 11
    assert codes == values(admin, "institutions/", "code", {"provinsi": regency.province.code})


def test_rows_that_come_during_a_walk_move_no_other(admin):
    cohorts = CohortFactory.create_batch(5, institution=InstitutionFactory())
    first = ask(admin, "cohorts/", {"jumlah": 2}).json()
    CohortFactory(institution=cohorts[0].institution)
    second = ask(admin, f"cohorts/?{urlsplit(first['next']).query}").json()
    ids = [row["id"] for row in first["results"] + second["results"]]
    assert ids == sorted((cohort.pk for cohort in cohorts), reverse=True)[:4]


def test_every_list_walks_by_single_rows(admin):
    make_rows(3)
    for path in LISTS:
        whole = rows(admin, f"{path}/", {"jumlah": 100})
        assert len(whole) >= 3, path
        assert walk(admin, f"{path}/", {"jumlah": 1}) == whole, path


@pytest.mark.parametrize("size", ["1", "100"])
def test_a_page_holds_as_many_rows_as_asked(admin, size):
    InstitutionFactory.create_batch(2)
    assert len(rows(admin, "institutions/", {"jumlah": size})) == min(int(size), 2)


@pytest.mark.parametrize("size", ["0", "101", "-1", "1e1", "0000050", "9" * 5000, "٣", "x"])
def test_a_page_of_any_other_size_is_refused(admin, size):
    answer = ask(admin, "institutions/", {"jumlah": size})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["jumlah"]


def make_rows(n: int) -> None:
    """n rows in every list, each with its own relations."""
    admin = NationalAdminFactory()
    for _n in range(n):
        province = ProvinceFactory()
        province.successor = ProvinceFactory()
        province.save()
        regency = RegencyFactory(province=province)
        regency.office.parent = TrainingOfficeFactory()
        regency.office.save()
        institution = InstitutionFactory(regency=regency, operational=True, by=admin)
        CohortReportFactory(cohort__institution=institution, people=1, verified=True)
        incubator = IncubatorFactory(institution=institution, stage="mentored", by=admin)
        TenantFactory(incubator=incubator, by=admin)
        EvidenceFactory(incubator=incubator, submitted_by=admin)
        PartnershipFactory(institution=institution)
        AssessmentFactory(institution=institution, by=admin)
        ActualFactory(province=province)
        ActualFactory(office=regency.office)
        TargetFactory(province=province)
    for code in range(n):
        field = VocationalFieldFactory(code=f"F{code}")
        FieldAliasFactory.create_batch(2, field=field)
        ProgrammeYearFactory(year=2030 + code)
    RollupRunFactory()


def queries(user, path: str) -> tuple[int, int]:
    """How many queries a list took, and how many rows it held."""
    client = client_of(user)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(f"{ROOT}{path}/", {"jumlah": 100})
    return len(captured), len(answer.json()["results"])


def test_twenty_rows_take_as_many_queries_as_one(admin):
    make_rows(1)
    # The first list of a connection prepares its statement.
    for path in LISTS:
        queries(admin, path)
    few = {path: queries(admin, path) for path in LISTS}
    make_rows(9)
    many = {path: queries(admin, path) for path in LISTS}
    for path in LISTS:
        assert many[path][1] > few[path][1], path
        assert many[path][0] == few[path][0] <= 8, path


def test_a_hundred_institutions_take_as_many_queries_as_one(admin):
    InstitutionFactory()
    one, rows_of_one = queries(admin, "institutions")
    InstitutionFactory.create_batch(99, regency=RegencyFactory())
    hundred, rows_of_hundred = queries(admin, "institutions")
    assert (rows_of_one, rows_of_hundred) == (1, 100)
    assert hundred == one


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"provinsi": "32"},
        {"provinsi": "32", "kabupaten": "3204"},
        {"uptp": "bpvp-sana"},
        {"jenis": "union"},
        {"status": "proposed"},
        {"status": "signed", "provinsi": "32"},
        {"tahun": "2023"},
        {"kejuruan": "TIK"},
        {"kata": "senama dua"},
    ],
)
def test_the_filters_of_institutions_find_what_the_page_finds(admin, query):
    west, east = ProvinceFactory(code="32"), ProvinceFactory(code="35")
    bandung = RegencyFactory(code="3204", province=west)
    RegencyFactory(code="3205", province=west)
    office = TrainingOfficeFactory(code="bpvp-sana")
    malang = RegencyFactory(code="3507", province=east, office=office)
    InstitutionFactory(regency=bandung, signed=True, host_type="union")
    InstitutionFactory(regency=bandung, name="BLKK Dua Senama")
    InstitutionFactory(regency=malang, programme_year=ProgrammeYearFactory(year=2023))
    InstitutionFactory(regency=malang, field=VocationalFieldFactory(code="TIK"))
    page = client_of(admin).get("/lembaga/", query).context["page"]
    found = values(admin, "institutions/", "code", query)
    assert found == [institution.code for institution in page]
    assert found
    assert query == {} or len(found) < 4


@pytest.mark.parametrize(
    "query", [{}, {"tahun": "2023"}, {"status": "verified"}, {"dana": "own", "status": "draft"}]
)
def test_the_filters_of_cohorts_find_what_the_page_finds(admin, query):
    institution = InstitutionFactory(operational=True)
    CohortReportFactory(cohort__institution=institution, people=1, verified=True)
    CohortFactory(institution=institution, funding="own")
    CohortFactory(institution=institution, programme_year=ProgrammeYearFactory(year=2023))
    page = client_of(admin).get("/pelatihan/", query).context["page"]
    found = values(admin, "cohorts/", "id", query)
    assert found == [cohort.pk for cohort in page]
    assert len(found) == (1 if query else 3)
    assert set(values(admin, "cohort-reports/", "cohort", query)) == set(found)


def test_incubators_are_found_by_round_stage_and_place(admin):
    selected = IncubatorFactory(stage="selected")
    IncubatorFactory(round__programme_year=ProgrammeYearFactory(year=2023))
    place = selected.institution
    for query in (
        {"tahun": "2022"},
        {"tahap": "selected"},
        {"provinsi": place.regency.province.code},
        {"uptp": place.office.code},
    ):
        assert values(admin, "incubators/", "id", query) == [selected.pk], query


def test_regencies_are_found_by_province_and_office(admin):
    regency, _other = RegencyFactory(), RegencyFactory()
    for query in ({"provinsi": regency.province.code}, {"uptp": regency.office.code}):
        assert values(admin, "regencies/", "code", query) == [regency.code]


def test_figures_are_found_by_year_indicator_area_and_breakdown(admin):
    nation = {"value": 7}
    regency = RegencyFactory()
    ActualFactory(**nation)
    ActualFactory(value=1, province=regency.province)
    ActualFactory(value=2, office=regency.office)
    ActualFactory(value=3, breakdown="field", bucket="LAS")
    ActualFactory(value=4, indicator="completed")
    ActualFactory(value=5, programme_year=ProgrammeYearFactory(year=2023))
    ActualFactory(value=6, province=regency.province, breakdown="field", bucket="LAS")
    for query, expected in (
        ({"tahun": "2023"}, [5]),
        ({"indikator": "completed"}, [4]),
        ({"wilayah": "nation"}, [7, 3, 4, 5]),
        ({"wilayah": "nation", "rincian": "none", "tahun": "2022"}, [7, 4]),
        ({"wilayah": "province"}, [1, 6]),
        ({"wilayah": "office"}, [2]),
        ({"provinsi": regency.province.code}, [1, 6]),
        ({"uptp": regency.office.code}, [2]),
        ({"rincian": "field"}, [3, 6]),
        ({"group_by": "province"}, [1]),
        ({"group_by": "office", "tahun": "2022"}, [2]),
        ({"group_by": "field", "tahun": "2022"}, [3]),
        ({"group_by": "field", "wilayah": "province"}, [6]),
        ({"group_by": "field", "provinsi": regency.province.code}, [6]),
        ({"group_by": "province", "rincian": "field"}, [6]),
        ({"group_by": "sex"}, []),
    ):
        assert values(admin, "actuals/", "value", query) == expected, query
    for query in ({"group_by": "province", "wilayah": "office"}, {"group_by": "name"},
                  {"group_by": "sex", "rincian": "none"}):  # fmt: skip
        answer = ask(admin, "actuals/", query)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["group_by"]), query
