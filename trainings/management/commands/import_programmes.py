"""Take in a catalogue of programmes and print what becomes of each."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from trainings.programme_import import CatalogueRefused, take_in


class Command(BaseCommand):
    help = (
        "Reads a catalogue of programmes (JSON, see docs/programme-import.md) and prints JSON: what"
        " is new, changed and retired, and what is wrong in which entry. Writes with --apply only."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the JSON file")
        parser.add_argument("--apply", action="store_true", help="write what is new or changed")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            data = Path(options["file"]).read_bytes()
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from error
        try:
            outcome = take_in(data, apply=options["apply"])
        except CatalogueRefused as refusal:
            told = {"code": refusal.code, "message": refusal.message, "cure": refusal.cure}
            self._print({"error": told})
            sys.exit(1)
        self._print(outcome.as_json())

    def _print(self, answer: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2))
