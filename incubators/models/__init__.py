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
from incubators.models.quarter_notes import (
    IncubationReportFlag,
    IncubationReportFlagQuerySet,
    QuarterExplanation,
    QuarterExplanationQuerySet,
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
from incubators.models.rank_change import RankChange, RankChangeQuerySet
from incubators.models.round import SelectionRound
from incubators.models.standing_change import StandingChange
from incubators.models.tenant import Tenant, TenantQuerySet, TenantTransition
from incubators.models.tenant_change import TenantChange, TenantChangeQuerySet
from incubators.models.tenant_count import TenantCount, TenantCountQuerySet
from incubators.models.transition import IncubatorTransition

__all__ = [
    "Criterion",
    "Evidence",
    "EvidenceWarning",
    "FinanceReceived",
    "FinanceReceivedQuerySet",
    "IncubationReport",
    "IncubationReportFlag",
    "IncubationReportFlagQuerySet",
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
    "QuarterExplanation",
    "QuarterExplanationQuerySet",
    "RankChange",
    "RankChangeQuerySet",
    "SelectionRound",
    "StandingChange",
    "Tenant",
    "TenantChange",
    "TenantChangeQuerySet",
    "TenantCount",
    "TenantCountQuerySet",
    "TenantQuarter",
    "TenantQuarterQuerySet",
    "TenantQuerySet",
    "TenantTransition",
]
