"""Reporting periods: who is to say something, what a training says, and a zero it overtakes."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blk_portal.reporting.models import Obligation
from blk_portal.reporting.refusals import Refused
from institutions.models import Institution
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    CohortReportFactory,
    InstitutionFactory,
    ObligationFactory,
    OperatorFactory,
    ProgrammeYearFactory,
)
from tests.reporting.concurrency import at_once
from trainings import period_ledger
from trainings.models import Cohort, CohortReport
from trainings.tasks import open_periods as nightly

pytestmark = pytest.mark.django_db

MAY, OCTOBER = date(2022, 5, 2), date(2022, 10, 3)


@pytest.fixture
def year():
    return ProgrammeYearFactory(year=2022)


def periods(**wanted):
    return Obligation.objects.filter(kind="training_period", **wanted).order_by("period_from")


def days(institution) -> list[tuple[date, date, date]]:
    return list(periods(institution=institution).values_list("period_from", "period_to", "due_on"))


def test_night_opens_the_running_period_of_operational_institutions_once(year):
    working, signed = InstitutionFactory(operational=True), InstitutionFactory(signed=True)
    with CaptureQueriesContext(connection) as asked:
        assert period_ledger.open_periods(on=MAY) == 1
    assert sum("INSERT" in query["sql"] for query in asked) == 1
    assert period_ledger.open_periods(on=MAY) == 0
    assert days(working) == [(date(2022, 1, 1), date(2022, 6, 30), date(2022, 8, 1))]
    assert not periods(institution=signed).exists()
    # In July both are open: the first until it is due, and the second.
    assert period_ledger.open_periods(on=date(2022, 7, 4)) == 1
    assert len(days(working)) == 2


def test_institution_that_opens_later_reports_from_then_on(year):
    with time_machine.travel(datetime(2022, 5, 2, 3, tzinfo=UTC)):
        nightly()
        late = InstitutionFactory(operational=True)
        nightly()
    assert len(days(late)) == 1


def test_staff_decide_in_the_budget_year_how_long_a_period_is_and_who_reports(year):
    institution = InstitutionFactory(operational=True)
    year.period_reporters = "nobody"
    year.save()
    assert period_ledger.open_periods(on=MAY) == 0
    year.period_reporters, year.period_months, year.period_due_days = "operational", 3, 10
    year.save()
    assert period_ledger.open_periods(on=OCTOBER) == 2
    assert days(institution) == [
        (date(2022, 7, 1), date(2022, 9, 30), date(2022, 10, 10)),
        (date(2022, 10, 1), date(2022, 12, 31), date(2023, 1, 10)),
    ]
    # Changed in the middle of the year: days that are asked about already are not asked again.
    year.period_months = 6
    year.save()
    assert period_ledger.open_periods(on=OCTOBER, year=2022) == 1
    assert days(institution)[0][:2] == (date(2022, 1, 1), date(2022, 6, 30))


def test_closed_year_opens_nothing_by_itself_and_a_named_one_all_that_has_begun(year, capsys):
    institution = InstitutionFactory(operational=True)
    year.is_closed = True
    year.save()
    assert period_ledger.open_periods(on=MAY) == 0
    call_command("open_periods", "--year", "2022")
    assert len(days(institution)) == 2
    assert "2" in capsys.readouterr().out


@pytest.fixture
def institution(year):
    return InstitutionFactory(operational=True)


@pytest.fixture
def period(institution, year):
    return ObligationFactory(period=True, institution=institution, programme_year=year)


def cohort_of(institution, year, **traits) -> Cohort:
    given = {"starts_on": date(2022, 4, 1), "ends_on": date(2022, 5, 1)} | traits
    return CohortFactory(institution=institution, programme_year=year, **given)


def report_of(institution, year, **traits) -> CohortReport:
    given = {"cohort__starts_on": date(2022, 4, 1), "cohort__ends_on": date(2022, 5, 1)} | traits
    return CohortReportFactory(
        cohort__institution=institution, cohort__programme_year=year, people=1, **given
    )


def test_closing_report_says_what_is_to_be_said_of_its_period(institution, year, period):
    report = report_of(institution, year, submitted=True)
    period.refresh_from_db()
    assert (period.state, period.reported_on) == ("reported", report.obligation.reported_on)
    assert period.reported_on is not None
    # Sent back it has still said that there was a training; withdrawn it has said nothing.
    reviewer = AreaReviewerFactory(office=institution.office)
    report.send_back(by=reviewer, version=1, comment="Lengkapi.")
    period.refresh_from_db()
    assert period.state == "reported"
    report.submit(by=report.submitted_by, version=2)
    report.withdraw(by=report.submitted_by, version=3)
    period.refresh_from_db()
    assert (period.state, period.reported_on) == ("expected", None)
    assert [step.verb for step in period.steps.order_by("pk")] == ["reported", "withdrawn"]


def test_report_of_other_days_or_of_another_institution_says_nothing(institution, year, period):
    report_of(institution, year, submitted=True, cohort__ends_on=date(2022, 7, 1))
    report_of(InstitutionFactory(operational=True), year, submitted=True)
    period.refresh_from_db()
    assert period.state == "expected"


def test_training_that_runs_beyond_the_year_belongs_to_its_last_period(institution, year):
    report_of(
        institution, year, submitted=True, cohort__starts_on=date(2022, 12, 1),
        cohort__ends_on=date(2023, 2, 1),
    )  # fmt: skip
    period_ledger.open_periods(on=date(2023, 3, 1), year=2022)
    assert [row.state for row in periods(institution=institution)] == ["expected", "reported"]
    assert periods(institution=institution)[1].reported_on is not None


def test_operator_confirms_no_zero_where_a_training_is_planned(institution, year, period):
    operator = OperatorFactory(institution=institution)
    cohort = cohort_of(institution, year)
    with pytest.raises(Refused) as refusal:
        period.confirm_zero(by=operator)
    assert cohort.programme.name in refusal.value.message
    period.refresh_from_db()
    assert period.state == "expected"
    assert not period.steps.exists()


def test_planned_training_withdraws_the_zero_visibly(institution, year, period):
    operator = OperatorFactory(institution=institution)
    period.confirm_zero(by=operator)
    cohort = cohort_of(institution, year)
    period.refresh_from_db()
    assert (period.state, period.reported_on) == ("expected", None)
    step = period.steps.first()
    assert (step.verb, step.reason) == ("zero_overtaken", str(cohort))
    assert operator.notices.get().kind == "zero_overtaken"


@pytest.mark.django_db(transaction=True)
def test_zero_and_training_at_the_same_moment_never_stand_side_by_side(institution, year, period):
    operator = OperatorFactory(institution=institution)
    programme = CohortFactory().programme

    def plan():
        return cohort_of(institution, year, programme=programme, field=programme.field)

    _confirmed, planned = at_once(lambda: period.confirm_zero(by=operator), plan)
    assert isinstance(planned, Cohort)
    period.refresh_from_db()
    assert period.state == "expected"


def test_night_puts_right_what_a_moved_training_left_behind(institution, year, period):
    report = report_of(institution, year, submitted=True)
    other = ObligationFactory(period=True, programme_year=year)
    other.confirm_zero(by=OperatorFactory(institution=other.institution))
    Cohort.objects.filter(pk=report.cohort_id).update(
        ends_on=date(2022, 8, 1), institution=other.institution
    )
    Cohort.objects.filter(institution=other.institution).update(ends_on=date(2022, 6, 1))
    period_ledger.settle()
    period.refresh_from_db(), other.refresh_from_db()
    assert (period.state, other.state) == ("expected", "reported")
    assert period_ledger.settle() == 0


def test_institution_that_left_or_was_merged_owes_no_period_twice(institution, year, period):
    twin = ObligationFactory(
        period=True, institution=institution, programme_year=year, subject="contoh:kembar"
    )
    gone = ObligationFactory(period=True, programme_year=year)
    Institution.objects.filter(pk=gone.institution_id).update(status="cancelled")
    period_ledger.settle()
    states = [Obligation.objects.get(pk=row.pk).state for row in (period, twin, gone)]
    assert states == ["expected", "not_expected", "not_expected"]
