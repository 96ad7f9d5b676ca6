"""Two areas with the same kinds of rows in each, and a person of every role who knows one."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from unittest import mock

from django.db import transaction
from django.test import override_settings

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Role
from blk_portal.progress.models import PendingRollup
from blk_portal.reporting.models import Obligation, Receipt
from blk_portal.runtime import health
from incubators.models import Evidence, IncubationReport, Incubator, MentoringSession, Tenant
from institutions.models import (
    AreaAssignment,
    AreaDelegation,
    Assessment,
    Case,
    ChangeProposal,
    Contribution,
    Disbursement,
    Document,
    Institution,
    InstitutionTransition,
    Membership,
    Milestone,
    Partnership,
    RegisterImport,
    RegisterImportRow,
    Visit,
)
from tests.access.actors import HERE, NATION, Actor, Browser, logged_in
from tests.access.balances import balances_of
from tests.access.quarters import SENT, mentored, quarter_of
from tests.access.systems import Systems, client_rows, systems_of
from tests.factories import (
    AccessLogFactory,
    ActualFactory,
    AreaDelegationFactory,
    AssessmentFactory,
    CaseFactory,
    CertificateFileFactory,
    ChangeProposalFactory,
    CheckRunFactory,
    CohortFactory,
    CohortReportFactory,
    ContributionFactory,
    DisbursementFactory,
    DocumentFactory,
    DocumentRequirementFactory,
    ErasureFactory,
    EvidenceFactory,
    FieldAliasFactory,
    FrozenFigureFactory,
    GuardianConsentFactory,
    HolidayFactory,
    IncubatorFactory,
    InstitutionFactory,
    ListExportFactory,
    MeetingPackFactory,
    MilestoneFactory,
    MinorFactory,
    NationalAdminFactory,
    NoticeFactory,
    ObligationFactory,
    OverlapFactory,
    PackRecipientFactory,
    ParticipantChangeFactory,
    ParticipantFactory,
    PartnershipFactory,
    PendingRowFactory,
    ProvinceFactory,
    PublicationFactory,
    RegencyFactory,
    RegisterImportFactory,
    RegisterImportRowFactory,
    RollupRunFactory,
    StandInFactory,
    TargetFactory,
    TrainingAidFactory,
    TrainingOfficeFactory,
    UnlockRequestFactory,
    UserFactory,
    VisitFactory,
)
from trainings.models import (
    Certificate,
    CertificateFile,
    Cohort,
    CohortReport,
    CohortReportFlag,
    GuardianConsent,
    Overlap,
    Participant,
    ParticipantChange,
    PendingRow,
    ReportKind,
    StandIn,
    TrainingAid,
    UnlockRequest,
)

SETTINGS = {
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}},
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    "DEMO_MODE": True,
}
PASSWORD = "kata-sandi-contoh-1"
# What may stand on no page: no other row of the world holds these digits.
CANARY_NIK = "3204055705019777"
CANARY_PHONE = "081377665544"
PENDING_NIK = "3204055705019888"
PENDING_PHONE = "081388776655"
CANARIES = (
    (CANARY_NIK, "NIK"),
    (CANARY_PHONE, "phone number"),
    (PENDING_NIK, "NIK in a row to mend"),
    (PENDING_PHONE, "phone number in a row to mend"),
)


@dataclass(frozen=True)
class Side:
    """The rows of one area."""

    name: str
    institution: Institution
    proposed: Institution
    draft: Cohort
    person: Participant
    pending: PendingRow
    ready: Cohort
    cancelled: Cohort
    submitted: CohortReport
    flagged: CohortReport
    flag: CohortReportFlag
    wish: UnlockRequest
    verified: CohortReport
    certificate: Certificate
    printed: CertificateFile
    receipt: Receipt
    part: CohortReport
    incubator: Incubator
    evidence: Evidence
    session: MentoringSession
    milestone: Milestone
    case: Case
    due: Disbursement
    filed: Disbursement
    paper: Document
    membership: Membership
    proposal: ChangeProposal
    assignment: AreaAssignment
    delegation: AreaDelegation
    assessment: Assessment
    visit: Visit
    contribution: Contribution
    partnership: Partnership
    unclear: RegisterImportRow
    minor: Participant
    consent: GuardianConsent
    overlap: Overlap
    correction: ParticipantChange
    standin: StandIn
    aid: TrainingAid
    period: Obligation
    zero: Obligation

    @property
    def step(self) -> InstitutionTransition:
        return self.institution.last_step()

    @property
    def tenant(self) -> Tenant:
        tenant = self.session.tenant
        assert tenant is not None, "the session of a side is with its tenant"
        return tenant

    @property
    def quarter_sent(self) -> IncubationReport:
        return quarter_of(self.session, SENT)

    @property
    def taken_in(self) -> RegisterImport:
        return self.unclear.register_import

    @property
    def institution_names(self) -> tuple[str, str]:
        return self.institution.name, self.proposed.name

    @property
    def pair(self) -> tuple[int, int]:
        """Two institutions of the side, to be compared."""
        return self.institution.pk, self.proposed.pk

    @property
    def obligation(self) -> Obligation:
        return self.draft.closing.obligation

    def row(self, kind: str) -> Any:
        """The row of this side that an address is tried with."""
        return getattr(self, kind)


@dataclass(frozen=True)
class World:
    """Both sides, everybody who tries, and the rows that belong to no side."""

    here: Side
    there: Side
    actors: dict[str, Actor]
    systems: Systems
    users: dict[str, User]
    lone: dict[str, Any]
    browser: Browser
    strict_browser: Browser

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.here, self.there


def _side(name: str, admin: User) -> Side:
    province = ProvinceFactory(name=f"Provinsi {name}")
    office = TrainingOfficeFactory(name=f"BPVP {name}")
    regency = RegencyFactory(province=province, office=office, name=f"Kabupaten {name}")
    institution = InstitutionFactory(
        regency=regency, operational=True, by=admin, name=f"BLKK {name}"
    )
    operator = UserFactory(role=Role.OPERATOR, name=f"Operator asal {name}")
    membership = Membership.objects.create(user=operator, institution=institution)
    draft = CohortFactory(institution=institution)
    person = ParticipantFactory(
        cohort=draft, name=f"Peserta {name}", sex="P", birth_date=date(2001, 5, 17),
        nik=CANARY_NIK, phone=CANARY_PHONE,
        warnings=[{"row": 2, "field": "nik", "code": "nik_birth_date", "column": "NIK",
                   "message": "NIK dan tanggal lahir berbeda.", "cure": "Periksa KTP."}],
    )  # fmt: skip
    pending = PendingRowFactory(
        cohort=draft,
        upload__uploaded_by=operator,
        cells={
            "name": f"Baris {name}", "nik": PENDING_NIK, "phone": PENDING_PHONE,
            "sex": "L", "birth_date": "31/02/2001",
        },
    )  # fmt: skip
    ready = CohortReportFactory(cohort__institution=institution, people=1).cohort
    aid = TrainingAidFactory(cohort=ready, recorded_by=operator)
    made_by = {"cohort__institution": institution, "operator": operator, "reviewer": admin}
    verified = CohortReportFactory(**made_by, cohort__kinds=ReportKind, people=1, verified=True)
    TrainingAidFactory(cohort=verified.cohort, recorded_by=operator, filed_by=operator)
    flagged = CohortReportFactory(**made_by, people=1, flagged=True)
    printed = CertificateFileFactory(cohort=verified.cohort, by=admin)
    wished = CohortReportFactory(**made_by, people=1, flagged=True)
    assignment = AreaAssignment.objects.create(
        user=UserFactory(role=Role.AREA_REVIEWER, name=f"UPTP {name}", password=PASSWORD),
        office=office,
    )
    incubator = IncubatorFactory(institution=institution, stage="selected", by=admin)
    return Side(
        name=name,
        institution=institution,
        proposed=_proposed(institution, regency, name, admin),
        draft=draft,
        person=person,
        pending=pending,
        ready=ready,
        cancelled=CohortFactory(institution=institution, cancelled_by=operator),
        submitted=CohortReportFactory(**made_by, people=1, submitted=True),
        flagged=flagged,
        flag=CohortReportFlag.objects.filter(transition__report=flagged).first(),
        wish=UnlockRequestFactory(asked_by=operator, report=wished),
        verified=verified,
        certificate=printed.cohort.participants.get().certificates.get(),
        printed=printed,
        receipt=Receipt.objects.get(obligation=verified.obligation),
        part=_sent(verified.cohort.reports.get(kind=ReportKind.OPENING), operator),
        incubator=incubator,
        evidence=EvidenceFactory(incubator=incubator, submitted_by=operator),
        session=mentored(incubator, operator, nik=CANARY_NIK),
        milestone=MilestoneFactory(institution=institution),
        case=CaseFactory(institution=institution, by=admin),
        due=DisbursementFactory(institution=institution, by=admin, tranche=1),
        filed=DisbursementFactory(institution=institution, by=admin, tranche=2, filed_by=operator),
        paper=DocumentFactory(institution=institution, by=operator, number=f"Nomor {name}"),
        membership=membership,
        assignment=assignment,
        delegation=AreaDelegationFactory(delegator=assignment.user, made_by=admin),
        proposal=ChangeProposalFactory(institution=institution, proposed_by=operator),
        assessment=AssessmentFactory(institution=institution, by=admin),
        visit=VisitFactory(institution=institution, officer=admin, open=True),
        contribution=ContributionFactory(institution=institution),
        partnership=PartnershipFactory(institution=institution),
        unclear=_taken_in(institution, assignment.user),
        minor=MinorFactory(cohort=draft, name=f"Santri {name}"),
        consent=GuardianConsentFactory(participant__cohort=draft, sheet__by=operator),
        overlap=OverlapFactory(first_cohort=draft, second_cohort=ready),
        correction=ParticipantChangeFactory(participant=verified.cohort.participants.get()),
        standin=StandInFactory(report=ready.closing, on_behalf_of=operator),
        aid=aid,
        period=ObligationFactory(period=True, institution=institution),
        zero=_zero(institution, operator),
    )


def _sent(report: CohortReport, operator: User) -> CohortReport:
    report.submit(by=operator, version=0)
    return report


def _zero(institution: Institution, operator: User) -> Obligation:
    """An earlier period of which the operator has confirmed that there was no training."""
    zero = ObligationFactory(
        period=True, institution=institution, period_from=date(2021, 1, 1),
        period_to=date(2021, 6, 30), due_on=date(2021, 8, 2),
    )  # fmt: skip
    zero.confirm_zero(by=operator)
    return zero


def _taken_in(institution: Institution, reviewer: User) -> RegisterImportRow:
    """A list with a refused row and one that is still to be decided."""
    kept = RegisterImportFactory(uploaded_by=reviewer, total=2)
    RegisterImportRowFactory(register_import=kept)
    return RegisterImportRowFactory(
        register_import=kept, outcome="undecided", candidates=[institution.pk],
        cells={"name": institution.name}, values={"name": institution.name},
    )  # fmt: skip


def _proposed(institution: Institution, regency, name: str, admin: User) -> Institution:
    proposed = InstitutionFactory(regency=regency, name=f"BLKK usulan {name}", by=admin)
    for operator in User.objects.filter(memberships__institution=institution):
        Membership.objects.create(user=operator, institution=proposed)
    return proposed


def _users(here: Side, there: Side) -> dict[str, User]:
    """One person a role who knows `here`, an operator of `there`, and one shut out of `here`."""
    users = {
        role: UserFactory(role=role, name=f"Orang {role}", password=PASSWORD)
        for role in Role.values
    }
    other = {"role": Role.OPERATOR, "password": PASSWORD}
    users["operator_there"] = UserFactory(**other, name="Operator sana")
    users["disabled"] = UserFactory(**other, name="Operator lama", is_active=False)
    for name, side in (("operator", here), ("operator_there", there), ("disabled", here)):
        for institution in (side.institution, side.proposed):
            Membership.objects.create(user=users[name], institution=institution)
    users[Role.AREA_REVIEWER] = here.assignment.user
    AreaAssignment.objects.create(user=users[Role.OBSERVER], regency=here.institution.regency)
    AreaAssignment.objects.create(
        user=users[Role.AUDITOR], province=here.institution.regency.province
    )
    return users


def _actors(users: dict[str, User]) -> dict[str, Actor]:
    actors = {"anonymous": Actor("anonymous", None)}
    for role in Role.values:
        sides = {"here", "there"} if role in NATION else {"here"} if role in HERE else set()
        actors[role] = Actor(role, role, frozenset(sides), logged_in(users[role]))
    actors["operator_there"] = Actor(
        "operator_there", Role.OPERATOR, frozenset({"there"}), logged_in(users["operator_there"])
    )
    actors["disabled"] = Actor("disabled", None, session=logged_in(users["disabled"]))
    return actors


def _lone(here: Side) -> dict[str, Any]:
    """Rows that belong to no area."""
    for indicator, value in (
        ("institutions_pkb", 850), ("completed", 232_000), ("incubators_selected", 100),
    ):  # fmt: skip
        TargetFactory(indicator=indicator, value=value)
    publication = PublicationFactory(programme_year=here.institution.programme_year)
    return {
        "user": UserFactory(role=Role.OPERATOR, name="Akun contoh"),
        "target": TargetFactory(),
        "freeze": FrozenFigureFactory(institution=here.institution).freeze,
        "run": RollupRunFactory(),
        "checked": CheckRunFactory(),
        "publication": publication,
        "pack": MeetingPackFactory(publication=publication),
        "pack_recipient": PackRecipientFactory(),
        "accesslog": AccessLogFactory(),
        "notice": NoticeFactory(obligation=here.period, recipient=UserFactory(role=Role.OPERATOR)),
        "alias": FieldAliasFactory(),
        "field": here.institution.field,
        "year": here.institution.programme_year,
        "round": here.incubator.round,
        "mentor": here.session.mentor,
        "province": here.institution.regency.province,
        "regency": here.institution.regency,
        "office": here.institution.office,
        "foundation": here.institution.foundation,
        "programme": here.draft.programme,
        "erasure": ErasureFactory(),
        "holiday": HolidayFactory(),
        "paper_kind": here.paper.kind,
        "requirement": DocumentRequirementFactory(),
        "actual": ActualFactory(programme_year=here.institution.programme_year),
        "owed": PendingRollup.objects.first(),
        "incubator_criterion": here.evidence.criterion,
        "criterion": here.assessment.answers.first().criterion,
        "partner": here.contribution.partner,
        "taken_away": ListExportFactory(asked_by=here.assignment.user),
    }


@contextmanager
def standing_world() -> Iterator[World]:
    """The world inside one transaction that is taken back; each test works in a savepoint of it."""
    with override_settings(**SETTINGS), transaction.atomic():
        admin = NationalAdminFactory()
        here, there = _side("here", admin), _side("there", admin)
        users = _users(here, there)
        lone = _lone(here) | balances_of(here.institution) | client_rows(here.institution)
        yield World(
            here=here,
            there=there,
            actors=_actors(users),
            users=users,
            systems=systems_of(lone["client"], here.name),
            lone=lone,
            browser=Browser(),
            strict_browser=Browser(checks_csrf=True),
        )
        transaction.set_rollback(True)


@contextmanager
def quiet_world() -> Iterator[World]:
    """The standing world for tests that ask for every page: thousands of refusals, no broker."""
    logger = logging.getLogger("django.request")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # each refusal would write a warning
    # Without a broker the probe waits for it; tests/runtime tries the real one.
    with mock.patch.object(health, "broker_answers"), standing_world() as world:
        yield world
    logger.setLevel(level)
