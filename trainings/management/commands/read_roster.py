"""Read a roster file and print what the portal makes of it, without database or key."""

import json
import sys
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from blk_portal.privacy.nik import mask_nik
from blk_portal.sheets.errors import SheetRefused
from trainings.faults import Fault
from trainings.roster_sheet import RosterRow, read_roster

# So few digits of a NIK tell nothing of its holder.
FEW_DIGITS = 8


class Command(BaseCommand):
    help = (
        "Reads a roster (.xlsx, .xls, .ods, .csv); prints accepted, rejected and warnings as JSON."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the spreadsheet")
        parser.add_argument("--today", type=date.fromisoformat, help="judge ages as on this day")

    def handle(self, *args: Any, **options: Any) -> None:
        path = options["file"]
        try:
            reading = read_roster(path, path, today=options["today"] or timezone.localdate())
        except SheetRefused as refused:
            self._print(
                {
                    "error": {
                        "code": refused.code.value,
                        "message": refused.message,
                        "cure": refused.cure,
                    }
                }
            )
            sys.exit(1)
        self._print(
            {
                "accepted": [accepted(person) for person in reading.accepted],
                "rejected": [described(one) for one in reading.rejected],
                "warnings": [described(one) for one in reading.warnings],
            }
        )

    def _print(self, answer: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))


def accepted(person: RosterRow) -> dict[str, Any]:
    """A participant as JSON: dates in ISO form, what is missing as null."""
    answer = {name: None if value == "" else value for name, value in asdict(person).items()}
    return answer | {"birth_date": person.birth_date.isoformat()}


def described(one: Fault) -> dict[str, Any]:
    """A fault as JSON; a NIK is never repeated whole."""
    written = one.written
    if one.field in ("nik", ""):
        digits = "".join(filter(str.isdigit, written))
        if len(digits) > FEW_DIGITS:
            written = mask_nik(digits)
    return {
        "row": one.row,
        "column": one.column,
        "field": one.field or None,
        "code": one.code.value,
        "message": one.message,
        "cure": one.cure,
        "written": written,
    }
