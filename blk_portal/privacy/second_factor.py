"""Second factors at rest: their secrets are sealed, so that a copy of the database opens none."""

import base64

from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext_lazy as _

from blk_portal.privacy import keys

# allauth seals a secret before its row exists, so it is bound to its use and not to a row.
BOUND_TO = "second factor"


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
