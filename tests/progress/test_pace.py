"""The pace of the targets: series that sum to the figure, and no guess from too few data."""

from datetime import date

import pytest
from django.urls import reverse

from blk_portal.accounts.roles import Role
from blk_portal.formats import today_in_jakarta
from blk_portal.progress import pace
from blk_portal.progress.burn_up import chart_of
from blk_portal.progress.models import Target
from institutions.models import ProgrammeYear, Province
from tests.factories import (
    CohortReportFactory,
    IncubatorFactory,
    ProgrammeYearFactory,
    TargetFactory,
    user_of,
)
from tests.progress.steps import cell, reopen, settle_all

MID_YEAR = date(2022, 7, 2)
HALF = {date(2022, month, 1): 20 for month in range(1, 7)}


def paced(
    *, value=1_200, today=MID_YEAR, reached=120, recent=40, months=HALF, steps=2
) -> pace.Pace:
    """A target of TA 2022 with a steady series, as a page would read it."""
    target = Target(
        indicator="completed", programme_year=ProgrammeYear(year=2022), value=value
    )  # fmt: skip
    series = pace.Series(dict(months), dict.fromkeys(months, steps), recent)
    return pace.Pace(target, reached, today, series)


class TestReckoning:
    def test_pace_goes_on_to_the_end_by_the_slower_and_the_faster_of_two(self):
        one = paced(recent=80)
        assert one.is_known
        assert one.weeks_passed == pytest.approx(183 / 7)
        assert one.average == pytest.approx(120 / (183 / 7))
        assert one.recent == 10
        assert one.required == pytest.approx(1_080 / 26)
        assert one.projection == (round(120 + one.average * 26), 380)
        assert one.target.even_on(MID_YEAR) == round(1_200 * 183 / 365)
        assert "820" in one.message

    @pytest.mark.parametrize(
        "little",
        [
            {"today": date(2022, 2, 20)},
            {"steps": 1},
            {"months": {date(2022, 1, 1): 60, date(2022, 2, 1): 60}, "steps": 50},
            {"months": {}},
        ],
        ids=["seven weeks", "six steps", "two months", "nothing"],
    )
    def test_too_few_data_give_no_pace_and_no_projection(self, little):
        one = paced(**little)
        assert (one.is_known, one.average, one.recent, one.projection) == (False, None, None, None)
        assert one.required is not None
        assert chart_of(one).projections == ()

    def test_ended_period_and_reached_target_ask_for_nothing_more(self):
        ended = paced(today=date(2023, 5, 1))
        assert (ended.has_ended, ended.required, ended.projection) == (True, None, None)
        assert ended.months[-1].first == date(2022, 12, 1)
        assert ended.months[-1].even == 1_200
        reached = paced(value=100)
        assert (reached.left, reached.required) == (0, None)
        assert chart_of(reached).rules[-1].value >= reached.projection[1]

    def test_steps_before_and_after_the_period_are_told_apart(self):
        odd = {date(2021, 12, 1): 5, date(2022, 3, 1): 7, date(2023, 2, 1): 3}
        one = paced(months=odd, today=date(2023, 5, 1))
        assert (one.before, one.counted, one.added_late) == (5, 15, 3)
        assert (one.months[0].total, one.months[-1].total) == (5, 15)
        assert one.months[-1].first == date(2023, 2, 1)

    def test_steps_long_after_the_period_stand_at_the_edge_of_the_chart(self):
        late = HALF | {date(2023, 2, 1): 4, date(2026, 11, 1): -9}
        one = paced(months=late, reached=115, today=date(2026, 11, 26))
        chart = chart_of(one)
        assert (chart.is_cut, chart.labels[-1].month.year) == (True, 2023)
        assert (chart.now[0], one.counted) == (100, 115)
        assert not chart_of(paced(months=HALF, today=date(2026, 11, 26))).is_cut

    def test_movers_are_sorted_by_what_their_table_shows(self):
        early, late = Province(pk=1, code="11"), Province(pk=2, code="12")
        series = pace.Series(by_province={1: (681, 0), 2: (569, 7)})
        for has_ended, first in ((True, early), (False, late)):
            found = pace.movers_of(series, [late, early], {}, has_ended=has_ended)
            assert found[0].province == first


@pytest.mark.django_db
class TestSeries:
    def test_sum_of_the_series_is_the_figure_after_every_verb(self):
        year, today = ProgrammeYearFactory(), today_in_jakarta()
        stays = CohortReportFactory(people=3, verified=True)
        goes = CohortReportFactory(people=2, verified=True)
        reopen(goes)
        IncubatorFactory(institution=stays.cohort.institution, stage="validated")
        IncubatorFactory(institution=goes.cohort.institution, stage="struck_off")
        settle_all()
        found = pace.series_of([year.pk], today=today)
        for code, series in found.items():
            sums = [sum(series.by_month.values())]
            sums.append(sum(whole for whole, _late in series.by_province.values()))
            assert sums == [cell(code)] * 2, code
        assert found["completed"].recent == 3
        province = stays.cohort.institution.regency.province
        own = pace.series_of([year.pk], today=today, province=province)["completed"]
        assert own.by_province == {province.pk: (3, 3)}
        assert not any(
            series.by_month for series in pace.series_of([year.pk + 1], today=today).values()
        )

    def test_leader_sees_the_pace_with_provinces_and_an_operator_without(self, client):
        report = CohortReportFactory(people=2, verified=True)
        province = report.cohort.institution.regency.province
        TargetFactory(indicator="completed", value=40)
        TargetFactory(indicator="completed", value=8, province=province)
        settle_all()
        address, own = reverse("progress:pace"), reverse(
            "progress:pace-of-province", args=[province.code]
        )  # fmt: skip
        for role, sees in ((Role.LEADERSHIP, True), (Role.OPERATOR, False)):
            client.force_login(user_of(role, report.cohort.institution))
            answer = client.get(address)
            [(one, _chart)] = answer.context["paces"]
            assert (one.value, one.counted, one.target.value) == (2, 2, 40)
            shown = [(mover.province, mover.total, mover.target) for mover in one.movers]
            assert shown == ([(province, 2, 8)] if sees else [])
            assert client.get(own).status_code == (200 if sees else 404)
        assert client.get(address, {"tahun": "1999"}).status_code == 404

    def test_target_over_several_years_counts_all_of_them(self):
        later = ProgrammeYearFactory(year=2023)
        CohortReportFactory(people=2, verified=True, cohort__programme_year=later)
        CohortReportFactory(people=1, verified=True)
        target = TargetFactory(indicator="completed", value=40)
        Target.objects.filter(pk=target.pk).update(last_year=later)
        settle_all()
        for year in (target.programme_year, later):
            [one] = pace.paces(year, today=today_in_jakarta())
            assert (one.value, one.counted, one.target.period_name) == (3, 3, "TA 2022–2023")
