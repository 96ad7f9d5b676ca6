"""Classes over time: counted by day, apart from the unassessed, and equal to the lists behind."""

from datetime import date

import pytest
from django.urls import reverse

from blk_portal.accounts.models import today
from blk_portal.accounts.roles import Role
from blk_portal.progress.independence import CLASSES, Independence
from institutions.lifecycle import InstitutionStatus, MilestoneKind
from institutions.maturity import Maturity
from institutions.models.assessment import UNASSESSED
from tests.api.asking import ask
from tests.factories import (
    AreaReviewerFactory,
    AssessmentFactory,
    InstitutionFactory,
    MilestoneFactory,
    NationalAdminFactory,
    OperatorFactory,
    ProgrammeYearFactory,
    ProvinceFactory,
    RegencyFactory,
    user_of,
)

pytestmark = pytest.mark.django_db
NEW, GROWING, DEVELOPING, INDEPENDENT = Maturity
ADDRESS = "/capaian/kemandirian/"
END_2021, END_2022 = date(2021, 12, 31), date(2022, 12, 31)


@pytest.fixture
def nation():
    """Two provinces; the first with one that rises, one never assessed, one cancelled, one new."""
    first = ProvinceFactory(code="35", name="Jawa Timur")
    second = ProvinceFactory(code="32", name="Jawa Barat")
    here, there = (RegencyFactory(province=province) for province in (first, second))
    year = ProgrammeYearFactory(year=2020)

    def made(regency, *classes, **traits):
        traits = {"operational": True} | traits
        institution = InstitutionFactory(regency=regency, programme_year=year, **traits)
        for day, reached in classes:
            AssessmentFactory(institution=institution, assessed_on=day, reaching=reached)
        return institution

    return {
        "rises": made(here, (date(2021, 5, 3), GROWING), (date(2022, 12, 31), INDEPENDENT)),
        "unassessed": made(here),
        "lowest": made(here, (date(2022, 2, 1), NEW)),
        "there": made(there, (date(2022, 6, 1), INDEPENDENT)),
        "cancelled": made(here, operational=False, status=InstitutionStatus.CANCELLED),
    }


def counts(standing) -> tuple[int, ...]:
    return (standing.whole, *(standing.counts[key] for key in (*CLASSES, UNASSESSED)))


def test_the_nation_is_counted_for_the_end_of_each_year_and_today(nation):
    [series] = Independence(NationalAdminFactory()).series()
    by_day = {standing.day: counts(standing) for standing in series.standings}
    assert next(iter(by_day)) == today()
    # All, then independent, developing, growing, new, not assessed.
    assert by_day[END_2021] == (4, 0, 0, 1, 0, 3)
    assert by_day[END_2022] == (4, 2, 0, 0, 1, 1)
    assert series.message == "2 dari 3 lembaga yang dinilai berkelas mandiri"


def test_licences_and_accreditations_count_from_their_date(nation):
    for kind, day in ((MilestoneKind.LICENCE, END_2021), (MilestoneKind.ACCREDITATION, END_2022)):
        MilestoneFactory(institution=nation["rises"], kind=kind, happened_on=day)
    [series] = Independence(NationalAdminFactory()).series()
    found = {one.day: (one.licensed.value, one.accredited.value) for one in series.standings}
    assert (found[END_2021], found[END_2022], found[today()]) == ((1, 0), (1, 1), (1, 1))


def test_what_an_institution_was_before_its_agreement_it_is_from_then_on(nation):
    early = InstitutionFactory(operational=True, programme_year=ProgrammeYearFactory(year=2022))
    for day, reached in ((date(2020, 3, 1), GROWING), (date(2021, 3, 1), DEVELOPING)):
        AssessmentFactory(institution=early, assessed_on=day, reaching=reached)
    MilestoneFactory(institution=early, kind=MilestoneKind.LICENCE, happened_on=date(2020, 3, 1))
    [series] = Independence(NationalAdminFactory()).series()
    by_day = {standing.day: standing for standing in series.standings}
    assert counts(by_day[END_2021]) == (4, 0, 0, 1, 0, 3)
    assert counts(by_day[END_2022]) == (5, 2, 1, 0, 1, 1)
    assert (by_day[END_2021].counts["licence"], by_day[END_2022].counts["licence"]) == (0, 1)


def test_a_class_is_unknown_and_not_zero_where_nobody_was_assessed(client):
    InstitutionFactory(operational=True)
    client.force_login(NationalAdminFactory())
    [series] = Independence(NationalAdminFactory()).series()
    assert [count.value for count in series.latest.classes] == [None] * 4
    assert series.latest.unassessed.value == 1
    assert "Belum ada lembaga yang dinilai" in client.get(ADDRESS).content.decode()


