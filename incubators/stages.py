"""The stages of an incubator and the verbs between them (DOMAIN: an incubator)."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """How far a BLKK has come as a business incubator."""

    SHORTLISTED = "shortlisted", _("Short-listed")
    SELECTED = "selected", _("Selected")
    VALIDATED = "validated", _("Validated")
    MENTORED = "mentored", _("Mentored")
    ESTABLISHED = "established", _("Established")
    INDEPENDENT = "independent", _("Independent")
    STRUCK_OFF = "struck_off", _("Struck off")


# Each headline indicator counts a stage and all that come after it; a strike-off leaves them all.
REACHED: dict[str, tuple[str, ...]] = {
    stage: tuple(Stage.values[position:-1]) for position, stage in enumerate(Stage.values[:-1])
}

# Those that take one of the places of the decree.
COUNTING = REACHED[Stage.SELECTED]


@dataclass(frozen=True)
class Move:
    """One verb: where it may start, where it leads, and whether every criterion must be proved."""

    sources: tuple[str, ...]
    target: str
    label: object
    needs_reason: bool = False
    needs_proof: bool = False


STRIKE_OFF = "strike_off"
MOVES: dict[str, Move] = {
    "select": Move((Stage.SHORTLISTED,), Stage.SELECTED, _("Select")),
    "validate": Move((Stage.SELECTED,), Stage.VALIDATED, _("Validate")),
    "mentor": Move((Stage.VALIDATED,), Stage.MENTORED, _("Begin mentoring")),
    "establish": Move(
        (Stage.VALIDATED, Stage.MENTORED), Stage.ESTABLISHED, _("Establish"), needs_proof=True
    ),
    "release": Move(
        (Stage.ESTABLISHED,), Stage.INDEPENDENT, _("Declare independent"), needs_proof=True
    ),
    STRIKE_OFF: Move(
        (Stage.SHORTLISTED, Stage.SELECTED, Stage.VALIDATED, Stage.MENTORED, Stage.ESTABLISHED),
        Stage.STRUCK_OFF,
        _("Strike off"),
        needs_reason=True,
    ),
}
