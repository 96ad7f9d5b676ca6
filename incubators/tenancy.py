"""The stages of a tenant and the verbs between them (Permenkop UKM 3/2021).

Pra-inkubasi ends with a written contract; pasca-inkubasi lasts two years at least.
"""

from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from institutions.due import months_before

MONTHS_AFTER_INCUBATION = 24


class TenantStage(models.TextChoices):
    """How far a business has come in its incubator."""

    BEFORE = "before", _("Pre-incubation")
    INCUBATION = "incubation", _("Incubation")
    AFTER = "after", _("Post-incubation")
    GRADUATED = "graduated", _("Graduated")
    DROPPED = "dropped", _("Dropped")


# Those that an incubator looks after, and so reports on.
IN_CARE = (TenantStage.BEFORE, TenantStage.INCUBATION, TenantStage.AFTER)
# The way of a tenant without the side exit.
WAY = (*IN_CARE, TenantStage.GRADUATED)
ENTER = "enter"


@dataclass(frozen=True)
class TenantMove:
    """One verb: where it may start, where it leads, how a button and the timeline name it."""

    sources: tuple[str, ...]
    target: str
    label: object
    done: object
    needs_reason: bool = False


TENANT_MOVES: dict[str, TenantMove] = {
    "admit": TenantMove(
        (TenantStage.BEFORE,), TenantStage.INCUBATION,
        _("Admit to incubation"), pgettext_lazy("event", "Admitted to incubation"),
    ),
    "release": TenantMove(
        (TenantStage.INCUBATION,), TenantStage.AFTER,
        _("Begin post-incubation"), pgettext_lazy("event", "Post-incubation begun"),
    ),
    "graduate": TenantMove(
        (TenantStage.AFTER,), TenantStage.GRADUATED,
        _("Graduate"), pgettext_lazy("event", "Graduated"),
    ),
    "drop": TenantMove(
        IN_CARE, TenantStage.DROPPED,
        _("Drop"), pgettext_lazy("event", "Dropped"), needs_reason=True,
    ),
}  # fmt: skip


def earliest_graduation(since: date) -> date:
    """The first day on which a tenant may graduate whose post-incubation began on that day."""
    return months_before(since, -MONTHS_AFTER_INCUBATION)