def test_leadership_asks_how_many_are_independent_in_one_province(client, nation):
    client.force_login(user_of(Role.LEADERSHIP, nation["rises"]))
    page = client.get(f"{ADDRESS}provinsi/35/")
    [series] = page.context["series"]
    assert counts(series.latest) == (3, 1, 0, 0, 1, 1)
    listed = client.get("/lembaga/?provinsi=35&kelas=mandiri").context["page"].rows
    assert listed == [nation["rises"]]


@pytest.mark.parametrize(
    "role", [Role.NATIONAL_ADMIN, Role.AREA_REVIEWER, Role.OBSERVER, Role.AUDITOR, Role.LEADERSHIP]
)
def test_every_figure_that_leads_on_is_as_long_as_its_list(client, nation, role):
    client.force_login(user_of(role, nation["rises"]))
    page = client.get(ADDRESS)
    standings = [one for series in page.context["series"] for one in series.standings]
    standings += [row.standing for row in [*page.context["provinces"], *page.context["offices"]]]
    followed = 0
    for standing in standings:
        single = (standing.unassessed, standing.total, standing.licensed, standing.accredited)
        for count in (*standing.classes, *single):
            if count.url:
                followed += 1
                assert client.get(count.url).context["count"] == (count.value or 0), count
    assert followed > 10
    for row in page.context["provinces"]:
        address = reverse("progress:independence-of-province", args=[row.area.code])
        assert client.get(address).status_code == 200


def test_area_reviewer_reads_the_own_area_beside_the_nation(client, nation):
    reviewer = AreaReviewerFactory(office=nation["there"].office)
    own, whole = Independence(reviewer).series()
    assert counts(own.latest) == (1, 1, 0, 0, 0, 0)
    assert counts(whole.latest) == (4, 2, 0, 0, 1, 1)
    assert not whole.latest.total.url
    client.force_login(reviewer)
    assert client.get(f"{ADDRESS}provinsi/32/").status_code == 200
    assert client.get(f"{ADDRESS}provinsi/35/").status_code == 404


def test_operator_reads_the_nation_only(nation):
    figures = Independence(OperatorFactory(institution=nation["there"]))
    [whole] = figures.series()
    assert counts(whole.latest)[0] == 4
    assert figures.province_rows() == figures.office_rows() == []


def test_institutions_without_an_office_stand_in_a_row_of_their_own(nation):
    InstitutionFactory(operational=True, office=None)
    last = Independence(NationalAdminFactory()).office_rows()[-1]
    assert (last.area, last.standing.whole, last.standing.total.url) == (None, 1, "")


class TestFilter:
    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("kelas=mandiri", {"rises", "there"}),
            ("kelas=baru", {"lowest"}),
            ("kelas=belum", {"unassessed"}),
            ("kelas=berkembang", set()),
            ("kelas=tumbuh&pada=2021-12-31", {"rises"}),
            ("kelas=belum&pada=2021-12-31", {"unassessed", "lowest", "there"}),
            ("tonggak=pkb&pada=2019-12-31", set()),
            ("tonggak=pkb&pada=2021-12-31", {"rises", "unassessed", "lowest", "there"}),
            ("tonggak=pkb&provinsi=32", {"there"}),
            ("pada=2019-12-31", {"rises", "unassessed", "lowest", "there", "cancelled"}),
        ],
    )
    def test_page_and_interface_list_the_same_institutions(self, client, nation, query, names):
        admin = NationalAdminFactory()
        client.force_login(admin)
        codes = {nation[name].code for name in names}
        listed = client.get(f"/lembaga/?{query}")
        assert {row.code for row in listed.context["page"]} == codes
        answer = ask(admin, f"institutions/?{query}").json()
        assert {row["code"] for row in answer["results"]} == codes

    @pytest.mark.parametrize("query", ["kelas=sempurna", "pada=kemarin", "pada=2022-02-31"])
    def test_what_cannot_be_read_lists_nothing(self, client, nation, query):
        client.force_login(NationalAdminFactory())
        response = client.get(f"/lembaga/?{query}")
        assert response.status_code == 400
        assert not response.context["page"].rows

    def test_the_interface_tells_class_and_date(self, nation):
        rows = ask(NationalAdminFactory(), "institutions/").json()["results"]
        told = {row["code"]: (row["maturity"], row["assessed_on"]) for row in rows}
        assert told[nation["rises"].code] == ("mandiri", "2022-12-31")
        assert told[nation["unassessed"].code] == (None, None)
