"""The rows of the incubator programme."""

from incubators.models.criterion import Criterion
from incubators.models.evidence import Evidence, EvidenceWarning
from incubators.models.incubator import Incubator, IncubatorQuerySet
from incubators.models.round import SelectionRound
from incubators.models.standing_change import StandingChange
from incubators.models.transition import IncubatorTransition

__all__ = [
    "Criterion", "Evidence", "EvidenceWarning", "Incubator", "IncubatorQuerySet",
    "IncubatorTransition", "SelectionRound", "StandingChange",
]  # fmt: skip
