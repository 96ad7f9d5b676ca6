"""The quarterly reports of a side: one verified, one that lacks nothing but sending, one sent."""

from blk_portal.accounts.models import User
from incubators.models import IncubationReport, Incubator, MentoringSession
from tests.factories import (
    IncubationReportFactory,
    MentoringSessionFactory,
    TenantFactory,
    TenantQuarterFactory,
)

VERIFIED, READY, SENT = (2022, 4), (2023, 1), (2023, 2)


def file_quarters(session: MentoringSession) -> MentoringSession:
    """Write the three reports of the incubator; returns the session they hang on."""
    TenantQuarterFactory(tenant=session.tenant)
    TenantQuarterFactory(tenant=session.tenant, year=2023, quarter=1, verified=False)
    IncubationReportFactory(incubator=session.incubator, year=2023, quarter=2, submitted=True)
    return session


def quarter_of(session: MentoringSession, place: tuple[int, int]) -> IncubationReport:
    year, quarter = place
    return session.incubator.reports.get(year=year, quarter=quarter)


def mentored(incubator: Incubator, operator: User, *, nik: str) -> MentoringSession:
    """A tenant of the incubator with a verified quarter and a session."""
    tenant = TenantFactory(
        incubator=incubator, owner_name=f"Pemilik {incubator.institution.name}", nik=nik,
        by=operator,
    )  # fmt: skip
    return file_quarters(MentoringSessionFactory(tenant=tenant, recorded_by=operator))
