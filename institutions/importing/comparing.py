"""What a row means for the register: new, changed field by field, unchanged, or refused and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from blk_portal.formats import long_date
from institutions.importing.matching import pkb_key
from institutions.importing.steps import STATIONS, way_to
from institutions.importing.stored import Scope, Stored
from institutions.lifecycle import IN_PREPARATION, InstitutionStatus
from institutions.models import RegisterImportRow
from institutions.register_faults import Code
from institutions.register_sheet.checks import IDENTIFIERS, RegisterRow
from institutions.register_sheet.reference import Reference
from institutions.register_sheet.values import letters

Outcome = RegisterImportRow.Outcome
PLAIN_FIELDS = (
    "name", "host_type", "vin", "nspp", "npsn", "address", "contact_name", "contact_phone",
)  # fmt: skip
REFERENCE_FIELDS = ("regency", "office", "field", "year")
NEEDED = {
    "name": Code.NAME_MISSING, "owner": Code.OWNER_MISSING, "host_type": Code.HOST_TYPE_MISSING,
    "regency": Code.REGION_MISSING, "field": Code.FIELD_MISSING, "year": Code.YEAR_MISSING,
}  # fmt: skip


@dataclass
class Comparer:
    """Compares rows with the register for one list: its reference rows, its headers, its area."""

    known: Reference
    headers: Mapping[str, str]
    scope: Scope
    today: date
    year_numbers: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.year_numbers = {pk: year for year, pk in self.known.years.items()}

    def new(self, row: RegisterRow) -> str:
        """Complain about all that a new institution lacks; tells the outcome."""
        told = {fault.field for fault in row.faults}
        if told & {"region_code", "province"}:
            told.add("regency")
        if any(fault.code == Code.ROW_NOT_UNDERSTOOD for fault in row.faults):
            return Outcome.REFUSED
        for name, code in NEEDED.items():
            # An identifier that cannot be read may well belong to an institution that is there.
            if name not in row.values and name not in told and not told & set(IDENTIFIERS):
                row.say(code, name, self.headers)
        if bool(row.values.get("pkb_number")) != ("pkb_on" in row.values) and not told & {
            "pkb_number", "pkb_on"
        }:  # fmt: skip
            row.say(Code.PKB_INCOMPLETE, "pkb_number", self.headers)
        self._status(row, InstitutionStatus.PROPOSED)
        if not self.scope.holds(self.office_of(row.values)):
            row.say(Code.NOT_YOUR_AREA, "regency", self.headers)
        return Outcome.REFUSED if row.faults else Outcome.CREATED

    def office_of(self, values: Mapping[str, Any]) -> int | None:
        """The office that guides a new institution: as written, else that of its regency."""
        place = self.known.by_id.get(values.get("regency", 0))
        office: int | None = values.get("office") or (place.office if place else None)
        return office

    def changes(self, row: RegisterRow, present: Stored) -> dict[str, list[Any]]:
        """The fields that differ, old and new; complains about what a list may not change."""
        if not self.scope.reaches(present):
            row.say(Code.NOT_YOUR_AREA, "", self.headers)
            return {}
        found: dict[str, list[Any]] = {}
        for name in PLAIN_FIELDS:
            if name in row.values and row.values[name] != getattr(present, name):
                found[name] = [getattr(present, name), row.values[name]]
        for name in REFERENCE_FIELDS:
            if name in row.values and row.values[name] != getattr(present, name):
                found[name] = [self._text(name, getattr(present, name)),
                               self._text(name, row.values[name])]  # fmt: skip
        self._owner(row, present, found)
        self._agreement(row, present)
        if "year" in found and present.status not in IN_PREPARATION:
            row.say(Code.YEAR_DIFFERS, "year", self.headers, year=found["year"][0])
        if "office" in found and not self.scope.holds(row.values["office"]):
            row.say(Code.NOT_YOUR_AREA, "office", self.headers)
        reached = self._status(row, present.status, present)
        if reached != present.status:
            found["status"] = [present.status, reached]
        return found

    def _text(self, name: str, value: int | None) -> str:
        if value is None:
            return ""
        match name:
            case "regency":
                return self.known.by_id[value].name
            case "office":
                return self.known.office_names[value]
            case "field":
                return self.known.field_names[value]
        return f"TA {self.year_numbers[value]}"

    def _owner(self, row: RegisterRow, present: Stored, found: dict[str, list[Any]]) -> None:
        """The owner is another one by its NPWP, or where there is none, by its name."""
        owner, tax_number = row.values.get("owner"), row.values.get("tax_number", "")
        is_same_name = owner in (None, present.owner) or letters(owner) == letters(present.owner)
        if tax_number and tax_number == present.tax_number:
            return
        if tax_number and (present.tax_number or not is_same_name):
            found["owner"] = [present.owner, owner or present.owner]
            found["tax_number"] = [present.tax_number, tax_number]
        elif tax_number:
            found["tax_number"] = ["", tax_number]
        elif not is_same_name:
            found["owner"] = [present.owner, owner]

    def _agreement(self, row: RegisterRow, present: Stored) -> None:
        number, day = row.values.get("pkb_number"), row.values.get("pkb_on")
        if not present.pkb_number or present.pkb_on is None:
            if bool(number) != bool(day) and present.status in STATIONS[:3]:
                row.say(Code.PKB_INCOMPLETE, "pkb_number", self.headers)
            return
        differs = number and pkb_key(number) != pkb_key(present.pkb_number)
        if differs or (day and date.fromisoformat(day) != present.pkb_on):
            row.say(
                Code.PKB_DIFFERS, "pkb_number" if differs else "pkb_on", self.headers,
                number=present.pkb_number, day=long_date(present.pkb_on),
            )  # fmt: skip

    def _status(self, row: RegisterRow, status: str, present: Stored | None = None) -> str:
        """The status that the row leads to; says what it does not prove."""
        written = row.values.get("status")
        if written is not None and written not in STATIONS:
            if written != status:
                row.say(Code.STATUS_BY_HAND, "status", self.headers)
            return status
        way = way_to(status, row.values, today=self.today)
        is_behind = written is not None and (
            status not in STATIONS or STATIONS.index(written) < STATIONS.index(status)
        )
        if is_behind and present is not None:
            label = str(InstitutionStatus(status).label)
            row.say(Code.STATUS_BEHIND, "status", self.headers, status=label)
        if way.is_short:
            label = str(InstitutionStatus(way.reached).label)
            row.say(Code.STATUS_UNPROVEN, "status", self.headers, status=label)
        last = present.last_step_on if present else None
        if last and way.steps and way.steps[0].on < last:
            row.say(Code.DATES_OUT_OF_ORDER, "status", self.headers)
        return way.reached
