"""No start with a missing or a wrong key: one clear line instead of data that nobody can read."""

import sys

from django.db import DatabaseError
from django.utils.translation import gettext

from blk_portal.privacy import keys
from blk_portal.privacy.models import KeyFingerprint


def check_keys() -> None:
    """Compare the keys of the environment with the fingerprints in the database.

    A version seen for the first time is noted; one whose fingerprint differs, or one the data need
    and the environment lacks, raises KeyProblem.
    """
    present = {
        KeyFingerprint.Purpose.ENCRYPTION: keys.encryption_keys(),
        KeyFingerprint.Purpose.INDEX: keys.index_keys(),
    }
    unseen = []
    for purpose, versions in present.items():
        known = dict(
            KeyFingerprint.objects.filter(purpose=purpose).values_list("version", "fingerprint")
        )
        for version, key in versions.items():
            fingerprint = keys.fingerprint(key)
            if version not in known:
                unseen.append(
                    KeyFingerprint(purpose=purpose, version=version, fingerprint=fingerprint)
                )
            elif known[version] != fingerprint:
                raise keys.KeyProblem(
                    gettext(
                        "The %(purpose)s key version %(n)s is not the key the data were written"
                        " with."
                    )
                    % {"purpose": purpose.label, "n": version}
                )
        if missing := set(known) - set(versions):
            raise keys.KeyProblem(
                gettext("The %(purpose)s key version %(n)s is missing from the environment.")
                % {"purpose": purpose.label, "n": min(missing)}
            )
    # Only now: a refused start must not leave versions behind that no data were written with.
    KeyFingerprint.objects.bulk_create(unseen, ignore_conflicts=True)


def require_keys() -> None:
    """End the process with one line when the keys do not fit; a lost database is no reason."""
    try:
        check_keys()
    except keys.KeyProblem as problem:
        sys.exit(gettext("The portal does not start: %(problem)s") % {"problem": problem})
    except DatabaseError:
        return
