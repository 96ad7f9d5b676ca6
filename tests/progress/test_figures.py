"""What the dashboard asks of the stored cells: targets, provinces, data age."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from blk_portal.accounts.roles import Role
from blk_portal.progress import figures, rollup
from blk_portal.progress.indicators import HEADLINES, INDICATORS
from blk_portal.progress.models import PendingRollup
from tests.factories import (
    ActualFactory,
    AuditorFactory,
    CohortReportFactory,
    IncubatorFactory,
    InstitutionFactory,
    ObserverFactory,
    PendingRollupFactory,
    ProgrammeYearFactory,
    ProvinceFactory,
    RegencyFactory,
    RollupRunFactory,
    TargetFactory,
    UserFactory,
    user_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return ProgrammeYearFactory()


@pytest.fixture
def targets(year):
    """The three promises of TA 2022."""
    for code, value in zip(HEADLINES, (850, 232_000, 100), strict=True):
        TargetFactory(indicator=code, value=value, programme_year=year)


class TestHeadlines:
    def test_dashboard_shows_what_is_reached_of_each_target(self, year, targets):
        InstitutionFactory.create_batch(2, operational=True)
        InstitutionFactory(cancelled=True)
        report = CohortReportFactory(people=3, verified=True)
        report.cohort.participants.update(result="passed")
        IncubatorFactory(institution=report.cohort.institution, stage="validated")
        rollup.settle(year.pk)
        shown = {headline.indicator.code: headline for headline in figures.headlines(year)}
        assert list(shown) == ["institutions_pkb", "completed", "incubators_selected"]
        assert {code: (h.value, h.target.value) for code, h in shown.items()} == {
            "institutions_pkb": (3, 850),
            "completed": (3, 232_000),
            "incubators_selected": (1, 100),
        }  # fmt: skip
        assert shown["institutions_pkb"].share == 3 / 850
        companions = [{i.code: n for i, n in headline.companions} for headline in shown.values()]
        assert [companion["people"] for companion in companions if "people" in companion] == [3]
        assert companions[2] == {"incubators_validated": 1, "incubators_established": 0}

    def test_year_without_figures_shows_zero_of_the_target(self, year, targets):
        assert [(h.value, h.share) for h in figures.headlines(year)] == [(0, 0.0)] * 3

    def test_year_without_targets_shows_no_share(self, year):
        ActualFactory(value=12)
        first = figures.headlines(year)[0]
        assert (first.value, first.target, first.share) == (12, None, None)

    def test_headline_takes_the_nation_of_its_year_and_no_other_cell(self, year, targets):
        ActualFactory(value=5)
        ActualFactory(value=1, breakdown="host", bucket="union")
        ActualFactory(value=2, province=ProvinceFactory())
        ActualFactory(value=3, office=RegencyFactory().office)
        ActualFactory(value=9, programme_year=ProgrammeYearFactory(year=2023))
        TargetFactory(province=ProvinceFactory(), value=10)
        first = figures.headlines(year)[0]
        assert (first.value, first.target.value) == (5, 850)

    def test_every_figure_that_is_shown_has_a_rule(self):
        shown = {code for pair in HEADLINES.items() for code in (pair[0], *pair[1]) if code}
        assert shown <= set(INDICATORS)
        for indicator in INDICATORS.values():
            assert all(
                str(text) for text in (
                    indicator.label, indicator.unit, indicator.rule, indicator.excluded,
                )
            )  # fmt: skip


class TestYears:
    def test_years_with_targets_or_figures_are_offered_latest_first(self, year, targets):
        later, empty = ProgrammeYearFactory(year=2024), ProgrammeYearFactory(year=2025)
        ActualFactory(programme_year=later)
        assert figures.years() == [later, year]
        assert empty not in figures.years()

    def test_year_asked_for_is_shown_and_an_unknown_one_is_not(self, year, targets):
        ActualFactory(programme_year=ProgrammeYearFactory(year=2024))
        known = figures.years()
        assert figures.chosen_year(known, "2024").year == 2024
        assert figures.chosen_year(known, None) == year
        assert figures.chosen_year(known, "") == year
        for unknown in ("2030", "abc", "2022'--", "02022"):
            assert figures.chosen_year(known, unknown) is None

    def test_without_targets_the_latest_year_is_shown_and_without_years_none(self, year):
        assert figures.chosen_year([], None) is None
        ActualFactory(programme_year=year)
        later = ProgrammeYearFactory(year=2024)
        ActualFactory(programme_year=later)
        assert figures.chosen_year(figures.years(), None) == later


class TestProvinces:
    def test_role_sees_the_provinces_of_its_reach(self, year):
        institution = InstitutionFactory()
        own, other = institution.regency.province, RegencyFactory().province
        everything = {
            Role.NATIONAL_ADMIN, Role.NATIONAL_TRAINING_REVIEWER, Role.NATIONAL_INCUBATOR_REVIEWER,
            Role.AREA_REVIEWER, Role.LEADERSHIP,
        }  # fmt: skip
        for role in Role.values:
            seen = set(figures.provinces_visible_to(user_of(role, institution)))
            if role in everything:
                assert {own, other} <= seen
            else:
                assert seen == ({own} if role in {Role.OBSERVER, Role.AUDITOR} else set())

    def test_observer_of_two_regencies_sees_their_province_once(self):
        regency = RegencyFactory()
        neighbour = RegencyFactory(province=regency.province)
        observer = ObserverFactory(regency=regency)
        observer.area_assignments.create(regency=neighbour)
        assert list(figures.provinces_visible_to(observer)) == [regency.province]

    def test_person_without_area_or_login_sees_no_province(self):
        RegencyFactory()
        assert not figures.provinces_visible_to(AnonymousUser())
        assert not figures.provinces_visible_to(AuditorFactory())
        assert not figures.provinces_visible_to(UserFactory(role=Role.OBSERVER))

    def test_rows_tell_nothing_counted_from_figures_and_sum_to_the_nation(self, year):
        reports = [CohortReportFactory(people=n, verified=True) for n in (1, 2)]
        silent = ProvinceFactory()
        rollup.settle(year.pk)
        rows = figures.province_rows(year, user_of(Role.LEADERSHIP))
        by_province = {row.province: row for row in rows}
        assert [
            by_province[report.cohort.institution.regency.province].values["completed"]
            for report in reports
        ] == [1, 2]
        assert not by_province[silent].has_figures
        assert by_province[reports[0].cohort.institution.regency.province].has_figures
        sums = figures.totals(rows)
        national = {h.indicator.code: h.value for h in figures.headlines(year)}
        assert {code: sums.get(code, 0) for code in national} == national
        assert sums["completed"] == 3

    def test_rows_hold_no_broken_down_cell_and_no_other_year(self, year):
        province = ProvinceFactory()
        ActualFactory(province=province, value=5)
        ActualFactory(province=province, value=2, breakdown="host", bucket="union")
        ActualFactory(province=province, value=9, programme_year=ProgrammeYearFactory(year=2023))
        (row,) = figures.province_rows(year, ObserverFactory(province=province))
        assert row.values == {"institutions_pkb": 5}

    def test_rows_take_as_many_queries_for_one_province_as_for_many(
        self, year, django_assert_num_queries
    ):
        leader = user_of(Role.LEADERSHIP)
        ActualFactory(province=ProvinceFactory())
        with django_assert_num_queries(2):
            figures.province_rows(year, leader)
        for _n in range(8):
            ActualFactory(province=ProvinceFactory())
        with django_assert_num_queries(2):
            assert len(figures.province_rows(year, leader)) == 9


class TestFreshness:
    def test_page_tells_the_last_recount_and_what_waits(self, year):
        now = timezone.now()
        assert figures.freshness(year).counted_at is None
        RollupRunFactory(programme_year=year, started_at=now - timedelta(hours=2))
        latest = RollupRunFactory(programme_year=year, started_at=now - timedelta(hours=1))
        RollupRunFactory(programme_year=ProgrammeYearFactory(year=2023), started_at=now)
        audit = RollupRunFactory(programme_year=year, kind="audit", differences=4)
        fresh = figures.freshness(year)
        assert fresh.counted_at == latest.finished_at
        assert (fresh.audited_at, fresh.differences) == (audit.finished_at, 4)
        assert fresh.owed_since is None
        first = PendingRollupFactory(programme_year=year)
        PendingRollupFactory(programme_year=year)
        assert figures.freshness(year).owed_since == first.noted_at
        PendingRollup.objects.all().delete()
        PendingRollupFactory(programme_year=ProgrammeYearFactory(year=2023))
        assert figures.freshness(year).owed_since is None
