"""How far a worker is with a list that it writes.

In the cache, since the worker writes the file and its row in one transaction; where the cache is
away the page says only that the file is being written.
"""

from dataclasses import dataclass

from django.core.cache import cache

KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Progress:
    """So many rows of a list are written."""

    done: int
    whole: int

    @property
    def percent(self) -> float:
        return 100 * self.done / self.whole if self.whole else 0.0


def note_progress(pk: int, done: int, whole: int) -> None:
    cache.set(_key(pk), (done, whole), KEPT_SECONDS)


def progress_of(pk: int) -> Progress | None:
    """None where no worker has begun, or nobody knows."""
    known = cache.get(_key(pk))
    return Progress(*known) if known else None


def _key(pk: int) -> str:
    return f"list-export:{pk}"
