"""What an incubator leaves behind when it is struck off: its tenants, its reports, its evidence."""

from dataclasses import dataclass

from blk_portal.reporting.obligation import ObligationState
from incubators.models import Evidence, Incubator, Tenant


@dataclass(frozen=True)
class Left:
    """How many tenants are in care, reports are owed and pieces of evidence wait."""

    tenants: int
    reports: int
    evidence: int

    @property
    def is_nothing(self) -> bool:
        return not (self.tenants or self.reports or self.evidence)


def left_by(incubator: Incubator) -> Left:
    """What stands open at an incubator now."""
    owed = incubator.reports.filter(obligation__state=ObligationState.EXPECTED)
    return Left(
        tenants=Tenant.objects.in_care().filter(incubator=incubator).count(),
        reports=owed.count(),
        evidence=Evidence.objects.waiting().filter(incubator=incubator).count(),
    )
