"""If-Match: a change says which state of a thing it was made from."""

from collections.abc import Sequence

from rest_framework.request import Request

from blk_portal.rest.problems import Changed, Unconditional

ANY = "*"


def matches(request: Request) -> list[str]:
    """The states that a request names in If-Match; empty where there are none.

    An answer that was compressed on its way tells its ETag as a weak one; the state is the same.
    """
    found = request.headers.get("If-Match", "").split(",")
    return [one.strip().removeprefix("W/") for one in found if one.strip()]


def ensure_unchanged(named: Sequence[str], etag: str) -> None:
    """Raise Unconditional where no state is named, and Changed where it is another one.

    etag: what stands there now, quoted. `*` stands for any state.
    """
    if not named:
        raise Unconditional(etag=etag)
    if ANY not in named and etag not in named:
        raise Changed(etag=etag)
