"""The closed list of what can be wrong with a catalogue of programmes, each with its cure.

Documented for users in docs/programme-import.md.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from blk_portal.sheets.faults import CodedFault, Params

MAX_WRITTEN = 120


class Code(StrEnum):
    """What can be wrong with a programme of the file; each of them refuses that programme."""

    ENTRY_NOT_UNDERSTOOD = "entry_not_understood"
    FIELD_MISSING = "field_missing"
    FIELD_UNKNOWN = "field_unknown"
    NAME_MISSING = "name_missing"
    VERSION_INVALID = "version_invalid"
    TEXT_INVALID = "text_invalid"
    HOURS_INVALID = "hours_invalid"
    CURRENT_INVALID = "current_invalid"
    UNITS_NOT_UNDERSTOOD = "units_not_understood"
    UNIT_CODE_INVALID = "unit_code_invalid"
    UNIT_TITLE_MISSING = "unit_title_missing"
    UNIT_TWICE = "unit_twice"
    VERSION_TWICE = "version_twice"
    TWO_CURRENT = "two_current"


MESSAGES: dict[Code, tuple[Any, Any]] = {
    Code.ENTRY_NOT_UNDERSTOOD: (
        _("This entry is no programme."),
        _("Write it as an object with kejuruan, nama and jp."),
    ),
    Code.FIELD_MISSING: (
        _("The vocational field is missing."), _("Add “kejuruan”, for example “TIK”.")
    ),
    Code.FIELD_UNKNOWN: (
        _("This vocational field is not known."),
        _("Use the three-letter code, or have the spelling added in the administration."),
    ),
    Code.NAME_MISSING: (_("The name of the programme is missing."), _("Add “nama”.")),
    Code.VERSION_INVALID: (
        _("The version is not readable."), _("Write “versi” as a text of at most 20 characters.")
    ),
    Code.TEXT_INVALID: (
        _("The text is too long or holds characters that cannot be shown."),
        _("Shorten it, or type it again."),
    ),
    Code.HOURS_INVALID: (
        _("The training hours are no whole number from 1 to 2,000."),
        _("Write “jp” as a number, for example 160."),
    ),
    Code.CURRENT_INVALID: (
        _("Whether the version is current cannot be read."),
        _("Write “berlaku” as true or false."),
    ),
    Code.UNITS_NOT_UNDERSTOOD: (
        _("The competency units cannot be read."),
        _("Write “unit” as a list of objects with kode and judul."),
    ),
    Code.UNIT_CODE_INVALID: (
        _("This is no unit code."), _("Write it as in the SKKNI, for example C.141110.001.01.")
    ),
    Code.UNIT_TITLE_MISSING: (
        _("The title of the unit is missing."), _("Add “judul” to the unit.")
    ),
    Code.UNIT_TWICE: (
        _("This unit stands twice in the programme."), _("Leave one of them out.")
    ),
    Code.VERSION_TWICE: (
        _("The same version of this programme stands twice in the file."),
        _("Leave one of them out, or give it another version."),
    ),
    Code.TWO_CURRENT: (
        _("Two versions of this programme are current in the file."),
        _("Set “berlaku” to false for the older one."),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Fault(CodedFault):
    """One thing that is wrong: in which programme of the file, at which key, and what stood there.

    entry counts the programmes of the file from 1.
    """

    TEXTS = MESSAGES
    entry: int
    key: str
    code: Code
    written: str = ""
    params: Params = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {
            "entry": self.entry, "key": self.key, "code": self.code.value,
            "message": self.message, "cure": self.cure, "written": self.written,
        }  # fmt: skip
