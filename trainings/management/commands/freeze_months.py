"""`manage.py freeze_months [--until 2022-12]`: what the tenth of each month does, now."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext

from blk_portal.formats import today_in_jakarta
from trainings import freezing
from trainings.month import Month


class Command(BaseCommand):
    help = "Freezes the monthly tables (DASKIN) and corrects those that differ. May be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until", metavar="YYYY-MM", help="the last month to freeze")

    def handle(self, *args: Any, until: str | None, **options: Any) -> None:
        written = freezing.freeze_until(_last(until))
        for freeze in written:
            self.stdout.write(f"{freeze.month:%Y-%m} {freeze.number}")
        if not written:
            self.stdout.write(gettext("Nothing differs from what is frozen."))


def _last(until: str | None) -> date:
    latest = Month.of(today_in_jakarta()).before.first
    if until is None:
        return latest
    asked = Month.read(until)
    if asked is None:
        raise CommandError(gettext("This is not a month. Write it as in 2022-11."))
    if asked.first > latest:
        raise CommandError(gettext("This month is not over yet."))
    return asked.first
