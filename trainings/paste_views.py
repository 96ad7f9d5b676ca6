"""Rows pasted from a spreadsheet: taken in by the rules of a file, and mended in a grid."""

import re
from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import number
from blk_portal.sheets.errors import SheetRefused
from trainings import roster
from trainings.drafts import CONTINUE, FormOf, keeps_typing
from trainings.faults import RosterRefusal
from trainings.mend_grid import grid_of
from trainings.models import Cohort, FormDraft, RosterUpload
from trainings.roster_sheet import ColumnChoice, ColumnsUnclear, read_pasted
from trainings.roster_sheet.columns import USUAL_HEADERS
from trainings.roster_sheet.pasted import BIRTH_LABEL, CHOICES
from trainings.roster_views import back_to, own_cohort
from trainings.unlock_views import asking_page
from trainings.unlocking import Locked
from trainings.views import file_reports

COLUMN = re.compile("column-([0-9]{1,3})")
HEADINGS = re.compile("[0-9]{1,2}")
FIELD_NAMES = [(name, USUAL_HEADERS.get(name, BIRTH_LABEL)) for name in CHOICES]
NOTHING = _("Nothing could be read from this text. Copy the rows in your spreadsheet and paste "
            "them here.")  # fmt: skip
Kind = FormDraft.Kind


@keeps_typing
@require_http_methods(["GET", "HEAD", "POST"])
@file_reports
def roster_paste(request: SignedInRequest, pk: int) -> HttpResponse:
    """Paste rows: those that are right are stored at once, the others are mended in the grid."""
    cohort = own_cohort(request, pk)
    if request.method != "POST":
        if not cohort.closing.is_open:
            return redirect("trainings:cohort-detail", cohort.pk)
        return paste_page(request, cohort)
    text, today = request.POST.get("text", ""), timezone.localdate()
    try:
        reading = read_pasted(text, today=today, choice=_choice(request))
    except ColumnsUnclear as unclear:
        return paste_page(request, cohort, text=text, unclear=unclear)
    except SheetRefused as refusal:
        is_long = refusal.code == RosterRefusal.TOO_MANY_ROWS
        problem = f"{refusal.message} {refusal.cure}" if is_long else NOTHING
        return paste_page(request, cohort, status=400, text=text, problem=problem)
    try:
        upload = roster.store_upload(cohort, reading, filename="", by=request.user, today=today)
    except Locked as refusal:
        problem = f"{refusal.message} {refusal.cure}"
        return paste_page(request, cohort, status=refusal.status, text=text, problem=problem)
    FormOf(request.user.pk, cohort.pk, Kind.PASTE).forget()
    _tell(request, upload)
    if cohort.pending_rows.exists():
        return redirect("trainings:roster-paste", cohort.pk)
    return back_to(cohort, "peserta")


def _choice(request: SignedInRequest) -> ColumnChoice | None:
    """Which field the operator chose for each column; nothing where no column was asked for."""
    found = {
        int(match[1]): str(name)
        for key, name in request.POST.items()
        if (match := COLUMN.fullmatch(key))
    }
    if not found:
        return None
    headings = request.POST.get("headings", "")
    return ColumnChoice(
        {index: name for index, name in found.items() if name in CHOICES},
        int(headings) if HEADINGS.fullmatch(headings) else 0,
    )


def _tell(request: SignedInRequest, upload: RosterUpload) -> None:
    if stored := upload.accepted:
        text = ngettext("%(n)s row is stored.", "%(n)s rows are stored.", stored)
        messages.success(request, text % {"n": number(stored)}, extra_tags="peserta")
    if waiting := upload.rejected:
        text = ngettext(
            "%(n)s row needs mending: it stands below.",
            "%(n)s rows need mending: they stand below.",
            waiting,
        )
        messages.warning(request, text % {"n": number(waiting)}, extra_tags="peserta")
    for note in upload.note_texts:
        messages.info(request, note, extra_tags="peserta")


def paste_page(
    request: SignedInRequest,
    cohort: Cohort,
    *,
    status: int = 200,
    text: str = "",
    unclear: ColumnsUnclear | None = None,
    problem: object = "",
    mended: Mapping[str, str] | None = None,
    locked: Locked | None = None,
) -> HttpResponse:
    """The page of pasting, with the text that came back, and the grid of the rows to mend.

    mended, locked: what was typed into the grid, and why it is not stored.
    """
    forms = {kind: FormOf(request.user.pk, cohort.pk, kind) for kind in (Kind.PASTE, Kind.MEND)}
    drafts = FormDraft.objects.visible_to(request.user).filter(cohort=cohort, kind__in=forms)
    kept = {draft.kind: draft for draft in drafts}
    is_continued = CONTINUE in request.GET
    typed = {kind: draft.open_typed() for kind, draft in kept.items() if is_continued}
    waiting = list(cohort.pending_rows.select_related("upload"))
    context = {
        "cohort": cohort,
        "text": text or typed.get(Kind.PASTE, {}).get("text", ""),
        "unclear": unclear,
        "problem": problem,
        "field_names": FIELD_NAMES,
        "grid": grid_of(waiting, mended or typed.get(Kind.MEND, {})) if waiting else None,
        "locked_rows": locked,
        "ask_url": asking_page(cohort, None) if locked else "",
        "paste_form": forms[Kind.PASTE],
        "mend_form": forms[Kind.MEND],
        "drafts": [] if text else [(forms[Kind(draft.kind)], draft) for draft in drafts],
        "is_continued": is_continued,
    }
    return render(request, "trainings/roster_paste.html", context, status=status)
