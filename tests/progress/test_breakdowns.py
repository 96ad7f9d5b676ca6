"""The dashboard broken down, and the pages of one province and one office."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blk_portal.accounts.roles import Role
from blk_portal.progress import breakdowns, figures, rollup
from blk_portal.progress.models import Breakdown
from tests.factories import (
    ActualFactory,
    AreaReviewerFactory,
    AuditorFactory,
    CohortFactory,
    CohortReportFactory,
    IncubatorFactory,
    InstitutionFactory,
    LeadershipFactory,
    NationalAdminFactory,
    ObserverFactory,
    ParticipantFactory,
    ProgrammeYearFactory,
    ProvinceFactory,
    RegencyFactory,
    TargetFactory,
    TrainingOfficeFactory,
    UserFactory,
    VocationalFieldFactory,
    user_of,
)

pytestmark = pytest.mark.django_db
DASHBOARD = reverse("progress:dashboard")
SEE_OFFICES = {
    Role.NATIONAL_ADMIN, Role.NATIONAL_TRAINING_REVIEWER, Role.NATIONAL_INCUBATOR_REVIEWER,
    Role.AREA_REVIEWER, Role.LEADERSHIP,
}  # fmt: skip
SEE_PROVINCES = SEE_OFFICES | {Role.OBSERVER, Role.AUDITOR}


def province_url(province) -> str:
    return reverse("progress:province-detail", args=[province.code])


def office_url(office) -> str:
    return reverse("progress:office-detail", args=[office.code])


def field_cells(year, counts: dict[str, int], **area) -> None:
    """Stored cells of participations and people by field, with their whole."""
    for code, count in counts.items():
        VocationalFieldFactory(code=code)
        for indicator in ("completed", "people"):
            cell = {"breakdown": "field", "bucket": code, "value": count}
            ActualFactory(programme_year=year, indicator=indicator, **cell, **area)
    whole = sum(counts.values())
    for indicator in ("completed", "people"):
        ActualFactory(programme_year=year, indicator=indicator, value=whole, **area)


def by_name(found: list[breakdowns.Section]) -> dict[str, breakdowns.Section]:
    return {section.breakdown: section for section in found}


@pytest.fixture
def year():
    return ProgrammeYearFactory()


@pytest.fixture
def counted(year):
    """An institution whose one verified report holds three women of four, one of them disabled."""
    cohort = CohortFactory(seats=16, funding="apbd")
    ParticipantFactory.create_batch(2, cohort=cohort, sex="P")
    ParticipantFactory(cohort=cohort, sex="P", disability="fisik")
    ParticipantFactory(cohort=cohort, sex="L", nik="")
    CohortReportFactory(cohort=cohort, people=0, verified=True)
    rollup.settle(year.pk)
    return cohort.institution


class TestSections:
    def test_parts_come_from_verified_reports_and_people_stand_beside(self, year, counted):
        found = by_name(breakdowns.sections(breakdowns.figures_of(year)))
        assert list(found) == ["field", "funding", "sex", "age", "disability", "host"]
        women, men = found["sex"].shown
        assert (women.participations, women.people) == (3, 3)
        assert (men.participations, men.people) == (1, 0)
        for section in found.values():
            assert sum(part.participations for part in section.shown) == section.whole == 4

    def test_choice_that_nobody_took_is_a_zero_once_something_is_counted(self, year, counted):
        funding = by_name(breakdowns.sections(breakdowns.figures_of(year)))["funding"]
        assert [part.participations for part in funding.shown] == [4, 0, 0, 0]

    def test_parts_are_ordered_by_size_and_ages_from_young_to_old(self, year):
        for bucket, value in {"45+": 9, "u18": 1, "25-34": 5}.items():
            cell = {"breakdown": "age", "bucket": bucket, "value": value}
            ActualFactory(programme_year=year, indicator="completed", **cell)
        field_cells(year, {"LAS": 4, "TIK": 11})
        found = by_name(breakdowns.sections(breakdowns.figures_of(year)))
        assert [part.participations for part in found["field"].shown] == [11, 4]
        assert [part.participations for part in found["age"].shown] == [1, 0, 5, 0, 9]

    def test_title_says_the_message(self, year, counted):
        found = by_name(breakdowns.sections(breakdowns.figures_of(year)))
        assert found["sex"].message.startswith("Perempuan: 75,0\xa0%")
        assert "25,0\xa0%" in found["disability"].message
        assert "100,0\xa0%" in found["funding"].message

    def test_fields_beyond_eight_are_folded_and_still_add_up(self, year):
        field_cells(year, {f"F{n:02}": n for n in range(1, 12)})
        section = by_name(breakdowns.sections(breakdowns.figures_of(year)))["field"]
        assert [part.participations for part in section.shown] == [11, 10, 9, 8, 7, 6, 5, 4]
        assert [part.participations for part in section.rest] == [3, 2, 1]
        assert (section.other.participations, section.other.people) == (6, 6)
        assert section.whole == 66

    def test_eight_fields_are_not_folded(self, year):
        field_cells(year, {f"F{n:02}": n for n in range(1, 9)})
        section = by_name(breakdowns.sections(breakdowns.figures_of(year)))["field"]
        assert (len(section.shown), section.rest, section.other) == (8, [], None)

    def test_nothing_counted_makes_no_sections_and_no_columns(self, year):
        ActualFactory(programme_year=year, indicator="institutions_pkb", value=3)
        assert breakdowns.sections(breakdowns.figures_of(year)) == []
        assert breakdowns.columns([]) == []

    def test_columns_hold_every_section_once(self, year, counted):
        found = breakdowns.sections(breakdowns.figures_of(year))
        left, right = breakdowns.columns(found)
        assert sorted(section.breakdown for section in left + right) == sorted(
            section.breakdown for section in found
        )

    def test_breakdown_of_which_nothing_is_stored_is_left_out(self, year):
        field_cells(year, {"LAS": 4})
        found = by_name(breakdowns.sections(breakdowns.figures_of(year)))
        assert list(found) == ["field"]

    def test_a_code_without_a_name_is_shown_as_it_is(self, year):
        ActualFactory(programme_year=year, indicator="completed", value=2)
        ActualFactory(
            programme_year=year, indicator="completed", breakdown="field", bucket="XYZ", value=2
        )
        found = by_name(breakdowns.sections(breakdowns.figures_of(year)))
        assert [part.label for part in found["field"].shown] == ["XYZ"]

    def test_every_breakdown_that_is_stored_is_shown(self):
        # The sources of finance stand with the tenants.
        assert set(breakdowns.SUBJECTS) == set(Breakdown.values) - {"", Breakdown.SOURCE}


class TestKnownFigures:
    def test_nothing_stored_is_unknown_and_not_zero(self):
        assert set(breakdowns.known_figures({}).values()) == {None}

    def test_without_a_verified_report_participations_are_unknown(self):
        known = breakdowns.known_figures({"institutions_pkb": 3})
        assert (known["institutions_operational"], known["incubators_selected"]) == (0, 0)
        assert (known["completed"], known["people"], known["passed"]) == (None, None, None)

    def test_a_verified_report_of_withdrawals_is_a_zero(self):
        assert breakdowns.known_figures({"enrolled": 3})["completed"] == 0


class TestOffices:
    def test_offices_and_the_rest_add_up_to_the_nation(self, year, counted):
        CohortReportFactory(cohort__institution__office=None, people=2, verified=True)
        rollup.settle(year.pk)
        nation = breakdowns.figures_of(year)
        rows = figures.office_rows(year, LeadershipFactory())
        left = figures.without_office(nation, rows)
        assert figures.totals(rows)["completed"] == 4
        assert left["completed"] == 2
        assert nation.values["completed"] == 6

    def test_no_rest_where_every_institution_has_an_office(self, year, counted):
        rows = figures.office_rows(year, LeadershipFactory())
        assert figures.without_office(breakdowns.figures_of(year), rows) == {}

    def test_area_reviewer_opens_its_office_and_its_branches(self, year):
        own, other = TrainingOfficeFactory(), TrainingOfficeFactory()
        branch = TrainingOfficeFactory(kind="satpel", parent=own)
        user = AreaReviewerFactory(office=own)
        assert set(figures.offices_open_to(user)) == {own, branch}
        rows = {row.office: row.is_open for row in figures.office_rows(year, user)}
        assert rows == {own: True, branch: True, other: False}

    def test_those_who_see_one_province_see_no_offices(self, year):
        regency = RegencyFactory()
        assert figures.office_rows(year, ObserverFactory(province=regency.province)) == []
        assert not figures.offices_open_to(ObserverFactory(regency=regency))


class TestDashboard:
    @pytest.mark.parametrize("role", Role.values)
    def test_each_role_gets_the_nation_and_the_areas_it_may_see(self, client, counted, role):
        client.force_login(user_of(role, counted))
        page = client.get(DASHBOARD)
        text = page.content.decode()
        assert page.status_code == 200
        assert all(f'id="menurut-{name}"' in text for name in breakdowns.SUBJECTS)
        assert (province_url(counted.regency.province) in text) == (role in SEE_PROVINCES)
        assert ('id="tabel-uptp"' in text) == (role in SEE_OFFICES)
        assert (office_url(counted.office) in text) == (role in SEE_OFFICES)

    def test_province_without_reports_shows_dashes_and_not_zeros(self, client, year, counted):
        silent = InstitutionFactory(signed=True).regency.province
        rollup.settle(year.pk)
        client.force_login(LeadershipFactory())
        rows = {row.province: row for row in client.get(DASHBOARD).context["rows"]}
        assert rows[silent].known["institutions_pkb"] == 1
        assert rows[silent].known["completed"] is None

    def test_map_is_drawn_for_many_provinces_and_leads_to_their_pages(self, client, counted):
        provinces = ProvinceFactory.create_batch(6)
        client.force_login(LeadershipFactory())
        text = client.get(DASHBOARD).content.decode()
        assert 'class="tilemap"' in text
        assert text.count(province_url(provinces[0])) == 2
        client.force_login(ObserverFactory(province=provinces[0]))
        assert 'class="tilemap"' not in client.get(DASHBOARD).content.decode()


class TestAreaPages:
    @pytest.mark.parametrize("role", Role.values)
    def test_each_role_opens_the_province_of_its_reach(self, client, counted, role):
        client.force_login(user_of(role, counted))
        status = client.get(province_url(counted.regency.province)).status_code
        assert status == (200 if role in SEE_PROVINCES else 404)

    @pytest.mark.parametrize("role", [Role.OBSERVER, Role.AUDITOR])
    def test_foreign_province_is_not_found(self, client, counted, role):
        client.force_login(user_of(role, counted))
        assert client.get(province_url(RegencyFactory().province)).status_code == 404

    @pytest.mark.parametrize("role", Role.values)
    def test_each_role_opens_the_office_of_its_reach(self, client, counted, role):
        client.force_login(user_of(role, counted))
        assert client.get(office_url(counted.office)).status_code == (
            200 if role in SEE_OFFICES else 404
        )
        foreign = client.get(office_url(TrainingOfficeFactory())).status_code
        assert foreign == (200 if role in SEE_OFFICES - {Role.AREA_REVIEWER} else 404)

    @pytest.mark.parametrize("path", ["provinsi/tidak-ada/", "uptp/tidak-ada/"])
    def test_unknown_area_is_not_found(self, client, counted, path):
        client.force_login(LeadershipFactory())
        assert client.get(f"{DASHBOARD}{path}").status_code == 404

    def test_stranger_is_sent_to_the_login(self, client, counted):
        assert client.get(province_url(counted.regency.province)).status_code == 302
        assert client.get(office_url(counted.office)).status_code == 302

    def test_province_shows_its_own_figures_and_targets(self, client, year, counted):
        province = counted.regency.province
        CohortReportFactory(people=5, verified=True)
        rollup.settle(year.pk)
        TargetFactory(indicator="completed", programme_year=year, value=232_000)
        TargetFactory(indicator="completed", programme_year=year, province=province, value=8)
        client.force_login(ObserverFactory(province=province))
        page = client.get(province_url(province))
        shown = {h.indicator.code: h for h in page.context["headlines"]}
        assert (shown["completed"].value, shown["completed"].share) == (4, 0.5)
        assert sum(len(column) for column in page.context["columns"]) == 6

    def test_office_has_no_target(self, client, year, counted):
        TargetFactory(indicator="completed", programme_year=year, value=232_000)
        client.force_login(AreaReviewerFactory(office=counted.office))
        page = client.get(office_url(counted.office))
        assert [headline.target for headline in page.context["headlines"]] == [None] * 3
        assert page.context["headlines"][1].value == 4

    def test_province_without_figures_shows_dashes_and_says_so(self, client, year, counted):
        silent = ProvinceFactory()
        TargetFactory(indicator="completed", programme_year=year, province=silent, value=8)
        client.force_login(LeadershipFactory())
        page = client.get(province_url(silent))
        assert [headline.value for headline in page.context["headlines"]] == [None] * 3
        assert page.context["headlines"][1].share is None
        assert b'class="notice"' in page.content
        assert page.context["columns"] == []

    def test_year_switch_stays_on_the_page(self, client, year, counted):
        later = ProgrammeYearFactory(year=2023)
        province = counted.regency.province
        for area in ({}, {"province": province}):
            ActualFactory(programme_year=later, indicator="completed", value=7, **area)
        client.force_login(LeadershipFactory())
        page = client.get(f"{province_url(province)}?tahun=2023")
        assert page.context["headlines"][1].value == 7
        assert b'href="?tahun=2022"' in page.content
        assert client.get(f"{province_url(province)}?tahun=2031").status_code == 404

    def test_page_leads_to_the_lists_of_the_area(self, client, counted):
        client.force_login(LeadershipFactory())
        text = client.get(province_url(counted.regency.province)).content.decode()
        assert f"{reverse('institutions:institution-list')}?provinsi=" in text
        office = client.get(office_url(counted.office)).content.decode()
        assert f"{reverse('incubators:incubator-list')}?uptp={counted.office.code}" in office

    def test_without_any_year_the_page_says_that_there_are_no_figures(self, client):
        regency = RegencyFactory()
        client.force_login(NationalAdminFactory())
        assert b'class="empty"' in client.get(province_url(regency.province)).content


class TestQueries:
    @pytest.mark.parametrize(
        "role", [Role.NATIONAL_ADMIN, Role.AREA_REVIEWER, Role.OBSERVER, Role.OPERATOR]
    )
    def test_dashboard_asks_at_most_twelve_times_at_any_size(self, client, year, counted, role):
        client.force_login(user_of(role, counted))
        few = self._asked(client, DASHBOARD)
        for n in range(20):
            institution = IncubatorFactory(stage="selected").institution
            ActualFactory(office=institution.office, indicator="completed", value=2)
            field_cells(year, {f"{n:03}": n + 1}, province=ProvinceFactory())
        assert self._asked(client, DASHBOARD) == few <= 12

    def test_area_page_asks_at_most_twelve_times_at_any_size(self, client, year, counted):
        area = RegencyFactory(office=TrainingOfficeFactory())
        client.force_login(AuditorFactory(province=area.province))
        field_cells(year, {"AAA": 1}, province=area.province)
        few = self._asked(client, province_url(area.province))
        other = UserFactory(role=Role.LEADERSHIP)
        more = {f"{n:03}": n + 1 for n in range(20)}
        field_cells(year, more, office=area.office)
        client.force_login(other)
        assert self._asked(client, office_url(area.office)) <= few <= 12

    def _asked(self, client, url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)
