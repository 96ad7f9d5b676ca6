"""Setting a page in a process of its own, under a time limit and not too many at once."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import BoundedSemaphore

COMPILER = Path(__file__).with_name("compiler.py")
SECONDS_FOR_A_PAGE = 20
SECONDS_TO_WAIT = 5
AT_ONCE = 2
_places = BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """Too many pages are being set at this moment; the next try may succeed."""


class Unprintable(Exception):
    """The page could not be set, or took too long."""


def typeset(paper: str, data: Mapping[str, object]) -> bytes:
    """The PDF of a paper with its data; what the data hold is printed as it stands.

    Raises Busy while this process sets as many pages as it may, Unprintable where no page came.
    """
    if not _places.acquire(timeout=SECONDS_TO_WAIT):
        raise Busy
    order = json.dumps({"paper": paper, "data": data}).encode()
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(COMPILER)],
            input=order, capture_output=True, timeout=SECONDS_FOR_A_PAGE, check=False,
            env={"LC_ALL": "C.UTF-8"},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise Unprintable(f"no page after {SECONDS_FOR_A_PAGE} s") from error
    finally:
        _places.release()
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        raise Unprintable(f"the typesetting program ended with {done.returncode}")
    return done.stdout
