"""Check a list of institutions as the upload does and print what would become of its rows."""

import gc
import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Role
from blk_portal.sheets.errors import SheetRefused
from blk_portal.sheets.workbook import bytes_of
from institutions.importing import applying, checking
from institutions.models import RegisterImport, RegisterImportRow
from institutions.register_faults import Fault
from institutions.register_sheet.reader import LIMITS

Outcome = RegisterImportRow.Outcome


class Command(BaseCommand):
    help = (
        "Checks a list of institutions (.xlsx, .xls, .ods, .csv) and prints JSON: counts, refused"
        " rows with row, column, code, message and cure. Writes to the register with --apply only."
    )

    # Whether the papers' folder can be written to; the rest is checked when the portal is deployed.
    requires_system_checks = ["files"]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the spreadsheet")
        parser.add_argument("--apply", action="store_true", help="write what is new or changed")
        parser.add_argument("--by", help="user name of who takes the list in; else the first admin")

    def handle(self, *args: Any, **options: Any) -> None:
        # What is loaded stays to the end: to look through it for garbage again and again would take
        # a tenth of the time of a long list.
        gc.freeze()
        person = self._person(options["by"])
        path = Path(options["file"])
        try:
            data = bytes_of(path, LIMITS.size)
        except SheetRefused as refusal:
            self._refuse(refusal.code, refusal.message, refusal.cure)
        kept = RegisterImport.objects.accept(data, name=path.name, by=person)
        checking.check(kept.pk)
        kept.refresh_from_db()
        if kept.state == RegisterImport.State.FAILED:
            self._refuse(kept.refusal_code, kept.refusal_message, kept.refusal_cure)
        if options["apply"] and kept.rows.to_apply().exists():
            kept.apply(by=person)
            applying.apply_all(kept.pk)
            kept.refresh_from_db()
        self._print(report(kept))

    def _person(self, name: str | None) -> User:
        people = User.objects.filter(is_active=True).order_by("pk")
        found = (
            people.filter(username=name).first()
            if name
            else people.filter(role=Role.NATIONAL_ADMIN).first()
        )
        if found is None or not found.has_perm("institutions.import_institution"):
            raise CommandError("No such person may take in lists; name one with --by.")
        return found

    def _refuse(self, code: str, message: str, cure: str) -> None:
        self._print({"error": {"code": str(code), "message": message, "cure": cure}})
        sys.exit(1)

    def _print(self, answer: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))


def report(kept: RegisterImport) -> dict[str, Any]:
    """What the command says of a list."""
    counts = kept.counts()
    refused = kept.rows.filter(outcome=Outcome.REFUSED).order_by("number")
    warned = kept.rows.exclude(warnings=[]).order_by("number")
    undecided = kept.rows.filter(outcome=Outcome.UNDECIDED).order_by("number")
    return {
        "import": kept.pk,
        "state": kept.state,
        "rows": kept.total,
        "counts": {name: counts[name] for name in Outcome.values} | {"applied": counts["settled"]},
        "refused": [described(fault) for row in refused for fault in row.found_faults],
        "undecided": [
            {"row": row.number, "name": row.label, "similar": row.candidates} for row in undecided
        ],
        "warnings": [described(fault) for row in warned for fault in row.found_warnings]
        + [described(fault) for fault in kept.note_faults],
    }


def described(fault: Fault) -> dict[str, Any]:
    """A fault as JSON."""
    return {
        "row": fault.row, "column": fault.column or None, "field": fault.field or None,
        "code": fault.code.value, "message": fault.message, "cure": fault.cure,
        "written": fault.written,
    }  # fmt: skip
