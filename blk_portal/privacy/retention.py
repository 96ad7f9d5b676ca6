"""What is kept by name for a time only: each room offers what it empties when the time is over.

The scheduled erasure asks all of them; none knows the others.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Kept:
    """One kind of people: how many were last needed before a day, and what empties them.

    Both return a number of people. Emptying may run twice.
    """

    due: Callable[[date], int]
    erase: Callable[[date], int]


OFFERED: dict[str, Kept] = {}


def offer(name: str, kept: Kept) -> None:
    """Name people who are erased with the participants of trainings."""
    OFFERED[name] = kept


def due(cutoff_on: date) -> int:
    """How many of all that is offered are due."""
    return sum(kept.due(cutoff_on) for kept in OFFERED.values())


def erase(cutoff_on: date) -> int:
    """Empty all that is offered and due; returns how many."""
    return sum(kept.erase(cutoff_on) for kept in OFFERED.values())
