"""The calendar of trainings: what runs in a month, for whoever sees it."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from blk_portal.accounts.roles import Role
from tests.factories import CohortFactory, OperatorFactory, user_of
from trainings import month as calendar
from trainings.models import Cohort
from trainings.month import Month, month_of

pytestmark = pytest.mark.django_db
CALENDAR = "/pelatihan/kalender/"
NOVEMBER = Month(2022, 11)


def held(first: str, last: str, **options) -> Cohort:
    return CohortFactory(
        starts_on=date.fromisoformat(first), ends_on=date.fromisoformat(last), **options
    )


@pytest.fixture
def cohort():
    return held("2022-11-07", "2022-11-25")


@pytest.fixture
def operator(client, cohort):
    client.force_login(OperatorFactory(institution=cohort.institution))
    return client


def shown(answer):
    return answer.context["shown"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2022-11", NOVEMBER), ("2022-13", None), ("2022-1", None), ("", None), ("1999-01", None),
     ("２０２２-11", None)],
)  # fmt: skip
def test_month_is_read_as_it_is_written(text, expected):
    assert Month.read(text) == expected


def test_month_knows_its_neighbours_and_its_first_week():
    december = Month(2022, 12)
    assert (december.after, december.before) == (Month(2023, 1), NOVEMBER)
    assert len(NOVEMBER.blanks) == 1, "1 November 2022 was a Tuesday"


def test_days_hold_what_begins_ends_and_runs(cohort):
    earlier = held("2022-10-10", "2022-11-07")
    held("2022-10-01", "2022-10-31")
    held("2022-12-01", "2022-12-20")
    cancelled = held("2022-11-07", "2022-11-25", cancelled_by=OperatorFactory())
    found = month_of(Cohort.objects.all(), NOVEMBER)
    seventh, last = found.days[6], found.days[29]
    assert found.earlier == [earlier]
    assert seventh.starting == [cohort, cancelled]
    assert seventh.ending == [earlier]
    assert (found.days[0].running, seventh.running, found.days[7].running) == (1, 2, 1)
    assert last.running == 0
    assert found.days[24].ending == [cohort, cancelled]


def test_operator_sees_own_trainings_of_the_month_and_no_others(operator, cohort):
    foreign = held("2022-11-07", "2022-11-25")
    answer = operator.get(f"{CALENDAR}?bulan=2022-11")
    text = answer.content.decode()
    assert reverse("trainings:cohort-detail", args=[cohort.pk]) in text
    assert reverse("trainings:cohort-detail", args=[foreign.pk]) not in text
    assert "November 2022" in text
    empty = operator.get(f"{CALENDAR}?bulan=2022-10")
    assert shown(empty).is_empty
    assert "bulan=2022-11" in empty.content.decode()


def test_filters_of_the_list_narrow_the_calendar_and_stay_in_its_links(operator, cohort):
    answer = operator.get(f"{CALENDAR}?bulan=2022-11&dana=apbn")
    assert not shown(answer).is_empty
    assert "bulan=2022-12&amp;dana=apbn" in answer.content.decode()
    assert shown(operator.get(f"{CALENDAR}?bulan=2022-11&dana=apbd")).is_empty
    refused = operator.get(f"{CALENDAR}?bulan=2022-11&dana=emas")
    assert refused.status_code == 400
    assert shown(refused).is_empty


def test_month_that_is_none_is_named_and_this_month_is_shown(operator):
    with time_machine.travel("2022-11-30T18:00:00Z", tick=False):
        answer = operator.get(f"{CALENDAR}?bulan=besok")
        assert answer.status_code == 400
        assert answer.context["month"] == Month(2022, 12), "it is 1 December in Jakarta already"
        assert "besok" in answer.content.decode()
        assert operator.get(CALENDAR).status_code == 200


def test_more_than_a_page_holds_is_cut_with_a_note(operator, cohort, monkeypatch):
    monkeypatch.setattr(calendar, "MOST_SHOWN", 1)
    assert not shown(operator.get(f"{CALENDAR}?bulan=2022-11")).is_cut
    held("2022-11-08", "2022-11-25", institution=cohort.institution)
    answer = operator.get(f"{CALENDAR}?bulan=2022-11")
    assert shown(answer).is_cut
    assert "notice--warn" in answer.content.decode()


def test_questions_stay_as_many_with_twenty_trainings(client, django_assert_max_num_queries):
    first = held("2022-11-07", "2022-11-25")
    client.force_login(user_of(Role.NATIONAL_ADMIN))
    for _each in range(3):
        held("2022-11-09", "2022-11-25", institution=first.institution)
    with django_assert_max_num_queries(12):
        client.get(f"{CALENDAR}?bulan=2022-11")
