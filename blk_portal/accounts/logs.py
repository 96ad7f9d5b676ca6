"""What a log may say of an address: never the key of a link."""

import re
from collections.abc import MutableMapping
from typing import Any

KEYED_LINK = re.compile(r"(/undangan/|/akun/password/reset/key/)[^/\s\"'?]+")


def without_keys(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping:
    """A step of structlog: takes the key out of links by which a password is set."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = KEYED_LINK.sub(r"\1-", value)
    return event
