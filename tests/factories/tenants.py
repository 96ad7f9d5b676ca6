"""Mentors and tenants, moved through their stages by the real verbs; quarters in their reports."""

from datetime import date, timedelta
from decimal import Decimal

import factory
from django.utils import timezone

from incubators.models import (
    IncubationReport,
    Legality,
    Mentor,
    MentoringSession,
    Tenant,
    TenantQuarter,
)
from incubators.quarters import Quarter
from incubators.stages import Stage
from incubators.tenancy import TenantStage, earliest_graduation
from tests.factories.accounts import IncubatorReviewerFactory, OperatorFactory
from tests.factories.incubators import IncubatorFactory
from tests.factories.quality import PartnerBodyFactory
from tests.factories.trainings import synthetic_nik

WAY_TO: dict[str, tuple[str, ...]] = {
    TenantStage.BEFORE: (),
    TenantStage.INCUBATION: ("admit",),
    TenantStage.AFTER: ("admit", "release"),
    TenantStage.GRADUATED: ("admit", "release", "graduate"),
    TenantStage.DROPPED: ("drop",),
}
BORN = date(1999, 3, 12)


class MentorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Mentor

    name = factory.Sequence(lambda n: f"Mentor {n:04} (contoh)")
    partner = factory.SubFactory(PartnerBodyFactory)
    expertise = "Pembukuan"
    active_from = date(2022, 1, 1)


class TenantFactory(factory.django.DjangoModelFactory):
    """A tenant; `stage` is reached by the real verbs, with its log. `nik=None` for one without."""

    class Meta:
        model = Tenant

    incubator = factory.SubFactory(IncubatorFactory, stage=Stage.MENTORED)
    business = factory.Sequence(lambda n: f"Usaha {n:04} (contoh)")
    owner_name = factory.Sequence(lambda n: f"Pemilik {n:04}")
    owner_sex = "P"
    division = "10"
    entered_on = date(2022, 10, 3)
    contract_number = factory.Sequence(lambda n: f"PK-{n:04}")
    contract_on = date(2022, 10, 10)
    baseline_turnover = 12_000_000
    baseline_workers_male = 0
    baseline_workers_female = 1
    nik = factory.Sequence(lambda n: synthetic_nik(n, born=BORN, sex="P"))
    stage: str = TenantStage.BEFORE
    by = None

    class Params:
        beginner = factory.Trait(
            had_business=False, baseline_turnover=None, baseline_workers_female=0
        )

    @classmethod
    def _create(cls, model_class, *args, nik, stage, by, **kwargs) -> Tenant:
        tenant = model_class(*args, **kwargs)
        tenant.set_nik(nik)
        Tenant.objects.enter(tenant, by=by)
        for verb in WAY_TO[stage]:
            on = max(tenant.stage_since, tenant.contract_on or date.min) + timedelta(days=30)
            if verb == "graduate":
                on = earliest_graduation(tenant.stage_since)
            tenant.move(verb, by=by, on=on, reason="Pindah kota." if verb == "drop" else "")
        return tenant


class LegalityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Legality

    tenant = factory.SubFactory(TenantFactory)
    kind = Legality.Kind.NIB
    number = factory.Sequence(lambda n: f"91200{n:08}")
    issued_on = date(2022, 11, 1)


class MentoringSessionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = MentoringSession

    tenant = factory.SubFactory(TenantFactory)
    incubator = factory.SelfAttribute("tenant.incubator")
    mentor = factory.SubFactory(MentorFactory)
    held_on = date(2022, 11, 15)
    topic = "Menghitung harga pokok"
    hours = Decimal("2.5")
    outcome = "Tenant menyusun daftar biaya."


class IncubationReportFactory(factory.django.DjangoModelFactory):
    """The report of a quarter; `verified=True` for one that is verified, `submitted=True` for one
    that waits."""

    class Meta:
        model = IncubationReport

    incubator = factory.SubFactory(IncubatorFactory, stage=Stage.MENTORED)
    year = 2022
    quarter = 4
    submitted = False
    verified = False

    @classmethod
    def _create(cls, model_class, *args, incubator, year, quarter, submitted, verified, **kwargs):
        period = Quarter(year, quarter)
        report = IncubationReport.expect(
            incubator, period, year=incubator.round.programme_year,
            due_on=period.last_day + timedelta(days=14),
        )  # fmt: skip
        if verified:
            verify(report)
        elif submitted:
            _hand_in(report)
        return report


def _hand_in(report: IncubationReport) -> None:
    """What a submission leaves behind, also where nothing is reported yet."""
    report.status, report.version = IncubationReport.Status.SUBMITTED, 1
    report.submitted_at, report.submitted_by = timezone.now(), OperatorFactory()
    report.save()
    receipt = report._issue_receipt(at=report.submitted_at, by=report.submitted_by)
    report.transitions.create(
        verb="submit", from_status="draft", to_status="submitted", version=1, receipt=receipt,
        at=report.submitted_at, by=report.submitted_by,
    )  # fmt: skip
    report.obligation.follow("submit", "reported", by=report.submitted_by, at=report.submitted_at)


def verify(report: IncubationReport) -> None:
    """What the verbs leave behind, also where nothing is reported yet."""
    now = timezone.now()
    report.status = IncubationReport.Status.VERIFIED
    report.submitted_at, report.submitted_by = now, OperatorFactory()
    report.verified_at, report.verified_by = now, IncubatorReviewerFactory()
    report.save()


class TenantQuarterFactory(factory.django.DjangoModelFactory):
    """A quarter of a tenant in the report of its incubator, which is made where it is not there."""

    class Meta:
        model = TenantQuarter

    tenant = factory.SubFactory(TenantFactory)
    turnover = 15_000_000
    workers_male = 1
    workers_female = 2
    year = 2022
    quarter = 4
    verified = True

    @classmethod
    def _create(cls, model_class, *args, tenant, year, quarter, verified, **kwargs):
        place = {"incubator": tenant.incubator, "year": year, "quarter": quarter}
        report = IncubationReport.objects.filter(**place).first()
        report = report or IncubationReportFactory(**place, verified=verified)
        return super()._create(model_class, *args, tenant=tenant, report=report, **kwargs)
