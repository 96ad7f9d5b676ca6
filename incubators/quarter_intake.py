"""What one press of a button on the page of a quarterly report brings, from all of the page.

Blocks, pasted rows and a file stand in one form: whichever button is pressed, the typing of the
whole page comes along, and none of it is lost.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext, ngettext

from blk_portal.formats import number
from blk_portal.sheets.errors import Refusal, SheetRefused
from incubators.models import IncubationReport
from incubators.quarter_checks import Examination, Missing
from incubators.quarter_entry import Given
from incubators.quarter_faults import RowFault
from incubators.quarter_forms import FileForm, PasteForm, TenantBlock, blocks_of
from incubators.quarter_sheet import Reading, Typed, read_file, read_pasted

TOO_LARGE = {Refusal.FILE_TOO_LARGE, Refusal.UNPACKS_TOO_LARGE}
PASTE, UPLOAD = "text", "file"


@dataclass
class Intake:
    """The blocks, and the table that was asked for.

    status: the HTTP answer where something of it is to be mended.
    """

    blocks: list[TenantBlock]
    paste: PasteForm = field(default_factory=PasteForm)
    upload: FileForm = field(default_factory=FileForm)
    rows: list[Given] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)
    left_over: list[Missing] = field(default_factory=list)
    status: int = 400

    @property
    def faulty(self) -> list[TenantBlock]:
        """The blocks with something to mend."""
        return [block for block in self.blocks if block.errors]

    @property
    def typed(self) -> list[TenantBlock]:
        """The blocks that say something else than what is stored."""
        return [block for block in self.blocks if block.is_typed]

    @property
    def given(self) -> list[Given]:
        """All that is right: the blocks, then the rows of a table."""
        return [*(block.given() for block in self.typed if not block.errors), *self.rows]

    @property
    def trouble(self) -> list[Missing]:
        """What is to be mended, each with its place on the page."""
        found = [
            Missing(str(block.line.tenant), block.line.anchor) for block in self.faulty
        ]  # fmt: skip
        for form in (self.paste, self.upload):
            for name, errors in form.errors.items():
                found += [Missing(str(text), form[name].auto_id) for text in errors]
        if self.faults:
            text = ngettext(
                "%(n)s cell needs mending", "%(n)s cells need mending", len(self.faults)
            )
            found.append(Missing(text % {"n": number(len(self.faults))}, "h-salah"))
        return [*found, *self.left_over]


def taken_in(
    posted: QueryDict,
    files: MultiValueDict[str, Any],
    examined: Examination,
    *,
    table: str = "",
) -> Intake:
    """Read all that was sent. table: PASTE or UPLOAD where the button takes rows in."""
    report = examined.report
    intake = Intake(blocks_of(posted, examined))
    typed: Typed = {
        block.line.tenant.pk: None if block.errors else block.values for block in intake.typed
    }
    text = posted.get(PASTE, "")
    if table == PASTE:
        intake.paste = PasteForm(posted)
        _read(intake, intake.paste, lambda told: read_pasted(told[PASTE], report, typed))
    elif text.strip():
        intake.paste = PasteForm(initial={PASTE: text})
        told = gettext(
            "The pasted rows are not stored yet: press “Check and store”, or empty the field."
        )
        intake.left_over.append(Missing(told, intake.paste[PASTE].auto_id))
    if table == UPLOAD:
        intake.upload = FileForm(posted, files)
        _read(intake, intake.upload, lambda told: _of_file(told[UPLOAD], report, typed))
    elif posted.get(UPLOAD) or files.get(UPLOAD):
        # Without its own button a file comes as no more than its name.
        told = gettext("The file is not stored yet: choose it again and press “Upload the file”.")
        intake.left_over.append(Missing(told, intake.upload[UPLOAD].auto_id))
    return intake


def _of_file(file: Any, report: IncubationReport, typed: Typed) -> Reading:
    return read_file(file.read(), file.name or "", report, typed)


def _read(
    intake: Intake, form: PasteForm | FileForm, read: Callable[[Mapping[str, Any]], Reading]
) -> None:
    if not form.is_valid():
        return
    try:
        reading = read(form.cleaned_data)
    except SheetRefused as refusal:
        name = next(iter(form.fields))
        form.add_error(name, f"{refusal.message} {refusal.cure}")
        intake.status = 413 if refusal.code in TOO_LARGE else 400
    else:
        intake.rows, intake.faults = reading.given, reading.faults
