"""How complete and how timely reports are: always a part of a whole, the same on every page."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blk_portal.formats import today_in_jakarta
from blk_portal.reporting.completeness import (
    OFFICES,
    PROVINCES,
    REGENCIES,
    by_area,
    completeness,
)
from blk_portal.reporting.models import Obligation
from tests.factories import (
    AreaReviewerFactory,
    InstitutionFactory,
    LeadershipFactory,
    ObligationFactory,
    ObserverFactory,
    OperatorFactory,
    ProgrammeYearFactory,
    TargetFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2022, 9, 30)
PAGE = reverse("progress:completeness")
DAYS = st.integers(-40, 40)
DUTY = st.tuples(
    st.integers(0, 3), st.sampled_from(Obligation.State.values), DAYS, st.none() | DAYS
)


@pytest.fixture
def places():
    return InstitutionFactory.create_batch(4, operational=True)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(duties=st.lists(DUTY, max_size=25))
def test_shares_stay_within_0_and_100_percent_whatever_is_in_the_ledger(places, duties):
    Obligation.objects.all().delete()
    year = places[0].programme_year
    Obligation.objects.bulk_create(
        Obligation(
            institution=places[place], programme_year=year, kind="training_period",
            subject=f"uji:{n}", state=state, due_on=TODAY + timedelta(days=due),
            reported_on=None if said is None else TODAY + timedelta(days=said),
            period_from=date(2022, 1, 1), period_to=date(2022, 6, 30),
        )
        for n, (place, state, due, said) in enumerate(duties)
    )  # fmt: skip
    whole = completeness(Obligation.objects.all(), on=TODAY)
    tables = by_area(
        Obligation.objects.all(), on=TODAY,
        areas=[PROVINCES, OFFICES, REGENCIES],
    )  # fmt: skip
    for figures in [whole, *(area.figures for table in tables for area in table)]:
        assert 0 <= figures.in_time <= figures.reported <= figures.expected
        assert 0 <= figures.zeros <= figures.reported
        for share in (figures.share, figures.share_in_time):
            assert share is None or 0 <= share <= 1
    for table in tables:
        assert sum(area.figures.expected for area in table) == whole.expected
        assert sum(area.figures.in_time for area in table) == whole.in_time
    # Counted a second time by hand.
    due = [duty for duty in duties if duty[2] < 0 and duty[1] != "not_expected"]
    said = [duty for duty in due if duty[1] != "expected"]
    assert (whole.expected, whole.reported) == (len(due), len(said))
    assert whole.in_time == sum(duty[3] is not None and duty[3] <= duty[2] for duty in said)


@pytest.fixture
def year():
    return ProgrammeYearFactory(year=2022)


def owing(institution, year, **traits) -> Obligation:
    return ObligationFactory(period=True, institution=institution, programme_year=year, **traits)


def test_leadership_reads_both_shares_with_their_bases_by_area(client, places, year):
    here, there = places[:2]
    owing(here, year, state="confirmed_zero", reported_on=date(2022, 7, 20))
    owing(here, year, state="reported", reported_on=date(2022, 8, 20))
    owing(here, year)
    owing(here, year, state="not_expected")
    owing(here, year, due_on=today_in_jakarta() + timedelta(days=1))
    owing(there, year)
    client.force_login(LeadershipFactory())
    page = client.get(PAGE)
    assert [area.name for area in page.context["provinces"]] == [
        there.regency.province.name, here.regency.province.name,
    ]  # fmt: skip
    text = page.content.decode()
    assert "2 dari 4" in text
    assert "1 dari 2" in text
    narrow = client.get(PAGE, {"provinsi": here.regency.province.code})
    assert [area.name for area in narrow.context["regencies"]] == [here.regency.name]
    assert "66,7" in narrow.content.decode()
    TargetFactory(programme_year=year)
    area = client.get(
        reverse("progress:province-detail", args=[here.regency.province.code]), {"tahun": 2022}
    )
    assert area.context["reporting"] == narrow.context["figures"]
    owed = client.get(reverse("progress:outstanding"), {"provinsi": here.regency.province.code})
    assert owed.context["figures"] == narrow.context["figures"]


def test_others_read_the_shares_of_the_institutions_they_see(client, places, year):
    here, there = places[:2]
    owing(here, year, state="reported", reported_on=date(2022, 7, 20))
    owing(there, year)
    for user in (
        AreaReviewerFactory(office=here.office),
        ObserverFactory(province=here.regency.province),
        OperatorFactory(institution=here),
    ):
        client.force_login(user)
        figures = client.get(PAGE).context["figures"]
        assert (figures.expected, figures.reported) == (1, 1)


def test_page_says_so_where_nothing_was_due_and_refuses_what_it_cannot_read(client):
    client.force_login(LeadershipFactory())
    assert "Belum ada yang jatuh tempo" in client.get(PAGE).content.decode()
    assert client.get(PAGE, {"jenis": "x"}).status_code == 400
    assert client.get(PAGE, {"bulan": "1"}).status_code == 400
