"""Why a whole file is refused: one plain sentence and its cure."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Refusal(StrEnum):
    """The closed list of reasons for which no sheet can be read from a file."""

    FILE_MISSING = "file_missing"
    FILE_EMPTY = "file_empty"
    FILE_TOO_LARGE = "file_too_large"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    FILE_DAMAGED = "file_damaged"
    FILE_ENCRYPTED = "file_encrypted"
    FILE_HAS_MACROS = "file_has_macros"
    FORMAT_HTML = "format_html"
    FORMAT_UNSUPPORTED = "format_unsupported"
    SHEET_TOO_LARGE = "sheet_too_large"
    READING_TOO_SLOW = "reading_too_slow"


_SAVE_AS = _("Open the file in Excel or LibreOffice, save it as .xlsx and upload that file.")
_COPY_TABLE = _(
    "Copy only the table into a new workbook, save it as .xlsx and upload the new file."
)

REFUSALS = {
    Refusal.FILE_MISSING: (
        _("The file was not found or cannot be opened."),
        _("Check the name and the place of the file."),
    ),
    Refusal.FILE_EMPTY: (
        _("The file is empty."),
        _("Open the file, make sure that the table is in it, save it and upload it again."),
    ),
    Refusal.FILE_TOO_LARGE: (
        _("The file is larger than %(limit)s MB."),
        _("Remove pictures and sheets that are not needed, or copy the table into a new file."),
    ),
    Refusal.UNPACKS_TOO_LARGE: (_("The file unpacks to more than %(limit)s MB."), _COPY_TABLE),
    Refusal.FILE_DAMAGED: (
        _("The file is damaged and cannot be read."),
        _("Open the file in Excel or LibreOffice, save it again as .xlsx and upload that file."),
    ),
    Refusal.FILE_ENCRYPTED: (
        _("The file is protected with a password."),
        _("Remove the password in Excel or LibreOffice, save the file and upload it again."),
    ),
    Refusal.FILE_HAS_MACROS: (
        _("The file contains macros."),
        _("Save the file as an Excel workbook without macros (.xlsx) and upload that file."),
    ),
    Refusal.FORMAT_HTML: (
        _("What is in the file is a web page, not a spreadsheet."),
        _SAVE_AS,
    ),
    Refusal.FORMAT_UNSUPPORTED: (
        _("The file is not a spreadsheet in the form .xlsx, .xls, .ods or .csv."),
        _SAVE_AS,
    ),
    Refusal.SHEET_TOO_LARGE: (
        _("The sheet has cells very far to the right or very far down."),
        _COPY_TABLE,
    ),
    Refusal.READING_TOO_SLOW: (_("The file takes too long to read."), _COPY_TABLE),
}


class SheetRefused(Exception):
    """A file that cannot be read at all, with what is wrong and how to mend it."""

    def __init__(self, code: StrEnum, message: str, cure: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.cure = cure


def refuse(code: Refusal, **params: object) -> SheetRefused:
    """The exception to raise for a reason, in the reader's language."""
    message, cure = REFUSALS[code]
    return SheetRefused(code, str(message) % params, str(cure))
