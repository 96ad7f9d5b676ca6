"""`manage.py seed_demo`: a small, believable and synthetic sample for an empty database."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext

from blk_portal.progress import audit, rollup
from blk_portal.progress.demo.seeding import FEWEST_INSTITUTIONS, make_sample
from institutions.models import Institution


class Command(BaseCommand):
    help = "Fill an empty database with synthetic sample data (demo mode only)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=2022, help="Same seed, same data.")
        parser.add_argument("--institutions", type=int, default=300)
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing where institutions exist."
        )

    def handle(self, *, seed: int, institutions: int, if_empty: bool, **options) -> None:
        if not settings.DEMO_MODE:
            raise CommandError(gettext("Sample data are only made in demo mode (DEMO_MODE=1)."))
        if institutions < FEWEST_INSTITUTIONS:
            raise CommandError(
                gettext("At least %(n)s institutions are needed.") % {"n": FEWEST_INSTITUTIONS}
            )
        if Institution.objects.exists():
            if if_empty:
                return
            raise CommandError(
                gettext("The database already holds institutions; nothing was written.")
            )
        with transaction.atomic():
            call_command("load_reference", verbosity=0)
            make_sample(seed=seed, institutions=institutions)
            rollup.rebuild()
        if differences := audit.run_audit():
            raise CommandError("\n".join(str(difference) for difference in differences))
        if options["verbosity"]:
            self.stdout.write(
                gettext("Sample data written: %(n)s institutions.")
                % {"n": Institution.objects.count()}
            )
