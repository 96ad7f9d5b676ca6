"""Taking in a catalogue of programmes from a file: read, compared, and written when asked.

The shape of the file is described in docs/programme-import.md. A programme is known by vocational
field, name and version; a faulty one is left out with its cure, the others are taken in. The same
file taken in again changes nothing.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from blk_portal.reporting.refusals import Refused
from institutions.models import VocationalField
from institutions.models.programme import normalise_field
from trainings.models import CompetencyUnit, Programme
from trainings.models.programme import MOST_HOURS, UNIT_CODE
from trainings.programme_faults import MAX_WRITTEN, Code, Fault

MAX_BYTES = 1_000_000
MAX_PROGRAMMES = 5_000
LENGTHS = {"nama": 150, "versi": 20, "judul": 250, "kode": 40}
Key = tuple[int, str, str]


class CatalogueRefused(Refused):
    """The file as a whole cannot be taken in; `code` names the reason."""

    status = 400

    def __init__(self, code: str, message: str, *, cure: str) -> None:
        super().__init__(message, cure=cure)
        self.code = code


@dataclass(frozen=True)
class Entry:
    """A programme as the file describes it."""

    place: int
    field: VocationalField
    name: str
    version: str
    hours: int
    is_current: bool
    units: tuple[tuple[str, str], ...]

    @property
    def key(self) -> Key:
        return self.field.pk, self.name, self.version


@dataclass
class Outcome:
    """What becomes of the programmes of a file, by their names; the faults are left out."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    unchanged: int = 0
    faults: list[Fault] = field(default_factory=list)
    is_applied: bool = False

    @property
    def changes(self) -> int:
        return len(self.created) + len(self.changed) + len(self.retired)

    def as_json(self) -> dict[str, Any]:
        return {
            "applied": self.is_applied, "created": self.created, "changed": self.changed,
            "retired": self.retired, "unchanged": self.unchanged,
            "refused": [fault.as_json() for fault in self.faults],
        }  # fmt: skip


def take_in(data: bytes, *, apply: bool) -> Outcome:
    """Read the file and say what becomes of its programmes; writes them where `apply` says so.

    Raises CatalogueRefused for a file that is no catalogue.
    """
    found = _Reader()
    entries = found.read(_rows_of(data))
    with transaction.atomic():
        outcome = _write(entries)
        outcome.faults, outcome.is_applied = found.faults, apply
        if not apply:
            transaction.set_rollback(True)
    return outcome


def _rows_of(data: bytes) -> list[Any]:
    if len(data) > MAX_BYTES:
        raise CatalogueRefused(
            "file_too_large", _("The file is larger than 1 MB."), cure=_("Split it into parts.")
        )
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise CatalogueRefused(
            "not_json", _("This file cannot be read as JSON."),
            cure=_("Export the catalogue again as JSON in UTF-8."),
        ) from error  # fmt: skip
    rows = content.get("program") if isinstance(content, dict) else content
    if not isinstance(rows, list):
        raise CatalogueRefused(
            "not_a_catalogue", _("This file holds no list of programmes."),
            cure=_("The programmes are expected as a list named “program”."),
        )  # fmt: skip
    if not rows:
        raise CatalogueRefused(
            "catalogue_empty", _("The list of programmes is empty."),
            cure=_("Choose the file with the programmes."),
        )  # fmt: skip
    if len(rows) > MAX_PROGRAMMES:
        raise CatalogueRefused(
            "too_many_programmes", _("The file holds more than 5,000 programmes."),
            cure=_("Split it into parts."),
        )  # fmt: skip
    return rows


