"""`manage.py reseal_niks`: bring every sealed NIK under the newest encryption key."""

from django.core.management.base import BaseCommand
from django.utils.translation import gettext

from blk_portal.privacy.guard import require_keys
from blk_portal.privacy.sealing import reseal


class Command(BaseCommand):
    help = "Seals every NIK anew under the newest encryption key; may be ended and repeated."

    def handle(self, *args, **options) -> None:
        require_keys()
        count = sum(reseal())
        self.stdout.write(gettext("%(n)s NIKs sealed anew.") % {"n": count})
