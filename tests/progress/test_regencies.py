"""The dashboards of regencies: counted when asked, and together the cells of their province."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blk_portal.progress import breakdowns, regencies, rollup
from tests.factories import (
    CohortReportFactory,
    IncubatorFactory,
    LeadershipFactory,
    ObserverFactory,
    ProgrammeYearFactory,
    RegencyFactory,
)

pytestmark = pytest.mark.django_db


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


def test_reader_goes_from_the_province_to_a_regency_and_no_further_than_its_reach(client, pair):
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
    client.force_login(ObserverFactory())
    assert client.get(listed).status_code == 404
    assert client.get(detail).status_code == 404
    client.force_login(LeadershipFactory())
    assert client.get(f"{detail}?tahun=1999").status_code == 404