class _Reader:
    """Reads the programmes one by one and collects what is wrong with them."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.place = 0
        self.fields: dict[str, VocationalField] = {}
        for row in VocationalField.objects.prefetch_related("aliases"):
            self.fields |= {normalise_field(alias.spelling): row for alias in row.aliases.all()}
            self.fields |= {normalise_field(row.name): row, normalise_field(row.code): row}

    def read(self, rows: list[Any]) -> list[Entry]:
        entries = []
        for place, row in enumerate(rows, start=1):
            self.place = place
            if entry := self._entry(row):
                entries.append(entry)
        return self._without_repeats(entries)

    def _fault(self, key: str, code: Code, written: Any = "") -> None:
        text = written if isinstance(written, str) else json.dumps(written, ensure_ascii=False)
        shown = "".join(char for char in text[:MAX_WRITTEN] if char.isprintable())
        self.faults.append(Fault(self.place, key, code, shown))

    def _entry(self, row: Any) -> Entry | None:
        if not isinstance(row, dict):
            self._fault("", Code.ENTRY_NOT_UNDERSTOOD, row)
            return None
        before = len(self.faults)
        of_field = self._field(row.get("kejuruan"))
        name = self._text(row.get("nama"), "nama", Code.NAME_MISSING)
        version = self._version(row.get("versi", "1"))
        hours, is_current = self._hours(row.get("jp")), row.get("berlaku", True)
        if not isinstance(is_current, bool):
            self._fault("berlaku", Code.CURRENT_INVALID, is_current)
        units = tuple(self._units(row.get("unit", [])))
        if len(self.faults) > before or of_field is None:
            return None
        return Entry(self.place, of_field, name, version, hours, is_current, units)

    def _field(self, written: Any) -> VocationalField | None:
        if not isinstance(written, str) or not written.strip():
            self._fault("kejuruan", Code.FIELD_MISSING)
            return None
        found = self.fields.get(normalise_field(written))
        if found is None:
            self._fault("kejuruan", Code.FIELD_UNKNOWN, written)
        return found

    def _text(self, written: Any, key: str, missing: Code) -> str:
        text = " ".join(written.split()) if isinstance(written, str) else ""
        if not text:
            self._fault(key, missing, written or "")
        elif len(text) > LENGTHS[key] or not text.isprintable():
            self._fault(key, Code.TEXT_INVALID, text)
        return text

    def _version(self, written: Any) -> str:
        text = str(written).strip() if type(written) in (str, int, float) else ""
        if not text or len(text) > LENGTHS["versi"] or not text.isprintable():
            self._fault("versi", Code.VERSION_INVALID, written)
        return text

    def _hours(self, written: Any) -> int:
        if type(written) is not int or not 0 < written <= MOST_HOURS:
            self._fault("jp", Code.HOURS_INVALID, written)
            return 0
        return written

    def _units(self, written: Any) -> Iterator[tuple[str, str]]:
        if not isinstance(written, list) or not all(isinstance(unit, dict) for unit in written):
            self._fault("unit", Code.UNITS_NOT_UNDERSTOOD, written)
            return
        seen: set[str] = set()
        for unit in written:
            code = unit.get("kode")
            code = code.strip().upper() if isinstance(code, str) else ""
            title = self._text(unit.get("judul"), "judul", Code.UNIT_TITLE_MISSING)
            if not _is_unit_code(code):
                self._fault("kode", Code.UNIT_CODE_INVALID, unit.get("kode"))
            elif code in seen:
                self._fault("kode", Code.UNIT_TWICE, code)
            seen.add(code)
            yield code, title

    def _without_repeats(self, entries: list[Entry]) -> list[Entry]:
        """Programmes that contradict each other: none of them is guessed to be the right one."""
        versions = Counter(entry.key for entry in entries)
        current = Counter(entry.key[:2] for entry in entries if entry.is_current)
        kept = []
        for entry in entries:
            self.place = entry.place
            if versions[entry.key] > 1:
                self._fault("versi", Code.VERSION_TWICE, f"{entry.name} {entry.version}")
            elif entry.is_current and current[entry.key[:2]] > 1:
                self._fault("berlaku", Code.TWO_CURRENT, entry.name)
            else:
                kept.append(entry)
        return kept


def _is_unit_code(code: str) -> bool:
    try:
        UNIT_CODE(code)
    except ValidationError:
        return False
    return len(code) <= LENGTHS["kode"]


def _write(entries: Iterable[Entry]) -> Outcome:
    outcome = Outcome()
    rows = Programme.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    known = {(row.field_id, row.name, row.version): row for row in rows.prefetch_related("units")}
    for entry in entries:
        if entry.is_current:
            _retire_others(entry, known, outcome)
        row = known.get(entry.key)
        if row is None:
            _create(entry)
            outcome.created.append(f"{entry.name} {entry.version}")
        elif _bring_up_to_date(row, entry):
            outcome.changed.append(f"{entry.name} {entry.version}")
        else:
            outcome.unchanged += 1
    return outcome


def _retire_others(entry: Entry, known: dict[Key, Programme], outcome: Outcome) -> None:
    """One version of a programme is current: the others make way."""
    for row in known.values():
        is_other = row.version != entry.version
        if is_other and row.is_current and (row.field_id, row.name) == entry.key[:2]:
            row.is_current = False
            row.save(update_fields=["is_current"])
            outcome.retired.append(f"{row.name} {row.version}")


def _create(entry: Entry) -> None:
    row = Programme.objects.create(
        field=entry.field, name=entry.name, version=entry.version, hours=entry.hours,
        is_current=entry.is_current,
    )  # fmt: skip
    _write_units(row, entry)


def _write_units(row: Programme, entry: Entry) -> None:
    row.units.all().delete()
    CompetencyUnit.objects.bulk_create(
        CompetencyUnit(programme=row, code=code, title=title) for code, title in entry.units
    )


def _bring_up_to_date(row: Programme, entry: Entry) -> bool:
    """Write what the file says otherwise; tells whether anything did."""
    units = sorted((unit.code, unit.title) for unit in row.units.all())
    has_units_changed = units != sorted(entry.units)
    has_row_changed = (row.hours, row.is_current) != (entry.hours, entry.is_current)
    if has_row_changed:
        row.hours, row.is_current = entry.hours, entry.is_current
        row.save(update_fields=["hours", "is_current"])
    if has_units_changed:
        _write_units(row, entry)
    return has_units_changed or has_row_changed
