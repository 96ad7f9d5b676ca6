"""`manage.py audit_progress [--repair]`: recount from the rows and name every cell that differs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext

from blk_portal.progress.audit import Unsettled, run_audit


class Command(BaseCommand):
    help = "Recounts progress from the rows; one line per differing cell, exit code 1 on any."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--repair", action="store_true", help="mend what differs")

    def handle(self, *args: Any, repair: bool, **options: Any) -> None:
        try:
            differences = run_audit(repair=repair)
        except Unsettled as still:
            years = ", ".join(str(year) for year in still.years)
            raise CommandError(
                gettext("Not audited, changes keep arriving: TA %(years)s.") % {"years": years}
            ) from still
        for difference in differences:
            self.stdout.write(str(difference))
        if not differences:
            self.stdout.write(gettext("0 differences."))
        elif repair and not run_audit():
            self.stdout.write(gettext("%(n)s differences mended.") % {"n": len(differences)})
        else:
            raise SystemExit(1)
