"""Rows that wait to be mended: checked again with what is typed, or removed."""

import re

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import number
from trainings import roster
from trainings.drafts import FormOf, keeps_typing
from trainings.filing import file_reports
from trainings.models import Cohort, FormDraft
from trainings.paste_views import paste_page
from trainings.roster_views import back_to, own_cohort
from trainings.unlock_views import asking_page
from trainings.unlocking import Locked
from trainings.views import cohort_page

ROW_ID = re.compile("[0-9]{1,18}")
# Sent by the grid on the page of pasting, which is where its operator stays.
IN_GRID = "grid"


def typed_cells(request: SignedInRequest) -> dict[int, dict[str, str]]:
    """What was typed into waiting rows: row id -> field -> text; fields are called 12-nik."""
    values: dict[int, dict[str, str]] = {}
    for name, text in request.POST.items():
        row, _separator, field = name.partition("-")
        if ROW_ID.fullmatch(row) and field in roster.MENDABLE_FIELDS:
            values.setdefault(int(row), {})[field] = str(text)
    return values


def _locked_page(request: SignedInRequest, cohort: Cohort, refusal: Locked) -> HttpResponse:
    """The page that a mended row came from, with what was typed and which place is locked."""
    typed = {name: str(text) for name, text in request.POST.items()}
    if IN_GRID in request.POST:
        return paste_page(request, cohort, status=refusal.status, mended=typed, locked=refusal)
    waiting = list(cohort.pending_rows.select_related("upload"))
    for pending in waiting:
        pending.typed = typed
    return cohort_page(
        request, cohort.pk, status=refusal.status, pending=waiting, locked_rows=refusal,
        ask_url=asking_page(cohort, None),
    )  # fmt: skip


@keeps_typing
@require_POST
@file_reports
def mend(request: SignedInRequest, pk: int) -> HttpResponse:
    """Check the waiting rows again with what was typed; what is right is stored."""
    cohort = own_cohort(request, pk)
    try:
        stored, left = roster.mend(cohort, typed_cells(request), today=timezone.localdate())
    except Locked as refusal:
        return _locked_page(request, cohort, refusal)
    place = "perbaikan" if left else "peserta"
    if stored:
        text = ngettext(
            "%(n)s row is mended and stored.", "%(n)s rows are mended and stored.", stored
        )
        messages.success(request, text % {"n": number(stored)}, extra_tags=place)
    if left:
        text = ngettext("%(n)s row still needs mending.", "%(n)s rows still need mending.", left)
        messages.warning(request, text % {"n": number(left)}, extra_tags=place)
    FormOf(request.user.pk, cohort.pk, FormDraft.Kind.MEND).forget()
    if left and IN_GRID in request.POST:
        return redirect("trainings:roster-paste", cohort.pk)
    return back_to(cohort, place)


@keeps_typing
@require_POST
@file_reports
def drop_row(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    """Remove a waiting row that is no participant."""
    cohort = own_cohort(request, pk)
    pending = get_object_or_404(cohort.pending_rows, pk=row)
    try:
        roster.drop(cohort, pending, typed_cells(request), today=timezone.localdate())
    except Locked as refusal:
        return _locked_page(request, cohort, refusal)
    place = "perbaikan" if cohort.pending_rows.exists() else "peserta"
    text = gettext("Row %(row)s is removed.") % {"row": pending.row}
    messages.success(request, text, extra_tags=place)
    FormOf(request.user.pk, cohort.pk, FormDraft.Kind.MEND).forget()
    if IN_GRID in request.POST:
        return redirect("trainings:roster-paste", cohort.pk)
    return back_to(cohort, place)
