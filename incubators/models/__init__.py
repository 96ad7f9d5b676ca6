"""The rows of the incubator programme."""

from incubators.models.incubator import Incubator, IncubatorQuerySet, IncubatorTransition
from incubators.models.round import SelectionRound

__all__ = ["Incubator", "IncubatorQuerySet", "IncubatorTransition", "SelectionRound"]
