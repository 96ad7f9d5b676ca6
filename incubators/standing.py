"""Whether an incubator stands: what follows from criteria and evidence, on any day.

Pure functions over rows that were read; the models write what follows. An incubator stands on a day
on which every criterion in force has evidence in force; where no criterion is in force, none
stands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, TypeVar

NEXT_DAY = timedelta(days=1)


class Asked(Protocol):
    """What is asked of a criterion here."""

    pk: int
    valid_from: date
    valid_to: date | None

    def is_in_force(self, on: date) -> bool: ...


Rule = TypeVar("Rule", bound=Asked)


class Proof(Protocol):
    """What is asked of a piece of evidence here."""

    pk: int
    criterion_id: int

    @property
    def counts_from(self) -> date | None: ...

    @property
    def counts_before(self) -> date | None: ...


@dataclass(frozen=True)
class Change:
    """The day on which the standing was granted or lapsed, and what made it so.

    criterion: the one that was met last, or that is no longer met; None where the rules ended.
    evidence: what came into force, or ended, on that day; None where a criterion did.
    """

    day: date
    is_granted: bool
    criterion: int | None
    evidence: int | None


def is_in_force(proof: Proof, on: date) -> bool:
    """Whether the evidence proves its criterion on a day."""
    starts, ends = proof.counts_from, proof.counts_before
    return starts is not None and starts <= on and (ends is None or on < ends)


def unmet(criteria: Iterable[Rule], proofs: Sequence[Proof], on: date) -> list[Rule]:
    """The criteria in force on a day that nothing proves then."""
    met = {proof.criterion_id for proof in proofs if is_in_force(proof, on)}
    return [one for one in criteria if one.is_in_force(on) and one.pk not in met]


def stands(criteria: Sequence[Asked], proofs: Sequence[Proof], on: date) -> bool:
    """Whether an incubator stands on a day."""
    return any(one.is_in_force(on) for one in criteria) and not unmet(criteria, proofs, on)


def changes(criteria: Sequence[Asked], proofs: Sequence[Proof], until: date) -> list[Change]:
    """Every change of the standing until a day, the earliest first."""
    found: list[Change] = []
    stood = False
    for day in _turning_days(criteria, proofs, until):
        if (now := stands(criteria, proofs, day)) != stood:
            found.append(_change(criteria, proofs, day, is_granted=now))
            stood = now
    return found


def _turning_days(criteria: Iterable[Asked], proofs: Iterable[Proof], until: date) -> list[date]:
    """The days on which a criterion or a piece of evidence begins or no longer holds."""
    days: set[date | None] = set()
    for one in criteria:
        days |= {one.valid_from, one.valid_to + NEXT_DAY if one.valid_to else None}
    for proof in proofs:
        days |= {proof.counts_from, proof.counts_before}
    return sorted(day for day in days if day is not None and day <= until)


def _change(
    criteria: Sequence[Asked], proofs: Sequence[Proof], day: date, *, is_granted: bool
) -> Change:
    before = day - NEXT_DAY
    missing = {one.pk for one in unmet(criteria, proofs, before if is_granted else day)}
    if is_granted:
        turned = [proof for proof in proofs if proof.counts_from == day]
    else:
        turned = [proof for proof in proofs if proof.counts_before == day]
    cause = next((proof for proof in turned if proof.criterion_id in missing), None)
    if cause is not None:
        return Change(day, is_granted, cause.criterion_id, cause.pk)
    begun = (one.pk for one in criteria if one.pk in missing)
    return Change(day, is_granted, next(begun, None), None)
