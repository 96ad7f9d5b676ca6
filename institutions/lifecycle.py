"""The main status of an institution and the verbs that move it (DOMAIN: life of an institution)."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class InstitutionStatus(models.TextChoices):
    """The short main status; parallel facts are milestones beside it."""

    PROPOSED = "proposed", _("Proposed")
    VERIFIED = "verified", _("Verified")
    DETERMINED = "determined", _("Determined")
    SIGNED = "signed", _("PKB signed")
    BUILT = "built", _("Built")
    OPERATIONAL = "operational", _("Operational")
    INDEPENDENT = "independent", _("Guidance ended")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CANCELLED = "cancelled", _("Cancelled")
    MERGED = "merged", _("Merged")


class MilestoneKind(models.TextChoices):
    """The kinds of dated facts that are kept about an institution."""

    PKB = "pkb", _("PKB signed")
    BUILT = "built", _("Building handed over (BAST)")
    OPERATIONAL = "operational", _("Training has begun")
    LICENCE = "licence", _("LPK licence")
    VIN = "vin", _("VIN issued")
    INAUGURATION = "inauguration", _("Inaugurated")
    ACCREDITATION = "accreditation", _("Accredited")


Status = InstitutionStatus
IN_PREPARATION = (Status.PROPOSED, Status.VERIFIED, Status.DETERMINED)
ENDED = (Status.REJECTED, Status.WITHDRAWN, Status.CANCELLED, Status.MERGED)
UNDER_AGREEMENT = (Status.SIGNED, Status.BUILT, Status.OPERATIONAL)


@dataclass(frozen=True)
class Move:
    """One verb: where it may start, where it leads, which milestone it writes.

    needs_reason: the person must say why. ends_agreement: standing milestones that figures count
    are withdrawn, so that the institution no longer counts.
    """

    sources: tuple[str, ...]
    target: str
    label: object
    milestone: str | None = None
    needs_reason: bool = False
    ends_agreement: bool = False


MOVES: dict[str, Move] = {
    "verify": Move((Status.PROPOSED,), Status.VERIFIED, _("Verify proposal")),
    "determine": Move((Status.VERIFIED,), Status.DETERMINED, _("Determine")),
    "sign": Move((Status.DETERMINED,), Status.SIGNED, _("Record signed PKB"), MilestoneKind.PKB),
    "hand_over": Move((Status.SIGNED,), Status.BUILT, _("Record hand-over"), MilestoneKind.BUILT),
    "open": Move(
        (Status.BUILT,), Status.OPERATIONAL, _("Begin training"), MilestoneKind.OPERATIONAL
    ),
    "release": Move((Status.OPERATIONAL,), Status.INDEPENDENT, _("End guidance")),
    "reject": Move(IN_PREPARATION, Status.REJECTED, _("Reject"), needs_reason=True),
    "withdraw": Move(
        (*IN_PREPARATION, Status.SIGNED),
        Status.WITHDRAWN,
        _("Record withdrawal"),
        needs_reason=True,
        ends_agreement=True,
    ),
    "cancel": Move(
        UNDER_AGREEMENT,
        Status.CANCELLED,
        _("Cancel agreement"),
        needs_reason=True,
        ends_agreement=True,
    ),
}
MOVED_MILESTONES = [move.milestone for move in MOVES.values() if move.milestone]
# What staff record next of an institution on its way to its first training.
NEXT_STEPS: dict[str, Move] = {
    status: next(
        move for move in MOVES.values() if status in move.sources and not move.needs_reason
    )
    for status in (*IN_PREPARATION, Status.SIGNED, Status.BUILT)
}
