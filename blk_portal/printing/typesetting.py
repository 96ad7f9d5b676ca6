"""Setting pages in processes of their own, under a time limit and not too many at once.

A process stays for the next pages: starting it and reading its fonts takes thirty times as long as
setting a page.
"""

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import BoundedSemaphore, Timer

COMPILER = Path(__file__).with_name("compiler.py")
SECONDS_FOR_A_PAGE = 20
SECONDS_TO_WAIT = 5
AT_ONCE = 2
# A process that has set so many is replaced: what it keeps in memory to be fast has an end.
PAGES_OF_A_PROCESS = 500


class Busy(Exception):
    """Too many pages are being set at this moment; the next try may succeed."""


class Unprintable(Exception):
    """The page could not be set, or took too long."""


class Compiler:
    """One process that sets page after page. After a refusal it has ended and is of no more use."""

    def __init__(self) -> None:
        self.pages_left = PAGES_OF_A_PROCESS
        self._process = subprocess.Popen(
            [sys.executable, "-I", str(COMPILER)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},
        )  # fmt: skip

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def page(self, order: bytes) -> bytes:
        """The PDF that an order asks for. Raises Unprintable."""
        self.pages_left -= 1
        limit = Timer(SECONDS_FOR_A_PAGE, self._process.kill)
        limit.start()
        try:
            return self._asked(order)
        finally:
            limit.cancel()

    def _asked(self, order: bytes) -> bytes:
        """Each way goes a line with the number of bytes, then the bytes."""
        asking, answer = self._process.stdin, self._process.stdout
        assert asking, "a pipe"
        assert answer, "a pipe"
        try:
            asking.write(b"%d\n%b" % (len(order), order))
            asking.flush()
            size = int(answer.readline() or 0)
            content = answer.read(size)
        except BrokenPipeError:
            size, content = 0, b""
        if not size or len(content) < size:
            self.end()
            raise Unprintable(f"the typesetting program ended with {self._process.returncode}")
        return content

    def end(self) -> None:
        """Stop the process; its pipes are closed."""
        self._process.kill()
        self._process.communicate()


_places = BoundedSemaphore(AT_ONCE)
_idle: list[Compiler] = []


def _waiting() -> Compiler | None:
    """A process that waits for its next page, where one is left; those that have ended go."""
    while _idle:
        if (compiler := _idle.pop()).is_alive:
            return compiler
        compiler.end()
    return None


def typeset(paper: str, data: Mapping[str, object]) -> bytes:
    """The PDF of a paper with its data; what the data hold is printed as it stands.

    Raises Busy while this process sets as many pages as it may, Unprintable where no page came.
    """
    if not _places.acquire(timeout=SECONDS_TO_WAIT):
        raise Busy
    try:
        compiler = _waiting() or Compiler()
        content = compiler.page(json.dumps({"paper": paper, "data": data}).encode())
        if compiler.pages_left:
            _idle.append(compiler)
        else:
            compiler.end()
        return content
    finally:
        _places.release()


def _end_all() -> None:
    while _idle:
        _idle.pop().end()


atexit.register(_end_all)
# Two processes must never talk to one compiler.
os.register_at_fork(after_in_child=_idle.clear)
