"""Quarters of tenants, their finance, size by law, new entrepreneurs; mentors and their log."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from blk_portal.accounts.models import Partner
from blk_portal.reporting.models import Obligation
from blk_portal.reporting.refusals import Incomplete, Stale
from incubators.entrepreneurs import new_entrepreneurs, with_day
from incubators.models import (
    FinanceReceived,
    IncubationReport,
    Mentor,
    MentoringSession,
    Tenant,
    TenantQuarter,
)
from incubators.quarters import Quarter
from incubators.sizes import LAWS, SizeClass, class_of, size_of
from incubators.stages import Stage
from incubators.tenancy import TenantStage
from tests.factories import (
    IncubationReportFactory,
    IncubatorFactory,
    LegalityFactory,
    MentorFactory,
    MentoringSessionFactory,
    OperatorFactory,
    PartnerBodyFactory,
    TenantFactory,
    TenantQuarterFactory,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("day", "quarter", "first", "last"),
    [
        (date(2023, 1, 1), (2023, 1), date(2023, 1, 1), date(2023, 3, 31)),
        (date(2024, 6, 30), (2024, 2), date(2024, 4, 1), date(2024, 6, 30)),
        (date(2022, 12, 31), (2022, 4), date(2022, 10, 1), date(2022, 12, 31)),
    ],
)
def test_quarter_of_a_day_has_its_first_and_last_day(day, quarter, first, last):
    found = Quarter.of(day)
    assert found == Quarter(*quarter)
    assert (found.first_day, found.last_day) == (first, last)
    assert found.shifted(4) == Quarter(found.year + 1, found.number)
    assert found.shifted(1).first_day == found.last_day + timedelta(days=1)


def test_report_of_a_quarter_is_owed_with_its_days_and_once():
    report = IncubationReportFactory(year=2023, quarter=1)
    owed = report.obligation
    assert (owed.period_from, owed.period_to) == (date(2023, 1, 1), date(2023, 3, 31))
    assert owed.may_be_zero
    with pytest.raises(DatabaseError), transaction.atomic():
        IncubationReportFactory(incubator=report.incubator, year=2023, quarter=1)
    with pytest.raises(ValueError, match="month"):
        IncubationReportFactory(incubator=report.incubator, year=2023, quarter=5)
    IncubationReportFactory(incubator=report.incubator, year=2023, quarter=2)


def test_operator_confirms_a_zero_of_a_quarter_even_where_trainings_are_planned():
    duty = IncubationReportFactory().obligation
    duty.confirm_zero(by=OperatorFactory())
    duty.refresh_from_db()
    assert duty.state == Obligation.State.CONFIRMED_ZERO


@pytest.mark.parametrize(
    "wrong",
    [{"turnover": -1}, {"workers_male": -1}, {"workers_female": -1}],
    ids=lambda wrong: "-".join(wrong),
)
def test_quarter_with_a_negative_figure_is_refused(wrong):
    row = TenantQuarterFactory()
    with pytest.raises(DatabaseError), transaction.atomic():
        TenantQuarter.objects.filter(pk=row.pk).update(**wrong)
    for name, value in wrong.items():
        setattr(row, name, value)
    with pytest.raises(ValidationError):
        row.full_clean()


def test_quarter_is_of_a_tenant_of_the_incubator_that_had_entered_by_its_end():
    tenant, report = TenantFactory(), IncubationReportFactory(year=2022, quarter=4)
    stray = TenantQuarter(
        tenant=tenant, report=report, turnover=1, workers_male=0, workers_female=0
    )
    with pytest.raises(ValidationError):
        stray.full_clean()
    early = IncubationReportFactory(incubator=tenant.incubator, year=2022, quarter=3)
    stray.report = early
    with pytest.raises(ValidationError):
        stray.full_clean()
    stray.report = IncubationReportFactory(incubator=tenant.incubator, year=2022, quarter=4)
    stray.full_clean()


def test_late_quarter_leaves_the_earlier_one_alone():
    tenant = TenantFactory()
    TenantQuarterFactory(tenant=tenant, year=2023, quarter=2, turnover=20)
    TenantQuarterFactory(tenant=tenant, year=2023, quarter=1, turnover=10)
    assert [row.turnover for row in tenant.quarters.in_order()] == [10, 20]
    with pytest.raises(DatabaseError), transaction.atomic():
        TenantQuarterFactory(tenant=tenant, year=2023, quarter=1, turnover=99)


def test_only_verified_quarters_count():
    tenant = TenantFactory()
    TenantQuarterFactory(tenant=tenant, year=2023, quarter=1, turnover=10)
    TenantQuarterFactory(tenant=tenant, year=2023, quarter=2, turnover=7, verified=False)
    assert tenant.quarters.verified().totals() == {
        "tenants": 1, "turnover": 10, "workers_male": 1, "workers_female": 2, "operating": 1,
    }  # fmt: skip


def test_finance_names_its_bank_and_one_giver():
    row, bank = TenantQuarterFactory(), PartnerBodyFactory(kind=Partner.Kind.BANK)
    for wrong in (
        {"source": "kur"},
        {"source": "other"},
        {"source": "kur", "bank": bank, "bank_name": "Bank lain"},
        {"source": "gift", "bank": bank},
        {"source": "own", "amount": 0},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            FinanceReceived.objects.create(tenant_quarter=row, **{"amount": 5} | wrong)
    FinanceReceived.objects.create(tenant_quarter=row, source="kur", bank=bank, amount=5)
    FinanceReceived.objects.create(tenant_quarter=row, source="own", amount=2)
    assert FinanceReceived.objects.verified().by_source() == {"kur": 5, "own": 2}


@pytest.mark.parametrize(
    ("sales", "size"),
    [
        (0, "mikro"), (2_000_000_000, "mikro"), (2_000_000_001, "kecil"),
        (15_000_000_000, "kecil"), (15_000_000_001, "menengah"),
        (50_000_000_000, "menengah"), (50_000_000_001, "besar"),
    ],
)  # fmt: skip
def test_size_follows_the_limits_of_the_law(sales, size):
    assert class_of(sales, on=LAWS[0].since) == SizeClass(size)


def test_size_rests_on_four_quarters_or_is_an_estimate():
    day = date(2023, 1, 1)
    assert size_of([], on=day) is None
    whole = size_of([10**9, 1, 1, 1, 1], on=day)
    assert (whole.yearly_sales, whole.is_estimate) == (4, False)
    part = size_of([600_000_000], on=day)
    assert (part.yearly_sales, part.is_estimate, part.size_class) == (
        2_400_000_000, True, SizeClass.SMALL,
    )  # fmt: skip


def test_beginner_becomes_an_entrepreneur_with_the_first_verified_turnover_of_incubation():
    tenant = TenantFactory(beginner=True)
    TenantQuarterFactory(tenant=tenant, year=2022, quarter=4, turnover=5)
    assert not new_entrepreneurs(Tenant.objects.all())
    tenant.admit(by=OperatorFactory(), on=date(2023, 1, 5))
    assert not new_entrepreneurs(Tenant.objects.all())
    TenantQuarterFactory(tenant=tenant, year=2023, quarter=1, turnover=0)
    TenantQuarterFactory(tenant=tenant, year=2023, quarter=2, turnover=5, verified=False)
    assert not new_entrepreneurs(Tenant.objects.all())
    TenantQuarterFactory(tenant=tenant, year=2023, quarter=4, turnover=5)
    TenantQuarterFactory(tenant=tenant, year=2023, quarter=3, turnover=5)
    assert with_day(Tenant.objects.all()).get().entrepreneur_on == date(2023, 9, 30)
    tenant.drop(by=OperatorFactory(), on=date(2024, 1, 5), reason="Pindah.")
    assert list(new_entrepreneurs(Tenant.objects.all())) == [tenant]


def test_business_from_before_is_new_by_its_first_nib_only():
    old = TenantFactory(stage=TenantStage.INCUBATION)
    licensed = TenantFactory(stage=TenantStage.INCUBATION)
    known = TenantFactory(stage=TenantStage.INCUBATION)
    LegalityFactory(tenant=licensed, issued_on=date(2023, 2, 1))
    LegalityFactory(tenant=known, issued_on=known.entered_on)
    for tenant in (old, licensed, known):
        for quarter in (4, 5, 6):
            TenantQuarterFactory(
                tenant=tenant, year=2022 + quarter // 5, quarter=(quarter - 1) % 4 + 1
            )
    found = new_entrepreneurs(Tenant.objects.all())
    assert [(tenant, tenant.entrepreneur_on) for tenant in found] == [(licensed, date(2023, 3, 31))]


def test_mentor_with_dates_out_of_order_or_entered_twice_is_refused():
    mentor = MentorFactory(partner=None)
    for wrong in (
        {"name": mentor.name, "active_from": date(2023, 1, 1)},
        {"name": "Lain", "active_from": date(2023, 1, 1), "active_to": date(2022, 1, 1)},
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            Mentor.objects.create(expertise="Pasar", **wrong)
    MentorFactory(name=mentor.name)


def test_session_is_of_the_incubator_on_a_day_when_the_mentor_mentored():
    session = MentoringSessionFactory()
    session.full_clean()
    session.incubator = IncubatorFactory(stage=Stage.SELECTED)
    session.mentor.active_to = date(2022, 11, 14)
    with pytest.raises(ValidationError) as refusal:
        session.full_clean()
    assert set(refusal.value.message_dict) == {"tenant", "mentor"}
    with pytest.raises(DatabaseError), transaction.atomic():
        MentoringSession.objects.filter(pk=session.pk).update(hours=0)


def test_session_withdrawn_with_a_reason_leaves_the_hours_of_its_mentor():
    kept, by = MentoringSessionFactory(), OperatorFactory()
    wrong = MentoringSessionFactory(tenant=kept.tenant, mentor=kept.mentor)
    with pytest.raises(Incomplete):
        wrong.withdraw(by=by, reason=" ")
    wrong.withdraw(by=by, reason="Tercatat dua kali.")
    with pytest.raises(Stale):
        wrong.withdraw(by=by, reason="Lagi.")
    mentor = Mentor.objects.with_hours(MentoringSession.objects.all()).get()
    assert (mentor.hours_held, mentor.sessions_held) == (Decimal("2.5"), 1)


def test_receipt_of_a_report_changes_with_its_figures_and_holds_no_name():
    row = TenantQuarterFactory()
    report = row.report
    before = report.content_digest()
    FinanceReceived.objects.create(tenant_quarter=row, source="own", amount=2)
    changed = IncubationReport.objects.get(pk=report.pk)
    assert changed.content_digest() != before
    assert row.tenant.owner_name not in str(changed.receipt_content())
