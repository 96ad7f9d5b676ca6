"""`manage.py erase_expired [--yes]`: whose retention has ended; with --yes their names go."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone
from django.utils.translation import gettext

from blk_portal.formats import long_date, number
from blk_portal.privacy import retention
from trainings import erasure


class Command(BaseCommand):
    help = "Says how many people have passed their retention; --yes erases who they were."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="erase; there is no way back")

    def handle(self, *args: Any, yes: bool, **options: Any) -> None:
        cutoff_on = erasure.cutoff(timezone.localdate())
        told = {"date": long_date(cutoff_on), "years": settings.RETENTION_YEARS}
        if yes:
            erased = erasure.carry_out(cutoff_on)
            told |= {"n": number(erased.people), "owners": number(erased.others)}
            text = gettext(
                "%(n)s participations and %(owners)s owners of tenants erased: what ended before "
                "%(date)s."
            )
            self.stdout.write(text % told)
            return
        told |= {"n": number(erasure.due(cutoff_on)), "owners": number(retention.due(cutoff_on))}
        text = gettext(
            "%(n)s participations and %(owners)s owners of tenants are due: what ended before "
            "%(date)s, more than %(years)s years ago. Nothing was changed; --yes erases them."
        )
        self.stdout.write(text % told)
