"""The rows of the incubator programme."""

from incubators.models.criterion import Criterion
from incubators.models.evidence import Evidence, EvidenceWarning
from incubators.models.incubator import Incubator, IncubatorQuerySet
from incubators.models.legality import Legality, LegalityQuerySet
from incubators.models.mentor import (
    Mentor,
    MentoringSession,
    MentoringSessionQuerySet,
    MentorQuerySet,
)
from incubators.models.quarterly import (
    FinanceReceived,
    FinanceReceivedQuerySet,
    IncubationReport,
    IncubationReportQuerySet,
    IncubationReportTransition,
    TenantQuarter,
    TenantQuarterQuerySet,
)
from incubators.models.round import SelectionRound
from incubators.models.standing_change import StandingChange
from incubators.models.tenant import Tenant, TenantQuerySet, TenantTransition
from incubators.models.transition import IncubatorTransition

__all__ = [
    "Criterion",
    "Evidence",
    "EvidenceWarning",
    "FinanceReceived",
    "FinanceReceivedQuerySet",
    "IncubationReport",
    "IncubationReportQuerySet",
    "IncubationReportTransition",
    "Incubator",
    "IncubatorQuerySet",
    "IncubatorTransition",
    "Legality",
    "LegalityQuerySet",
    "Mentor",
    "MentorQuerySet",
    "MentoringSession",
    "MentoringSessionQuerySet",
    "SelectionRound",
    "StandingChange",
    "Tenant",
    "TenantQuarter",
    "TenantQuarterQuerySet",
    "TenantQuerySet",
    "TenantTransition",
]
