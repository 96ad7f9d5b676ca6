"""The two keys that protect national identity numbers, and what is done with them.

Encryption and index use separate keys, each with a version, newest first; both come from the
environment and never touch the database. What the database holds is a fingerprint of each, so that
a wrong key is noticed at the start and not at the first unreadable row.
"""

import base64
import binascii
import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext

KEY_BYTES = 32
NONCE_BYTES = 12


class KeyProblem(Exception):
    """A key is missing, malformed or not the one the data were written with."""


def parse_keys(name: str, entries: tuple[str, ...]) -> dict[int, bytes]:
    """Read "version:base64" entries, newest first. Raises KeyProblem with one plain sentence."""
    keys: dict[int, bytes] = {}
    for entry in entries:
        version, separator, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not (
            separator and version.isdigit() and 0 < int(version) < 256 and len(key) == KEY_BYTES
        ):
            raise KeyProblem(
                gettext("%(name)s is not of the form version:base64 with 32 bytes.")
                % {"name": name}
            )
        keys[int(version)] = key
    if not keys:
        raise KeyProblem(gettext("%(name)s is not set.") % {"name": name})
    return keys


@lru_cache
def _keys(name: str, entries: tuple[str, ...]) -> dict[int, bytes]:
    return parse_keys(name, entries)


def encryption_keys() -> dict[int, bytes]:
    return _keys("NIK_ENCRYPTION_KEYS", tuple(settings.NIK_ENCRYPTION_KEYS))


def index_keys() -> dict[int, bytes]:
    return _keys("NIK_INDEX_KEYS", tuple(settings.NIK_INDEX_KEYS))


def fingerprint(key: bytes) -> str:
    """What the database may know of a key: enough to notice another one, nothing to rebuild it."""
    return hmac.new(key, b"blk-portal key fingerprint", hashlib.sha256).hexdigest()[:32]


def encrypt(plain: bytes, *, bound_to: str) -> bytes:
    """Encrypt with AES-256-GCM; the result opens only for the row it is bound to.

    Layout: key version (1 byte), nonce (12), ciphertext with tag.
    """
    version, key = next(iter(encryption_keys().items()))
    nonce = os.urandom(NONCE_BYTES)
    return bytes([version]) + nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


def decrypt(token: bytes | memoryview, *, bound_to: str) -> bytes:
    """Open what `encrypt` made for the same row. Raises KeyProblem for a wrong key or row."""
    token = bytes(token)
    key = encryption_keys().get(token[0])
    if key is None:
        raise KeyProblem(gettext("Encryption key version %(n)s is missing.") % {"n": token[0]})
    nonce, sealed = token[1 : 1 + NONCE_BYTES], token[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, sealed, bound_to.encode())
    except InvalidTag as error:
        raise KeyProblem(gettext("The value cannot be opened with the present key.")) from error


def index_of(nik: str) -> bytes:
    """The keyed index by which the same NIK is found again: key version, then HMAC-SHA-256."""
    version, key = next(iter(index_keys().items()))
    return bytes([version]) + hmac.digest(key, nik.encode(), "sha256")
