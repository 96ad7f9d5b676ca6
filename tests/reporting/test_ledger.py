"""The ledger: what each verb does to an obligation, what it refuses, and the history it leaves."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction

from blk_portal.reporting.models import Obligation
from blk_portal.reporting.refusals import Incomplete, Refused
from tests.factories import (
    AreaReviewerFactory,
    CohortReportFactory,
    ObligationFactory,
    OperatorFactory,
)

pytestmark = pytest.mark.django_db

BEFORE, AFTER = datetime(2022, 7, 20, 3, tzinfo=UTC), datetime(2022, 8, 20, 3, tzinfo=UTC)
WHY = "Alasan contoh."


@pytest.fixture
def period():
    """The first half of 2022, due on 1 August."""
    return ObligationFactory(period=True)


@pytest.fixture
def operator(period):
    return OperatorFactory(institution=period.institution)


@pytest.fixture
def staff(period):
    return AreaReviewerFactory(office=period.institution.office)


def history(obligation) -> list[tuple]:
    steps = obligation.steps.order_by("pk")
    return list(steps.values_list("verb", "from_state", "to_state", "by", "reason"))


def test_operator_confirms_a_zero_and_a_second_click_changes_nothing(period, operator):
    with time_machine.travel(BEFORE):
        period.confirm_zero(by=operator)
        period.confirm_zero(by=operator)
    period.refresh_from_db()
    assert (period.state, period.reported_on) == ("confirmed_zero", date(2022, 7, 20))
    assert period.is_in_time
    assert history(period) == [("zero_confirmed", "expected", "confirmed_zero", operator.pk, "")]


def test_operator_undoes_a_zero_freely_until_the_due_date_has_passed(period, operator):
    with time_machine.travel(datetime(2022, 8, 1, 16, 30, tzinfo=UTC)):  # 23.30 WIB on that day
        period.confirm_zero(by=operator)
        period.undo_zero(by=operator)
    period.refresh_from_db()
    assert (period.state, period.reported_on) == ("expected", None)
    with time_machine.travel(datetime(2022, 8, 1, 17, 30, tzinfo=UTC)):
        period.confirm_zero(by=operator)
        with pytest.raises(Incomplete):
            period.undo_zero(by=operator, reason="  ")
        period.undo_zero(by=operator, reason=WHY)
    assert [step[0] for step in history(period)] == ["zero_confirmed", "zero_undone"] * 2


def test_operator_confirms_no_zero_of_a_report_on_a_cohort(operator):
    duty = ObligationFactory(institution=operator.memberships.get().institution)
    with pytest.raises(Refused):
        duty.confirm_zero(by=operator)
    with pytest.raises(IntegrityError, match="zero_of_a_period"), transaction.atomic():
        Obligation.objects.filter(pk=duty.pk).update(state="confirmed_zero")


def test_staff_expect_nothing_and_then_again_each_with_a_reason(period, operator, staff):
    with pytest.raises(Incomplete):
        period.excuse(by=staff, reason=" ")
    period.excuse(by=staff, reason=WHY)
    with pytest.raises(Refused) as refusal:
        period.confirm_zero(by=operator)
    assert staff.name in refusal.value.message
    with pytest.raises(Refused):
        period.excuse(by=staff, reason=WHY)
    period.expect_again(by=staff, reason=WHY)
    period.refresh_from_db()
    assert period.state == "expected"
    assert history(period) == [
        ("excused", "expected", "not_expected", staff.pk, WHY),
        ("expected_again", "not_expected", "expected", staff.pk, WHY),
    ]


def test_staff_extend_twice_and_the_first_due_date_is_kept(period, staff):
    with time_machine.travel(AFTER):
        assert period.is_missing
        period.extend(by=staff, due_on=date(2022, 9, 1), reason=WHY)
        period.extend(by=staff, due_on=date(2022, 10, 3), reason=WHY)
        period.refresh_from_db()
        assert not period.is_missing
    assert (period.due_on, period.original_due_on) == (date(2022, 10, 3), date(2022, 8, 1))
    steps = period.steps.order_by("pk").values_list("due_from", "due_to", "by")
    assert list(steps) == [
        (date(2022, 8, 1), date(2022, 9, 1), staff.pk),
        (date(2022, 9, 1), date(2022, 10, 3), staff.pk),
    ]


@pytest.mark.parametrize("day", [date(2022, 8, 1), date(2022, 8, 19), date(2024, 1, 1)], ids=str)
def test_staff_extend_only_to_a_later_day_not_behind_and_not_years_ahead(period, staff, day):
    with time_machine.travel(AFTER), pytest.raises(Refused):
        period.extend(by=staff, due_on=day, reason=WHY)
    period.refresh_from_db()
    assert (period.due_on, period.original_due_on) == (date(2022, 8, 1), None)
    assert not history(period)


def test_staff_extend_nothing_that_is_handed_in(period, operator, staff):
    with time_machine.travel(BEFORE):
        period.confirm_zero(by=operator)
        with pytest.raises(Refused):
            period.extend(by=staff, due_on=date(2022, 9, 1), reason=WHY)


def test_report_that_goes_back_and_forth_leaves_its_obligations_history():
    with time_machine.travel(datetime(2022, 9, 10, 3, tzinfo=UTC)):
        report = CohortReportFactory(submitted=True)
    duty = Obligation.objects.get(pk=report.obligation_id)
    assert (duty.state, duty.reported_on) == ("reported", date(2022, 9, 10))
    reviewer = AreaReviewerFactory(office=duty.institution.office)
    report.send_back(by=reviewer, version=1, comment=WHY)
    duty.refresh_from_db()
    # Handed in once, it stays known when: a return does not make the first report late.
    assert (duty.state, duty.reported_on, duty.is_in_time) == ("expected", date(2022, 9, 10), False)
    report.submit(by=report.submitted_by, version=2)
    report.verify(by=reviewer, version=3)
    duty.refresh_from_db()
    assert duty.is_in_time
    assert [step[:3] for step in history(duty)] == [
        ("reported", "expected", "reported"),
        ("returned", "reported", "expected"),
        ("reported", "expected", "reported"),
    ]


def test_operator_who_withdraws_a_report_has_handed_in_nothing():
    report = CohortReportFactory(submitted=True)
    report.withdraw(by=report.submitted_by, version=1)
    duty = Obligation.objects.get(pk=report.obligation_id)
    assert (duty.state, duty.reported_on) == ("expected", None)
