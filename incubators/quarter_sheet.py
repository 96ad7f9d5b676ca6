"""Quarters of tenants pasted from a spreadsheet or read from a file: one row a tenant.

A tenant is found by its code, else by its name. Without headings the columns are taken in the order
of IN_ORDER.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from blk_portal.sheets.cells import Value, clean, column_letter, is_blank, text_of
from blk_portal.sheets.delimited import read_delimited
from blk_portal.sheets.errors import Refusal, refuse
from blk_portal.sheets.workbook import MAX_COLUMNS, MAX_ROWS, Sheet, Source, read_sheets
from incubators.amounts import Unreadable, read_amount
from incubators.models import IncubationReport, Tenant
from incubators.quarter_entry import Given
from incubators.quarter_faults import Code, RowFault
from incubators.quarter_rules import Values, is_empty, read_cells

TENANT, QUARTER, CODE = "tenant", "quarter", "code"
# The heading that the portal writes itself, and the words it knows beside it.
COLUMNS: dict[str, tuple[str, str]] = {
    TENANT: ("TENANT", "tenant|nama tenant|usaha|nama usaha|business"),
    "turnover": ("OMZET", "omzet|omset|turnover|omzet triwulan"),
    "workers_male": ("TK L", "tk l|tenaga kerja l|tenaga kerja laki laki|pekerja l|laki laki|l"),
    "workers_female": ("TK P", "tk p|tenaga kerja p|tenaga kerja perempuan|pekerja p|perempuan|p"),
    "operating": ("BERJALAN", "berjalan|masih berjalan|aktif|operating"),
    "kur": ("KUR", "kur"),
    "kur_giver": ("BANK KUR", "bank kur|bank"),
    "tkm": ("TKM", "tkm"),
    "csr": ("CSR", "csr"),
    "own": ("MODAL SENDIRI", "modal sendiri|modal|own"),
    "other": ("LAINNYA", "lainnya|dana lain|other"),
    "other_giver": ("PEMBERI LAINNYA", "pemberi lainnya|pemberi|other giver"),
    "note": ("CATATAN", "catatan|keterangan|note"),
    QUARTER: ("TRIWULAN", "triwulan|kuartal|quarter|periode"),
    CODE: ("KODE", "kode|kode tenant|code"),
}
IN_ORDER = tuple(name for name in COLUMNS if name not in (QUARTER, CODE))
FIELD_OF = {word: name for name, (_label, words) in COLUMNS.items() for word in words.split("|")}
NAMED_YEAR = re.compile(r"20[0-9]{2}")
NAMED_QUARTER = re.compile(r"(?:tw|q|triwulan|kuartal)?\s*(iv|iii|ii|i|[1-4])\b")
TENANT_CODE = re.compile(r"t\s*-?\s*0*([1-9][0-9]{0,9})", re.IGNORECASE)
# What was typed on the page at the same time, by tenant; none for what is to be mended there.
Typed = Mapping[int, Values | None]
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


@dataclass
class Reading:
    """What a table gives: the rows that are right, and the faults of the others by place."""

    given: list[Given] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)


def code_of(tenant: Tenant) -> str:
    """How a sheet names a tenant, whatever becomes of its name."""
    return f"T{tenant.pk:05d}"


def read_pasted(text: str, report: IncubationReport, typed: Typed) -> Reading:
    """Read pasted rows. Raises SheetRefused where there is nothing to read."""
    rows, cut = read_delimited(text.encode(), MAX_ROWS, MAX_COLUMNS)
    return _read(Sheet(name="", rows=rows, cut=cut), report, typed)


def read_file(source: Source, filename: str, report: IncubationReport, typed: Typed) -> Reading:
    """Read the first sheet that is not hidden and holds something. Raises SheetRefused."""
    sheets = read_sheets(source, filename)
    shown = [sheet for sheet in sheets if not sheet.hidden and any(map(_is_filled, sheet.rows))]
    if not shown:
        raise refuse(Refusal.FILE_EMPTY)
    return _read(shown[0], report, typed)


def _is_filled(row: Sequence[Value]) -> bool:
    return any(not is_blank(text_of(value)) for value in row)


def name_key(text: str) -> str:
    """How names of businesses are compared."""
    return clean(text).casefold()


class _Tenants:
    """The tenants of the incubator, as rows name them."""

    def __init__(self, report: IncubationReport) -> None:
        self.by_name: dict[str, list[Tenant]] = {}
        self.by_key: dict[int, Tenant] = {}
        for own in report.incubator.tenants.order_by("pk"):
            self.by_name.setdefault(name_key(own.business), []).append(own)
            self.by_key[own.pk] = own
        present = report.incubator.tenants.of_quarter(report.period)
        self.then = set(present.values_list("pk", flat=True))
        self.first_rows: dict[int, int] = {}

    def named(self, cells: Mapping[str, str]) -> tuple[Tenant | None, dict[str, Code]]:
        """The tenant of a row by its code, else by its name; a new name of it is no fault."""
        same = self.by_name.get(name_key(cells.get(TENANT, "")), [])
        if code := cells.get(CODE, "").strip():
            match = TENANT_CODE.fullmatch(code)
            coded = self.by_key.get(int(match[1])) if match else None
            if coded is None:
                return None, {CODE: Code.CODE_UNKNOWN}
            return coded, {} if not same or coded in same else {CODE: Code.CODE_OTHER}
        known = [tenant for tenant in same if tenant.pk in self.then] or same
        if len(known) > 1:
            return None, {TENANT: Code.TENANT_AMBIGUOUS}
        return (known[0], {}) if known else (None, {TENANT: Code.TENANT_UNKNOWN})

    def refused(self, tenant: Tenant, number: int) -> Code | None:
        """Why this row of the tenant is not taken in: it was not there then, or stands twice."""
        if tenant.pk not in self.then:
            return Code.TENANT_NOT_THEN
        first = self.first_rows.setdefault(tenant.pk, number)
        return Code.TENANT_TWICE if first != number else None


def _read(sheet: Sheet, report: IncubationReport, typed: Typed) -> Reading:
    if not any(map(_is_filled, sheet.rows)):
        raise refuse(Refusal.FILE_EMPTY)
    start, columns = _headings(sheet)
    tenants, found = _Tenants(report), Reading()
    for number, row in enumerate(sheet.rows[start:], start=start + 1):
        if not _is_filled(row):
            continue
        cells = {
            name: text_of(row[index]) if index < len(row) else "" for name, index in columns.items()
        }
        tenant, misnamed = tenants.named(cells)
        faults = dict(_place_faults(cells, report)) | misnamed
        if tenant is not None and not faults and (code := tenants.refused(tenant, number)):
            faults[TENANT] = code
        values = read_cells(cells)
        if tenant is not None and is_empty(cells):
            # A list of tenants with nothing beside a name says nothing of it.
            continue
        faults |= values.faults
        if tenant is not None and not faults and typed.get(tenant.pk, values) != values:
            faults[TENANT] = Code.TENANT_TYPED
        params: dict[Code, Mapping[str, str | int]] = {}
        if tenant is not None:
            params[Code.TENANT_TWICE] = {"first": tenants.first_rows.get(tenant.pk, number)}
            params[Code.CODE_OTHER] = {"business": str(tenant)}
        found.faults += [
            RowFault(
                row=number, column=_label(name, columns), field=name, code=code,
                params=params.get(code, {}), written=cells.get(name, ""),
            )
            for name, code in faults.items()
        ]  # fmt: skip
        if not faults and tenant is not None:
            found.given.append(Given(tenant, values))
    return found


def _label(name: str, columns: Mapping[str, int]) -> str:
    """The column as a person finds it: its heading and its letter, where there is one."""
    heading = COLUMNS[name][0]
    return f"{heading} ({column_letter(columns[name])})" if name in columns else heading


def _place_faults(cells: Mapping[str, str], report: IncubationReport) -> list[tuple[str, Code]]:
    """A row that names its quarter names that of the report."""
    text = cells.get(QUARTER, "").casefold()
    if is_blank(text):
        return []
    year = NAMED_YEAR.search(text)
    number = NAMED_QUARTER.search(NAMED_YEAR.sub(" ", text).strip(" -/,"))
    said = ROMAN.get(number[1]) or int(number[1]) if number else None
    is_this = said == report.quarter and (year is None or int(year[0]) == report.year)
    return [] if is_this else [(QUARTER, Code.QUARTER_OTHER)]


def _headings(sheet: Sheet) -> tuple[int, dict[str, int]]:
    """Where the rows begin, and the column of each field, by headings or by their order."""
    for number, row in enumerate(sheet.rows[:20]):
        columns: dict[str, int] = {}
        for index, value in enumerate(row):
            words = re.sub(r"[^a-z0-9]+", " ", text_of(value).casefold()).strip()
            if (name := FIELD_OF.get(words)) and name not in columns:
                columns[name] = index
        if (TENANT in columns or CODE in columns) and len(columns) > 1:
            return number + 1, columns
    return _first_row(sheet), {name: index for index, name in enumerate(IN_ORDER)}


def _first_row(sheet: Sheet) -> int:
    """Without headings that are known: the first row with an amount in the second column."""
    for number, row in enumerate(sheet.rows[:20]):
        if len(row) > 1:
            try:
                read_amount(text_of(row[1]))
            except Unreadable:
                continue
            return number
    return 0
