"""What a worker does for lists to take away: write them, and sweep what nobody fetched."""

from django.core.exceptions import BadRequest
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext

from institutions.export_progress import note_progress
from institutions.exporting import EXPORTABLE, may_export
from institutions.models import ListExport
from institutions.models.list_export import MOST_ATTEMPTS

State = ListExport.State


def write_list(pk: int) -> bool:
    """Write a list that waits, as its person may see it now; false where it does not wait."""
    waiting = ListExport.objects.filter(pk=pk, state=State.WAITING)
    if not waiting.filter(attempts__lt=MOST_ATTEMPTS).update(attempts=models.F("attempts") + 1):
        text = gettext("The portal tried several times and could not finish.")
        waiting.update(state=State.FAILED, refusal_message=text)
        return False
    with transaction.atomic():
        kept = waiting.select_related("asked_by").select_for_update(
            of=["self"], skip_locked=True
        ).first()  # fmt: skip
        if kept is None:
            return False
        kind = EXPORTABLE[kept.kind]
        try:
            with translation.override(kept.language):
                rows = kind.found(kept.asked_by, kept.query)
                if not kept.asked_by.is_active or not may_export(kept.asked_by, kind):
                    rows = rows.none()
                kept.total = whole = rows.order_by().count()
                content = kind.table(rows, kept.form, lambda done: note_progress(pk, done, whole))
                note_progress(pk, whole, whole)
                kept.file.save("", ContentFile(content), save=False)
        except BadRequest as refusal:
            kept.state, kept.refusal_message = State.FAILED, str(refusal)[:300]
        else:
            kept.state, kept.ready_at = State.READY, timezone.now()
        kept.save(update_fields=["state", "ready_at", "file", "total", "refusal_message"])
    return True


def sweep() -> int:
    """Remove the files of lists that are older than a day; how many."""
    swept = 0
    for kept in ListExport.objects.expired()[:500]:
        if kept.file:
            kept.file.delete(save=False)
        kept.state = State.SWEPT
        kept.save(update_fields=["state", "file"])
        swept += 1
    return swept
