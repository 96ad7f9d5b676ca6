"""`manage.py demo_logins`: one login for each role of the demo, printed as JSON."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext

from blk_portal.accounts.demo import add_missing_users, ensure_passwords, logins_file
from blk_portal.progress.demo.world import place_demo_users
from blk_portal.runtime.state import StateError


class Command(BaseCommand):
    help = "Print the demo logins as JSON: role, username, password (demo mode only)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--ensure", action="store_true", help="Make what lacks and print nothing."
        )

    def handle(self, *, ensure: bool, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError(gettext("There are no demo logins outside demo mode."))
        try:
            with transaction.atomic():
                if add_missing_users():
                    place_demo_users()
                logins = ensure_passwords()
        except StateError as error:
            raise CommandError(str(error)) from error
        except PermissionError as error:
            raise CommandError(
                gettext("%(file)s cannot be read or written by this user.")
                % {"file": logins_file()}
            ) from error
        if not ensure:
            self.stdout.write(json.dumps(logins, indent=2))
