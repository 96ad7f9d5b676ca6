"""The dashboards of regencies: counted when asked, and together the cells of their province."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blk_portal.formats import today_in_jakarta
from blk_portal.progress import breakdowns, regencies, rollup
from blk_portal.progress.explaining.explanation import explain
from blk_portal.progress.explaining.question import Question
from blk_portal.progress.indicators import INDICATORS
from tests.factories import (
    CohortReportFactory,
    IncubatorFactory,
    LeadershipFactory,
    NationalAdminFactory,
    ObserverFactory,
    ProgrammeYearFactory,
    RegencyFactory,
)

pytestmark = pytest.mark.django_db
EXPLAIN = reverse("progress:explain")


@pytest.fixture
def year():
    return ProgrammeYearFactory()


@pytest.fixture
def pair(year):
    """Two regencies of one province, with three and five participations, and one elsewhere."""
    here = RegencyFactory()
    there = RegencyFactory(province=here.province)
    for regency, people in ((here, 3), (there, 5), (RegencyFactory(), 7)):
        report = CohortReportFactory(
            cohort__institution__regency=regency, people=people, verified=True
        )
    IncubatorFactory(institution__regency=there, stage="selected")
    assert report.cohort.institution.regency.province != here.province
    rollup.settle(year.pk)
    return here, there


def test_regencies_add_up_to_the_cells_of_their_province(year, pair):
    here, there = pair
    rows = {row.regency: row.values for row in regencies.rows_of(year, here.province)}
    assert (rows[here]["completed"], rows[there]["completed"]) == (3, 5)
    stored = breakdowns.figures_of(year, province=here.province)
    codes = set(stored.values)
    sums = {code: sum(values.get(code, 0) for values in rows.values()) for code in codes}
    assert sums == stored.values
    assert sums["incubators_selected"] == 1
    parts = [regencies.figures_of(year, regency).parts for regency in pair]
    for breakdown, buckets in stored.parts.items():
        for bucket, values in buckets.items():
            for code, value in values.items():
                found = [part.get(breakdown, {}).get(bucket, {}).get(code, 0) for part in parts]
                assert sum(found) == value, (breakdown, bucket, code)


def test_reader_goes_from_the_province_to_a_regency_and_no_further_than_its_reach(
    client, year, pair
):
    here, there = pair
    client.force_login(ObserverFactory(province=here.province))
    listed = reverse("progress:regency-list", args=[here.province.code])
    detail = reverse("progress:regency-detail", args=[there.code])
    province = client.get(reverse("progress:province-detail", args=[here.province.code]))
    assert listed in province.content.decode()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client.get(listed).content.decode()
    assert len(asked) <= 12
    assert detail in page
    with CaptureQueriesContext(connection) as asked:
        shown = client.get(detail)
    assert len(asked) <= 12
    assert {h.indicator.code: h.value for h in shown.context["headlines"]}["completed"] == 5
    asking = f"tahun={year.year}&amp;kabupaten={there.code}"
    assert f"{EXPLAIN}?indikator=completed&amp;{asking}" in page
    assert f"{EXPLAIN}?indikator=completed&amp;{asking}" in shown.content.decode()
    client.force_login(ObserverFactory())
    assert client.get(listed).status_code == 404
    assert client.get(detail).status_code == 404
    client.force_login(LeadershipFactory())
    assert client.get(f"{detail}?tahun=1999").status_code == 404


def test_rows_of_regencies_add_up_to_their_figures_and_to_what_the_province_leaves_out(year, pair):
    here, there = pair
    CohortReportFactory(cohort__institution__regency=there, people=2, submitted=True)
    rollup.settle(year.pk)
    reader = NationalAdminFactory()

    def answer(code, **place):
        return explain(Question(user=reader, indicator=INDICATORS[code], year=year, **place))

    for code in ("completed", "people", "passed", "institutions_pkb", "incubators_selected"):
        whole = answer(code, province=here.province)
        parts = [answer(code, regency=regency) for regency in pair]
        assert [part.unsettled for part in parts] == [0, 0]
        assert sum(part.value for part in parts) == whole.value
        assert sum(part.left_rows for part in parts) == whole.left_rows
    by_sex = [
        answer("completed", regency=there, breakdown="sex", bucket=sex).counted.value
        for sex in ("L", "P")
    ]
    assert sum(by_sex) == 5
    foreign = pair[0].institutions.first()
    assert answer("completed", regency=there, institution=foreign).recorded == 0


def test_reader_is_told_of_a_regency_only_within_its_reach_and_one_area_at_a_time(client, pair):
    here, there = pair
    client.force_login(ObserverFactory(province=here.province))
    page = client.get(f"{EXPLAIN}?kabupaten={there.code}")
    assert (page.context["answer"].value, page.context["answer"].level) == (5, "institution")
    told = client.get(f"{reverse('api:explain-list')}?kabupaten={there.code}").json()
    assert (told["regency"], told["value"], told["counted"]) == (there.code, 5, 5)
    for query in (f"&provinsi={here.province.code}", "&peta=saat_itu"):
        assert client.get(f"{EXPLAIN}?kabupaten={there.code}{query}").status_code == 400
    client.force_login(ObserverFactory())
    assert client.get(f"{EXPLAIN}?kabupaten={there.code}").status_code == 400


def test_reader_sees_the_regencies_of_a_past_day_without_explanation(client, year, pair):
    here, there = pair
    before = today_in_jakarta()
    pages = [
        reverse("progress:regency-detail", args=[there.code]),
        reverse("progress:regency-list", args=[here.province.code]),
    ]
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        late = CohortReportFactory(cohort__institution__regency=there, people=4, verified=True)
        assert late.status == "verified"
        client.force_login(LeadershipFactory())
        detail, listed = (client.get(f"{page}?per={before}") for page in pages)
        figures = {h.indicator.code: h.value for h in detail.context["headlines"]}
        assert figures["completed"] == 5
        assert listed.context["totals"]["completed"] == 8
        assert all(EXPLAIN not in page.content.decode() for page in (detail, listed))
        assert regencies.figures_of(year, there).values["completed"] == 9
        assert client.get(f"{pages[0]}?per=2030-01-01").status_code == 400
