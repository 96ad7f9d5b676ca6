"""What a verb refuses, told to another system: as a conflict that names nobody."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext

from blk_portal.reporting.refusals import Refused
from blk_portal.rest.problems import Conflict
from trainings.unlocking import Locked


def locked_text() -> str:
    """Why a place of a returned report cannot change, without its name and what stands there."""
    return gettext("Only what the reviewer flagged can be changed now.")


@contextmanager
def as_conflicts() -> Iterator[None]:
    """Raise Conflict for what is refused within."""
    try:
        yield
    except Locked as refusal:
        # The refusal names people.
        raise Conflict(f"{locked_text()} {refusal.cure}") from refusal
    except Refused as refusal:
        raise Conflict(f"{refusal.message} {refusal.cure}".strip()) from refusal
