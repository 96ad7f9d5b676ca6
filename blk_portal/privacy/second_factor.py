"""Second factors at rest: their secrets are sealed, so that a copy of the database opens none."""

import base64
from collections.abc import Iterator

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from blk_portal.privacy import keys

# allauth seals a secret before its row exists, so it is bound to its use and not to a row.
BOUND_TO = "second factor"
# Where allauth keeps what the adapter sealed: the secret of codes, the seed of recovery codes.
SEALED = ("secret", "seed")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Seals what allauth keeps, under the key of the national identity numbers."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "The code does not fit. Wait for the next one; the clock of the phone must be set "
            "automatically."
        ),
        "cannot_generate_recovery_codes": _("Set up the second factor first."),
    }

    def encrypt(self, text: str) -> str:
        return base64.b64encode(keys.encrypt(text.encode(), bound_to=BOUND_TO)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keys.decrypt(base64.b64decode(encrypted_text), bound_to=BOUND_TO).decode()


def _sealed_under(version: int | None = None) -> Iterator[tuple[Authenticator, str]]:
    """Each sealed value as row and name: of one key version, or of all."""
    for row in Authenticator.objects.all():
        for name in SEALED:
            value = row.data.get(name)
            if value and version in (None, base64.b64decode(value)[0]):
                yield row, name


def is_used(version: int) -> bool:
    """Whether any second factor opens with this key version only."""
    return any(True for _found in _sealed_under(version))


@transaction.atomic
def seal_anew(newest: int) -> int:
    """Seal every second factor that is not under the newest key version; returns how many."""
    adapter, done = SecondFactorAdapter(), 0
    for row, name in list(_sealed_under()):
        if base64.b64decode(row.data[name])[0] != newest:
            row.data[name] = adapter.encrypt(adapter.decrypt(row.data[name]))
            row.save(update_fields=["data"])
            done += 1
    return done
