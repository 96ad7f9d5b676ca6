"""Every list asks the database the same number of questions for one row and for ten."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Role
from blk_portal.reporting.models import Receipt
from incubators.models import FinanceReceived
from incubators.quarters import Quarter
from institutions.models import AreaAssignment, Institution, Membership
from tests.access.actors import Actor, Browser, logged_in
from tests.access.addresses import registered_models
from tests.access.systems import client_rows
from tests.access.world import SETTINGS
from tests.factories import (
    AccessLogFactory,
    ActualFactory,
    AreaAssignmentFactory,
    AssessmentFactory,
    CaseFactory,
    CohortFactory,
    CohortReportFactory,
    ContributionFactory,
    DisbursementFactory,
    DocumentFactory,
    DocumentRequirementFactory,
    ErasureFactory,
    EvidenceFactory,
    FieldAliasFactory,
    GuardianConsentFactory,
    IncubationReportFactory,
    IncubatorCriterionFactory,
    IncubatorFactory,
    InstitutionFactory,
    MentoringSessionFactory,
    MilestoneFactory,
    OverlapFactory,
    ParticipantChangeFactory,
    ParticipantFactory,
    PartnerBodyFactory,
    PartnershipFactory,
    PendingRowFactory,
    ProgrammeYearFactory,
    RollupRunFactory,
    SelectionRoundFactory,
    StandInFactory,
    TargetFactory,
    TenantFactory,
    TenantQuarterFactory,
    TrainingAidFactory,
    UnlockRequestFactory,
    UserFactory,
    VisitFactory,
    VocationalFieldFactory,
)
from trainings.models import Cohort, CohortReport, WarningExplanation

pytestmark = [pytest.mark.django_db, pytest.mark.timeout(900)]
ROWS = 10
ROLES = (
    Role.NATIONAL_ADMIN, Role.AREA_REVIEWER, Role.OBSERVER, Role.LEADERSHIP, Role.AUDITOR,
    Role.OPERATOR,
)  # fmt: skip


class Growth:
    """Rows of every kind, one bundle at a time, all within reach of one person a role."""

    def __init__(self) -> None:
        self.users = {role: UserFactory(role=role) for role in ROLES}
        self.admin = self.users[Role.NATIONAL_ADMIN]
        self.operator = self.users[Role.OPERATOR]
        self.field = VocationalFieldFactory()
        self.institution = InstitutionFactory(operational=True, by=self.admin)
        self._reach(self.institution)
        self.draft = CohortFactory(institution=self.institution)
        self.waiting = self._report(people=1, verbs=("submit", "send_back", "submit"))
        self.flagged = self._report(people=1, flagged=True)
        self.person = self.flagged.cohort.participants.get()
        self.partner = PartnerBodyFactory()
        self.tenant = TenantFactory(
            incubator__institution=self.institution, incubator__by=self.admin, by=self.operator
        )
        self.quarter = IncubationReportFactory(
            incubator=self.tenant.incubator, year=2022, quarter=4, submitted=True
        )
        self.size = 0
        self.tranche = DisbursementFactory(institution=self.institution, by=self.admin)

    def _reach(self, institution: Institution) -> None:
        Membership.objects.create(user=self.operator, institution=institution)
        for role in (Role.AREA_REVIEWER, Role.OBSERVER, Role.AUDITOR):
            is_office = role == Role.AREA_REVIEWER
            AreaAssignment.objects.create(
                user=self.users[role],
                office=institution.office if is_office else None,
                province=None if is_office else institution.regency.province,
            )

    def _report(self, institution: Institution | None = None, **traits) -> CohortReport:
        return CohortReportFactory(
            cohort__institution=institution or self.institution,
            operator=self.operator,
            reviewer=self.admin,
            **traits,
        )

    def grow(self) -> None:
        """One more of everything that a list shows."""
        self.size += 1
        institution = InstitutionFactory(operational=True, by=self.admin)
        self._reach(institution)
        for trait in ("submitted", "returned", "flagged", "verified"):
            report = self._report(institution, people=1, **{trait: True})
        self._grow_people(report)
        CohortFactory(institution=institution)
        self._grow_register(institution)
        self._grow_pages()

    def _grow_people(self, verified: CohortReport) -> None:
        """One more of what is kept about participants, and of money for a cohort."""
        ParticipantChangeFactory(participant=verified.cohort.participants.get(), by=self.admin)
        UnlockRequestFactory(
            report=self._report(verified.cohort.institution, people=1, flagged=True)
        )
        GuardianConsentFactory(participant__cohort=verified.cohort, sheet__by=self.operator)
        OverlapFactory(first_cohort=verified.cohort)
        StandInFactory(report=verified, on_behalf_of=self.operator)
        TrainingAidFactory(cohort=verified.cohort, recorded_by=self.operator)
        ErasureFactory()

    def _grow_register(self, institution: Institution) -> None:
        client_rows(institution)
        year = ProgrammeYearFactory(year=2022 + self.size)
        SelectionRoundFactory(programme_year=year)
        CaseFactory(institution=institution, by=self.admin)
        DisbursementFactory(institution=institution, by=self.admin)
        incubator = IncubatorFactory(institution=institution, stage="selected", by=self.admin)
        EvidenceFactory(
            incubator=incubator,
            criterion=IncubatorCriterionFactory(code=f"kriteria-{self.size}"),
            submitted_by=self.operator,
        )
        MentoringSessionFactory(
            tenant=TenantQuarterFactory(tenant__incubator=incubator).tenant,
            recorded_by=self.operator,
        )
        IncubationReportFactory(incubator=incubator, year=2023, quarter=1, submitted=True)
        FieldAliasFactory(field=VocationalFieldFactory(code=f"{self.size:03}"))
        FieldAliasFactory(field=self.field)
        TargetFactory(programme_year=year)
        AssessmentFactory(institution=institution, by=self.admin)
        VisitFactory(institution=institution, officer=self.admin, open=True)
        contribution = ContributionFactory(institution=institution)
        PartnershipFactory(institution=institution, partner=contribution.partner)
        ActualFactory(province=institution.regency.province)
        ActualFactory(office=institution.office)
        RollupRunFactory()
        AccessLogFactory()
        AreaAssignmentFactory()

    def _grow_pages(self) -> None:
        """One more row on the pages of one institution and of one cohort."""
        day = date(2022, 6, 1) + timedelta(days=self.size)
        MilestoneFactory(institution=self.institution, kind="progress", percent=50, happened_on=day)
        CaseFactory(institution=self.institution, by=self.admin, closed=True)
        DisbursementFactory(institution=self.institution, by=self.admin, filed_by=self.operator)
        self.tranche.give_back(by=self.admin, on=day, amount=1, number="NTPN")
        Membership.objects.create(
            user=UserFactory(role=Role.OPERATOR), institution=self.institution
        )
        paper = {"institution": self.institution, "by": self.operator}
        DocumentFactory(**paper, expires_on=date(2022, 12, 31))
        DocumentFactory(**paper, withdrawn=True)
        DocumentRequirementFactory()
        AssessmentFactory(
            institution=self.institution,
            assessed_on=date(2022, 1, 1) + timedelta(days=self.size),
            by=self.admin,
        )
        VisitFactory(
            institution=self.institution, officer=UserFactory(role=Role.AREA_REVIEWER), open=True
        )
        ContributionFactory(institution=self.institution)
        ContributionFactory(institution=InstitutionFactory(), partner=self.partner)
        PartnershipFactory(institution=self.institution)
        PartnershipFactory(institution=InstitutionFactory(), partner=self.partner)
        quarter = Quarter(2022, 4).shifted(self.size)
        row = TenantQuarterFactory(tenant=self.tenant, year=quarter.year, quarter=quarter.number)
        FinanceReceived.objects.create(
            tenant_quarter=row, source="kur", amount=5, bank=PartnerBodyFactory(kind="bank")
        )
        self._grow_quarter()
        MentoringSessionFactory(tenant=self.tenant, recorded_by=self.operator)
        doubt = {"row": 2, "field": "nik", "code": "nik_birth_date", "column": "NIK",
                 "message": "NIK dan tanggal lahir berbeda.", "cure": "Periksa KTP."}  # fmt: skip
        for cohort in (self.draft, self.waiting.cohort):
            Cohort.objects.filter(pk=cohort.pk).update(seats=80)
            ParticipantFactory(cohort=cohort, warnings=[doubt])
            WarningExplanation.objects.get_or_create(
                report=cohort.closing,
                code="nik_birth_date",
                defaults={"text": "Sesuai KTP.", "at": timezone.now()},
            )
        PendingRowFactory(cohort=self.draft, upload__uploaded_by=self.operator)
        self.waiting.refresh_from_db()
        self.waiting.withdraw(by=self.operator, version=self.waiting.version)
        self.waiting.submit(by=self.operator, version=self.waiting.version)
        for report in (self.flagged, self.waiting):
            self._flag_one_more(report)

    def _grow_quarter(self) -> None:
        """One more tenant in the quarterly report that is looked at, with money and a reason."""
        row = TenantQuarterFactory(
            tenant__incubator=self.tenant.incubator, tenant__by=self.operator, year=2022, quarter=4
        )
        row.finance.create(source="kur", amount=5, bank_name="Bank Contoh")
        self.quarter.explanations.create(
            tenant=row.tenant, code="turnover_jump", text="Sesuai.", by=self.operator,
            at=timezone.now(),
        )  # fmt: skip

    def _flag_one_more(self, report: CohortReport) -> None:
        """One more row of the report was flagged with its return, and answered."""
        flag = report.flag(ParticipantFactory(cohort=report.cohort), field="nik", note="Cocokkan.")
        flag.transition = report.transitions.filter(verb="send_back").latest("version")
        flag.answer, flag.answered_at, flag.answered_by = "Sesuai.", timezone.now(), self.operator
        flag.save()


Place = Callable[[Growth], str]


def _named(name: str, **args: Callable[[Growth], object]) -> Place:
    return lambda growth: reverse(name, kwargs={key: made(growth) for key, made in args.items()})


def _admin_page(label: str, pk: Callable[[Growth], int]) -> Place:
    name = f"admin:{label.replace('.', '_')}_change"
    return lambda growth: reverse(name, args=[pk(growth)])


PAGES: list[tuple[str, str, Place]] = [
    ("public", Role.OPERATOR, _named("progress:public")),
    *[
        (f"dashboard as {role}", role, _named("progress:dashboard"))
        for role in (Role.NATIONAL_ADMIN, Role.OBSERVER)
    ],
    *[
        (f"{name} as {role}", role, _named(f"progress:{name}"))
        for name in ("home", "outstanding", "guide")
        for role in ROLES
    ],
    *[
        (f"institutions as {role}", role, _named("institutions:institution-list"))
        for role in ROLES
    ],
    *[
        (f"institution as {role}", role,
         _named("institutions:institution-detail", pk=lambda growth: growth.institution.pk))
        for role in (Role.NATIONAL_ADMIN, Role.AREA_REVIEWER, Role.OPERATOR)
    ],
    *[
        (f"papers as {role}", role,
         _named("institutions:paper-list", pk=lambda growth: growth.institution.pk))
        for role in (Role.NATIONAL_ADMIN, Role.AREA_REVIEWER, Role.AUDITOR, Role.OPERATOR)
    ],
    *[
        (f"{name} of an institution as {role}", role,
         _named(f"institutions:{name}", pk=lambda growth: growth.institution.pk))
        for name in ("assessment-list", "visit-list", "institution-partners")
        for role in (Role.AREA_REVIEWER, Role.OPERATOR)
    ],
    *[
        (f"independence as {role}", role, _named("progress:independence"))
        for role in (Role.NATIONAL_ADMIN, Role.OBSERVER)
    ],
    *[
        (f"{name}s as {role}", role, _named(f"tenants:{name}-list"))
        for name in ("tenant", "mentor")
        for role in (Role.NATIONAL_ADMIN, Role.LEADERSHIP, Role.OPERATOR)
    ],
    *[
        (f"tenant as {role}", role,
         _named("tenants:tenant-detail", pk=lambda growth: growth.tenant.pk))
        for role in (Role.NATIONAL_ADMIN, Role.AUDITOR, Role.OPERATOR)
    ],
    *[
        (f"quarterly reports as {role}", role, _named("tenants:quarter-list"))
        for role in (Role.NATIONAL_ADMIN, Role.OBSERVER, Role.OPERATOR)
    ],
    *[
        (f"quarterly report as {role}", role,
         _named("tenants:quarter-detail", pk=lambda growth: growth.quarter.pk))
        for role in (Role.NATIONAL_ADMIN, Role.OPERATOR)
    ],
    ("quarterly reports to review", Role.NATIONAL_ADMIN, _named("tenants:quarter-queue")),
    ("quarterly report under review", Role.NATIONAL_ADMIN,
     _named("tenants:quarter-review", pk=lambda growth: growth.quarter.pk)),
    ("incubator", Role.OPERATOR,
     _named("incubators:incubator-detail", pk=lambda growth: growth.tenant.incubator_id)),
    ("new session", Role.OPERATOR,
     _named("tenants:session-create", incubator=lambda growth: growth.tenant.incubator_id)),
    ("partners", Role.AREA_REVIEWER, _named("partners:partner-list")),
    ("partner", Role.LEADERSHIP,
     _named("partners:partner-detail", pk=lambda growth: growth.partner.pk)),
    *[
        (f"{name} of an institution as {role}", role,
         _named(f"institutions:{name}-list", pk=lambda growth: growth.institution.pk))
        for name in ("milestone", "case", "money")
        for role in (Role.NATIONAL_ADMIN, Role.OPERATOR)
    ],
    ("tranche", Role.OPERATOR, _named(
        "institutions:tranche-detail", pk=lambda growth: growth.institution.pk,
        tranche=lambda growth: growth.tranche.pk,
    )),
    *[
        (f"owed money as {role}", role, _named("money:owed-list"))
        for role in ROLES
        if role != Role.OBSERVER
    ],
    *[
        (f"owed training aid as {role}", role, _named("trainings:aid-owed"))
        for role in (Role.NATIONAL_ADMIN, Role.AREA_REVIEWER, Role.LEADERSHIP, Role.OPERATOR)
    ],
    ("persons in two cohorts", Role.AREA_REVIEWER, _named("trainings:overlap-list")),
    ("monthly tables", Role.NATIONAL_ADMIN, _named("progress:monthly-tables")),
    ("catalogue of programmes", Role.NATIONAL_ADMIN, _named("trainings:programme-list")),
    ("calendar", Role.AREA_REVIEWER, _named("trainings:cohort-calendar")),
    ("completeness", Role.NATIONAL_ADMIN, _named("progress:completeness")),
    ("consents of a cohort", Role.OPERATOR,
     _named("trainings:cohort-consents", pk=lambda growth: growth.draft.pk)),
    ("file of a person", Role.AREA_REVIEWER,
     _named("trainings:participant-file", pk=lambda growth: growth.person.pk)),
    *[
        (f"cohorts as {role}", role, _named("trainings:cohort-list"))
        for role in ROLES
        if role not in (Role.OBSERVER, Role.LEADERSHIP)
    ],
    *[
        (f"cohort as {role}", role,
         _named("trainings:cohort-detail", pk=lambda growth: growth.draft.pk))
        for role in (Role.OPERATOR, Role.AUDITOR)
    ],
    ("flagged cohort", Role.OPERATOR,
     _named("trainings:cohort-detail", pk=lambda growth: growth.flagged.cohort_id)),
    ("flagged results", Role.OPERATOR,
     _named("trainings:cohort-results", pk=lambda growth: growth.flagged.cohort_id)),
    ("new cohort", Role.OPERATOR, _named("trainings:cohort-create")),
    ("results", Role.OPERATOR,
     _named("trainings:cohort-results", pk=lambda growth: growth.draft.pk)),
    ("incoming reports", Role.AREA_REVIEWER, _named("trainings:review-list")),
    ("report under review", Role.AREA_REVIEWER,
     _named("trainings:report-review", pk=lambda growth: growth.waiting.pk)),
    ("receipt", Role.OPERATOR, _named(
        "trainings:receipt-detail",
        number=lambda growth: Receipt.objects.filter(
            obligation=growth.waiting.obligation).latest("pk").number,
    )),
    *[
        (f"admin list of {label}", Role.NATIONAL_ADMIN,
         _named(f"admin:{label.replace('.', '_')}_changelist"))
        for label in registered_models()
    ],
    ("admin page of a field", Role.NATIONAL_ADMIN,
     _admin_page("institutions.vocationalfield", lambda growth: growth.field.pk)),
    ("admin page of a report", Role.NATIONAL_ADMIN,
     _admin_page("trainings.cohortreport", lambda growth: growth.waiting.pk)),
]  # fmt: skip


def _measure(growth: Growth, browser: Browser, actors: dict[str, Actor]) -> dict[str, int]:
    counts = {}
    for name, role, place in PAGES:
        visit = browser.visit(actors[role], "GET", place(growth))
        assert visit.status == 200, f"{name}: {visit.status}"
        counts[name] = visit.queries
    return counts


def _actor(user: User) -> Actor:
    return Actor(user.role, user.role, session=logged_in(user))


def test_list_of_ten_asks_no_more_than_a_list_of_one():
    """One test, not one a list: each process that ran some of them would grow the world anew."""
    with override_settings(**SETTINGS):
        growth, browser = Growth(), Browser()
        actors = {role: _actor(user) for role, user in growth.users.items()}
        growth.grow()
        _measure(growth, browser, actors)
        few = _measure(growth, browser, actors)
        while growth.size < ROWS:
            growth.grow()
        many = _measure(growth, browser, actors)
    assert {name: (few[name], asked) for name, asked in many.items() if asked != few[name]} == {}
