"""When a report is due: never on a day on which no office works."""

from contextlib import nullcontext
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from blk_portal.reporting.models import Obligation
from institutions.due import due_date, is_free
from tests.factories import (
    CohortFactory,
    HolidayFactory,
    ObligationFactory,
    OperatorFactory,
    ProgrammeYearFactory,
)


@pytest.mark.parametrize(
    ("day", "free"),
    [
        (date(2022, 8, 31), False),
        (date(2022, 9, 3), True),
        (date(2022, 9, 4), True),
        (date(2026, 8, 17), True),
        (date(1999, 1, 1), False),
        (date(1999, 1, 2), True),
    ],
    ids=["Wednesday", "Saturday", "Sunday", "Independence Day", "no decree: Friday", "Saturday "],
)
def test_office_rests_on_weekends_and_decreed_holidays(day, free):
    assert is_free(day) == free


@pytest.mark.parametrize(
    ("occasion", "days", "due"),
    [
        (date(2022, 8, 31), 14, date(2022, 9, 14)),
        (date(2022, 9, 2), 1, date(2022, 9, 5)),
        (date(2026, 8, 14), 3, date(2026, 8, 18)),
        (date(2022, 9, 5), 0, date(2022, 9, 5)),
    ],
    ids=["working day", "Saturday moves on", "holiday moves on", "the day itself"],
)
def test_report_is_due_on_the_next_working_day(occasion, days, due):
    assert due_date(occasion, days) == due


@pytest.mark.django_db
def test_planned_cohort_owes_a_report_by_the_days_of_its_year():
    year = ProgrammeYearFactory(year=2023, report_due_days=30)
    cohort = CohortFactory(
        programme_year=year, starts_on=date(2023, 5, 1), ends_on=date(2023, 6, 2)
    )
    owed = cohort.closing.obligation
    assert owed.due_on == due_date(date(2023, 6, 2), 30)
    assert (owed.state, owed.kind, owed.subject) == (
        "expected", "cohort_closing", f"cohort:{cohort.pk}",
    )  # fmt: skip
    assert (owed.institution, owed.programme_year) == (cohort.institution, year)
    assert cohort.closing.status == "draft"


@pytest.mark.django_db
def test_operator_sees_what_the_own_institution_owes_and_nothing_else():
    own, foreign = ObligationFactory(), ObligationFactory()
    reported = ObligationFactory(institution=own.institution, state=Obligation.State.REPORTED)
    operator = OperatorFactory(institution=own.institution)
    assert set(Obligation.objects.visible_to(operator)) == {own, reported}
    assert list(Obligation.objects.visible_to(operator).outstanding()) == [own]
    assert foreign in Obligation.objects.outstanding()


@pytest.mark.django_db
def test_holiday_of_the_pesantren_moves_their_due_dates_and_nobody_elses():
    year = ProgrammeYearFactory(year=2023, report_due_days=10)
    HolidayFactory(starts_on=date(2023, 6, 10), ends_on=date(2023, 6, 20))
    due = {}
    for host in ("pesantren", "union"):
        cohort = CohortFactory(
            institution__host_type=host, programme_year=year,
            starts_on=date(2023, 5, 1), ends_on=date(2023, 6, 2),
        )  # fmt: skip
        due[host] = cohort.closing.obligation.due_on
    assert due == {"pesantren": date(2023, 6, 21), "union": date(2023, 6, 12)}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("last", "allowed"), [(date(2023, 8, 30), True), (date(2024, 6, 5), False)]
)
def test_database_refuses_a_holiday_in_the_wrong_year(last, allowed):
    refusal = pytest.raises(IntegrityError, match="holiday_at_most_three_months")
    with nullcontext() if allowed else refusal, transaction.atomic():
        HolidayFactory(starts_on=date(2023, 6, 5), ends_on=last)
