"""Reminders: on the days that staff chose, to those who still owe, once, in one mail."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError

from blk_portal.reporting import mailing, reminders
from blk_portal.reporting.models import Notice, Obligation, Reminder
from tests.factories import (
    AreaReviewerFactory,
    InstitutionFactory,
    ObligationFactory,
    OperatorFactory,
)

pytestmark = pytest.mark.django_db

DUE = date(2022, 8, 1)


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


def run(day: date) -> int:
    """The night of a day, and the mails after it; returns how many mails left."""
    before = len(mail.outbox)
    with time_machine.travel(morning(day)):
        reminders.remind(on=day)
        mailing.send_due()
    return len(mail.outbox) - before


@pytest.fixture
def duty():
    return ObligationFactory(period=True)


@pytest.fixture
def operator(duty):
    return OperatorFactory(institution=duty.institution)


def test_operator_who_owes_is_reminded_seven_days_before_and_one_seven_and_thirty_after(operator):
    days = [day for day in range(-20, 60) if run(DUE + timedelta(days=day))]
    assert days == [-7, 1, 7, 30]


def test_same_night_twice_and_a_night_missed_remind_once(operator, duty):
    day = DUE - timedelta(days=7)
    assert [run(day), run(day)] == [1, 0]
    # Two nights without the task: the reminder of the day after the due date is made up for.
    assert run(DUE + timedelta(days=3)) == 1
    assert Reminder.objects.count() == 2
    # Long past, nothing is made up for.
    assert run(DUE + timedelta(days=20)) == 0


def test_institution_that_owes_much_gets_one_mail_that_names_all(operator, duty):
    ObligationFactory.create_batch(3, institution=duty.institution, due_on=DUE)
    later = ObligationFactory(institution=duty.institution, due_on=DUE + timedelta(days=60))
    assert run(DUE + timedelta(days=1)) == 1
    body = mail.outbox[-1].body
    assert body.count("Laporan penutup") == 3
    assert "Pelatihan 1 Januari–30 Juni 2022" in body
    assert Reminder.objects.count() == 4
    assert not later.reminders.exists()


def test_nobody_is_reminded_after_having_reported(operator, duty):
    with time_machine.travel(morning(DUE - timedelta(days=8))):
        duty.confirm_zero(by=operator)
    assert run(DUE - timedelta(days=7)) == 0
    assert not Notice.objects.exists()


def test_operator_who_reports_before_the_mail_leaves_gets_none(operator, duty):
    day = DUE + timedelta(days=1)
    with time_machine.travel(morning(day)):
        assert reminders.remind(on=day) == 1
        duty.confirm_zero(by=operator)
        mailing.send_due()
    assert not mail.outbox
    assert Notice.objects.get().state == "silent"


def test_extension_begins_anew_with_its_own_reminders(operator, duty):
    assert run(DUE + timedelta(days=1)) == 1
    with time_machine.travel(morning(DUE + timedelta(days=2))):
        staff = AreaReviewerFactory(office=duty.institution.office)
        duty.extend(by=staff, due_on=date(2022, 9, 1), reason="Banjir.")
        mailing.send_due()
    assert run(DUE + timedelta(days=7)) == 0
    assert run(date(2022, 9, 2)) == 1


def test_staff_choose_the_days_and_may_choose_none(operator, duty):
    year = duty.programme_year
    year.reminders = "-14, 3"
    year.full_clean()
    year.save()
    assert [day for day in range(-20, 20) if run(DUE + timedelta(days=day))] == [-14, 3]
    year.reminders = ""
    year.save()
    Obligation.objects.update(due_on=date(2023, 8, 1))
    assert not any(run(date(2023, 8, 1) + timedelta(days=day)) for day in range(-15, 5))


@pytest.mark.parametrize("written", ["besok", "1,,x", "500", "1,2,3,4,5,6,7"])
def test_staff_are_told_how_to_write_the_days(duty, written):
    year = duty.programme_year
    year.reminders = written
    with pytest.raises(ValidationError, match="-7, 1, 7, 30"):
        year.full_clean()


def test_institution_that_left_the_programme_is_left_alone(operator, duty):
    type(duty.institution).objects.filter(pk=duty.institution_id).update(status="cancelled")
    assert run(DUE + timedelta(days=1)) == 0


def test_each_institution_and_each_operator_of_it_hears_of_its_own(operator, duty):
    second = OperatorFactory(institution=duty.institution)
    other = ObligationFactory(period=True)
    third = OperatorFactory(institutions=[other.institution, InstitutionFactory()])
    assert run(DUE + timedelta(days=1)) == 3
    to = {message.to[0]: message.subject for message in mail.outbox}
    assert set(to) == {operator.email, second.email, third.email}
    assert other.institution.name in to[third.email]
