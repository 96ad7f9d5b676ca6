"""Issues the credentials of a test system, where the data are synthetic."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from blk_portal.accounts.models import Partner, PartnerClient
from blk_portal.accounts.scopes import Scope
from blk_portal.formats import today_in_jakarta

PARTNER, SYSTEM = "Mitra uji coba (contoh)", "Sistem uji coba"
LASTS = timedelta(days=90)


class Command(BaseCommand):
    help = (
        "Issue a test client for the whole nation; only where DEMO_MODE says the data are not real."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "scopes", nargs="*", help="its scopes; all where none is named", metavar="SCOPE"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_MODE:
            raise CommandError("The data here are real. Clients are issued in the administration.")
        scopes = options["scopes"] or list(Scope.values)
        if unknown := sorted(set(scopes) - set(Scope.values)):
            raise CommandError(f"No such scope: {', '.join(unknown)}. Known: {Scope.values}")
        partner, _made = Partner.objects.get_or_create(name=PARTNER, kind=Partner.Kind.OTHER)
        client = PartnerClient(
            partner=partner,
            name=SYSTEM,
            purpose="Uji coba antarmuka dengan data sintetis.",
            scopes=scopes,
            is_national=True,
            expires_on=today_in_jakarta() + LASTS,
        )
        secret = PartnerClient.objects.issue(client, by=None)
        self.stdout.write(f"CLIENT_ID={client.client_id}")
        self.stdout.write(f"CLIENT_SECRET={secret}")
        self.stdout.write(f"TOKEN_URL={settings.PORTAL_URL}{reverse('oauth:token')}")
