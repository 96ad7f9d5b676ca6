"""What is missing: each criterion of a day with what proves it, or what is to be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from incubators.models import Criterion, Evidence
from incubators.models.evidence import WARNING_DAYS, EvidenceState
from incubators.standing import is_in_force


@dataclass(frozen=True)
class Line:
    """One criterion in force: the evidence that proves it longest, else the latest there is."""

    criterion: Criterion
    proof: Evidence | None
    latest: Evidence | None
    days_left: int | None

    @property
    def is_met(self) -> bool:
        return self.proof is not None

    @property
    def is_waiting(self) -> bool:
        """Whether a reviewer has something to decide on for it."""
        return self.latest is not None and self.latest.state == EvidenceState.WAITING

    @property
    def was_refused(self) -> bool:
        """Whether the latest that was handed in for it came back."""
        return self.latest is not None and self.latest.state == EvidenceState.REFUSED

    @property
    def is_ending(self) -> bool:
        return self.days_left is not None and self.days_left <= WARNING_DAYS[0]


def gap_list(criteria: Sequence[Criterion], evidence: Sequence[Evidence], on: date) -> list[Line]:
    """One line for each of these criteria; evidence: all of one incubator, the latest first."""
    lines = []
    for criterion in criteria:
        own = [row for row in evidence if row.criterion_id == criterion.pk]
        proofs = [row for row in own if is_in_force(row, on)]
        proof = max(proofs, key=lambda row: row.valid_to or date.max, default=None)
        left = proof.days_left(on=on) if proof else None
        lines.append(Line(criterion, proof, own[0] if own else None, left))
    return lines
