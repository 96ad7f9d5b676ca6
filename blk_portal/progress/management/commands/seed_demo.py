"""`manage.py seed_demo`: a believable and synthetic sample for an empty database, small or full."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext

from blk_portal.privacy.guard import check_keys
from blk_portal.progress import audit, rollup
from blk_portal.progress.demo.extent import INSTITUTIONS_OF_NATION, Extent, full, small
from blk_portal.progress.demo.packs import make_recipients
from blk_portal.progress.demo.plan import LAST_DAY
from blk_portal.progress.demo.publications import make_publications
from blk_portal.progress.demo.seeding import FEWEST_INSTITUTIONS, make_sample
from institutions.models import Institution
from trainings import freezing
from trainings.month import Month

INSTITUTIONS = 300
# Fewer could not take in the trainings of the nation.
FEWEST_IN_NATION = 1_000
MOST_YEARS = 10


class Command(BaseCommand):
    help = "Fill an empty database with synthetic sample data (demo mode only)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=2022, help="Same seed, same data.")
        parser.add_argument(
            "--institutions", type=int, help="How many; 300 if not said, 3,757 with --full."
        )
        parser.add_argument(
            "--full",
            action="store_true",
            help="The nation in full size: 3,757 institutions, 232,000 participants of TA 2022.",
        )
        parser.add_argument(
            "--years",
            type=int,
            default=1,
            help="With --full: repeat the trainings in so many budget years from TA 2022 on.",
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="Do nothing where institutions exist."
        )

    def handle(self, *, seed: int, if_empty: bool, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError(gettext("Sample data are only made in demo mode (DEMO_MODE=1)."))
        extent = extent_asked_for(options)
        if Institution.objects.exists():
            if if_empty:
                return
            raise CommandError(
                gettext("The database already holds institutions; nothing was written.")
            )
        # The sample is written with these keys: another one must be noticed at the next start.
        check_keys()
        with transaction.atomic():
            call_command("load_reference", verbosity=0)
            make_sample(seed=seed, extent=extent)
            rollup.rebuild()
            freezing.freeze_until(Month.of(LAST_DAY).before.first)
            make_publications()
            make_recipients()
        if differences := audit.run_audit():
            raise CommandError("\n".join(str(difference) for difference in differences))
        if options["verbosity"]:
            self.stdout.write(
                gettext("Sample data written: %(n)s institutions.")
                % {"n": Institution.objects.count()}
            )


def extent_asked_for(options: dict[str, Any]) -> Extent:
    """How much the options ask for. Raises CommandError where they do not fit together."""
    institutions, years = options["institutions"], options["years"]
    if options["full"]:
        if not 1 <= years <= MOST_YEARS:
            raise CommandError(gettext("Give 1 to %(n)s years.") % {"n": MOST_YEARS})
        number = _at_least(institutions, FEWEST_IN_NATION, INSTITUTIONS_OF_NATION)
        return full(years=years, institutions=number)
    if years != 1:
        raise CommandError(gettext("--years goes with --full."))
    return small(_at_least(institutions, FEWEST_INSTITUTIONS, INSTITUTIONS))


def _at_least(asked: int | None, fewest: int, usual: int) -> int:
    """The number asked for, the usual one where none was; too few raise CommandError."""
    if asked is not None and asked < fewest:
        raise CommandError(gettext("At least %(n)s institutions are needed.") % {"n": fewest})
    return usual if asked is None else asked
