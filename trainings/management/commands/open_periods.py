"""`manage.py open_periods [--year 2022]`: what the night does, now, also for a year gone by."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext

from blk_portal.formats import number, today_in_jakarta
from trainings import period_ledger


class Command(BaseCommand):
    help = "Opens what institutions owe for each reporting period. May be run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, help="also the periods of this year that are over")

    def handle(self, *args: Any, year: int | None, **options: Any) -> None:
        made = period_ledger.open_periods(on=today_in_jakarta(), year=year)
        mended = period_ledger.settle()
        told = {"made": number(made), "mended": number(mended)}
        self.stdout.write(gettext("%(made)s opened, %(mended)s put right.") % told)
