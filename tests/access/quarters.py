"""The quarterly reports of a side: one verified, one that lacks nothing but sending, one sent."""

from incubators.models import IncubationReport, MentoringSession
from tests.factories import IncubationReportFactory, TenantQuarterFactory

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
