"""The rows of a list as a page shows them: field by field, in the reader's words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from institutions.lifecycle import InstitutionStatus
from institutions.models import Foundation, Institution, RegisterImportRow
from institutions.register_faults import Fault

_FIELDS = {
    "owner": Institution._meta.get_field("foundation"),
    "tax_number": Foundation._meta.get_field("tax_number"),
    "year": Institution._meta.get_field("programme_year"),
}
VALUE_LABELS = {
    "host_type": dict(Institution.HostType.choices),
    "status": dict(InstitutionStatus.choices),
}
SECTIONS = (
    ("undecided", _("To be decided")),
    ("refused", _("Refused")),
    ("changed", _("Changed")),
    ("created", _("New")),
    ("unchanged", _("Unchanged")),
)


def label_of(name: str) -> str:
    """How a field is called on the screen."""
    field = _FIELDS.get(name) or Institution._meta.get_field(name)
    return str(getattr(field, "verbose_name", name))


def shown_value(name: str, value: object) -> str:
    """A value in words; nothing is an en dash."""
    return str(VALUE_LABELS.get(name, {}).get(str(value), value or "–"))


@dataclass(frozen=True)
class Section:
    """The rows of one outcome: how many, and whether they are the ones being shown."""

    outcome: str
    label: object
    count: int
    is_shown: bool


def sections(counts: dict[str, int], asked: str) -> list[Section]:
    """The outcomes in the order in which they need somebody; the first that has rows is shown."""
    filled = [outcome for outcome, _label in SECTIONS if counts[outcome]]
    shown = asked if asked in dict(SECTIONS) else next(iter(filled), "created")
    return [
        Section(outcome, label, counts[outcome], outcome == shown) for outcome, label in SECTIONS
    ]


@dataclass(frozen=True)
class ShownRow:
    """One row with its differences and its faults, ready for the page."""

    row: RegisterImportRow
    faults: list[Fault]
    warnings: list[Fault]

    @property
    def changes(self) -> Iterator[tuple[str, str, str]]:
        for name, (old, new) in self.row.changes.items():
            yield label_of(name), shown_value(name, old), shown_value(name, new)


def shown_rows(rows: Sequence[RegisterImportRow]) -> list[ShownRow]:
    return [ShownRow(row, row.found_faults, row.found_warnings) for row in rows]
