"""What a worker does for packs: make the paper and the workbook, and sweep the old ones."""

import logging

from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone, translation

from blk_portal.printing.typesetting import Busy, Unprintable, typeset
from blk_portal.progress.models import MeetingPack
from blk_portal.progress.pack.contents import contents
from blk_portal.progress.pack.paper import LANGUAGE, paper
from blk_portal.progress.pack.records import MOST_ATTEMPTS, STEPS
from blk_portal.progress.pack.workbook import pages
from blk_portal.sheets.export import write_book

logger = logging.getLogger(__name__)
State = MeetingPack.State


def write_pack(pk: int) -> bool:
    """Make the files of a pack that waits; false where another worker has it or none is needed.

    Whoever is overtaken by another worker leaves the result to that one.
    """
    owed = MeetingPack.objects.owed().filter(pk=pk)
    owed.filter(attempts__gte=MOST_ATTEMPTS).order_by().update(state=State.FAILED)
    claimed = owed.order_by().update(
        leased_at=timezone.now(), attempts=models.F("attempts") + 1, done=0
    )
    if not claimed:
        return False
    pack = MeetingPack.objects.for_lists().get(pk=pk)
    own = MeetingPack.objects.filter(pk=pk, attempts=pack.attempts, state=State.WAITING)
    try:
        with translation.override(LANGUAGE):
            held = contents(pack)
            _note(own, 1)
            sheet = paper(held)
            _note(own, 2)
            printed = typeset("meeting", sheet)
            _note(own, 3)
            book = write_book(pages(held))
    except (Busy, Unprintable) as problem:
        logger.warning("meeting pack %s was not printed: %s", pk, problem or "busy")
        own.update(leased_at=None)
        return False
    return _keep(pack, own, printed, book)


def _note(own: models.QuerySet[MeetingPack], done: int) -> None:
    """Say how far the work is, and that the worker lives."""
    own.update(done=done, leased_at=timezone.now())


def _keep(
    pack: MeetingPack, own: models.QuerySet[MeetingPack], printed: bytes, book: bytes
) -> bool:
    pack.paper.save("", ContentFile(printed), save=False)
    pack.workbook.save("", ContentFile(book), save=False)
    kept = own.update(
        paper=str(pack.paper.name), workbook=str(pack.workbook.name), state=State.READY,
        done=STEPS, ready_at=timezone.now(),
    )  # fmt: skip
    if not kept:
        # The row has gone, or another worker was faster: nothing names these files.
        pack.paper.storage.delete(str(pack.paper.name))
        pack.workbook.storage.delete(str(pack.workbook.name))
    return bool(kept)


def sweep() -> int:
    """Remove packs that were asked for more than 30 days ago; how many."""
    return MeetingPack.objects.expired().discard()
