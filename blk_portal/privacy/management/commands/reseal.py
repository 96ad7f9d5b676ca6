"""`manage.py reseal`: bring everything that is kept sealed under the newest encryption key."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext

from blk_portal.formats import number
from blk_portal.privacy.guard import require_keys
from blk_portal.privacy.sealing import reseal


class Command(BaseCommand):
    help = "Seals NIKs, rows to mend and second factors anew under the newest encryption key."

    def handle(self, *args: Any, **options: Any) -> None:
        require_keys()
        count = sum(reseal())
        self.stdout.write(gettext("%(n)s values sealed anew.") % {"n": number(count)})
