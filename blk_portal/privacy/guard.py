"""No start with a missing or a wrong key: one clear line instead of data that nobody can read."""

import sys
from typing import NoReturn

from django.db import DatabaseError
from django.utils.translation import gettext

from blk_portal.privacy import keys, sealing
from blk_portal.privacy.models import KeyFingerprint

# gunicorn starts a worker that ended with 1 again, and gives up on one that ended with 3.
TRY_AGAIN, HALT = 1, 3


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
        if purpose == KeyFingerprint.Purpose.INDEX and known and set(versions) - set(known):
            # People would be found under the old key and written under the new one: two of each.
            raise keys.KeyProblem(
                gettext("The index key cannot be changed while data are indexed with another one.")
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
        missing = set(known) - set(versions)
        if purpose == KeyFingerprint.Purpose.ENCRYPTION:
            missing = {version for version in missing if sealing.is_used(version)}
        if missing:
            raise keys.KeyProblem(
                gettext("The %(purpose)s key version %(n)s is missing from the environment.")
                % {"purpose": purpose.label, "n": min(missing)}
            )
    # Only now: a refused start must not leave versions behind that no data were written with.
    KeyFingerprint.objects.bulk_create(unseen, ignore_conflicts=True)


def require_keys() -> None:
    """End the process with one line when the keys do not fit, or cannot be compared."""
    try:
        check_keys()
    except keys.KeyProblem as problem:
        _stop(str(problem), HALT)
    except DatabaseError:
        _stop(gettext("the database cannot be reached, so the keys cannot be compared."), TRY_AGAIN)


def _stop(why: str, code: int) -> NoReturn:
    line = gettext("The portal does not start: %(problem)s") % {"problem": why}
    print(line, file=sys.stderr, flush=True)  # noqa: T201, the process ends with it
    raise SystemExit(code)
