"""Who gets the meeting pack of the sample: the leadership by link, an office outside the public."""

from blk_portal.accounts.demo import demo_users
from blk_portal.accounts.roles import Role
from blk_portal.progress.models import PackRecipient

OUTSIDE = ("Bappeda Provinsi (contoh)", "bappeda@contoh.invalid")


def make_recipients() -> None:
    """Write the recipients; the worker makes the packs of publications by itself."""
    name, email = OUTSIDE
    PackRecipient.objects.bulk_create(
        [
            PackRecipient(person=demo_users()[Role.LEADERSHIP]),
            PackRecipient(name=name, email=email),
        ]
    )
