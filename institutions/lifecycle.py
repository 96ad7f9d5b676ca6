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

    FILE_CHECK = "file_check", _("Papers of the proposal verified")
    FIELD_CHECK = "field_check", _("Site verified on the spot")
    PKB = "pkb", _("PKB signed")
    PROGRESS = "progress", _("Progress of the building")
    BUILT = "built", _("Building handed over (BAST)")
    EQUIPMENT = "equipment", _("Equipment received (BAST)")
    INSTRUCTORS = "instructors", _("Instructors ready")
    VIN = "vin", _("VIN issued")
    LICENCE = "licence", _("LPK licence")
    OPERATIONAL = "operational", _("Training has begun")
    INAUGURATION = "inauguration", _("Inaugurated")
    ACCREDITATION = "accreditation", _("Accredited")


class CaseKind(models.TextChoices):
    """What may be wrong with an institution for a time, beside any status."""

    STALLED = "stalled", _("Stalled")
    INACTIVE = "inactive", _("Inactive")
    LEGAL = "legal", _("Legal case")
    MONEY_BACK = "money_back", _("Money to be returned")


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

# Recorded by hand, in parallel with the status; the others are written by their verbs.
RECORDED_MILESTONES = [kind for kind in MilestoneKind if kind not in MOVED_MILESTONES]
# A building grows, a licence is renewed: of these kinds several may stand, one a day.
REPEATED_MILESTONES = [MilestoneKind.PROGRESS, MilestoneKind.LICENCE, MilestoneKind.ACCREDITATION]
EXPIRING_MILESTONES = [MilestoneKind.LICENCE, MilestoneKind.ACCREDITATION]
# What usually stands before a step. None of it holds the step up: sources know the order only by
# inference, and licences are known to lag behind.
EXPECTED_MILESTONES: dict[str, tuple[MilestoneKind, ...]] = {
    "verify": (MilestoneKind.FILE_CHECK, MilestoneKind.FIELD_CHECK),
    "hand_over": (MilestoneKind.PROGRESS,),
    "open": (
        MilestoneKind.EQUIPMENT, MilestoneKind.INSTRUCTORS, MilestoneKind.VIN,
        MilestoneKind.LICENCE,
    ),
    "release": (MilestoneKind.LICENCE, MilestoneKind.ACCREDITATION),
}  # fmt: skip
# A step that an open case holds up: guidance does not end over an institution in trouble.
HELD_BY_CASES = ("release",)
