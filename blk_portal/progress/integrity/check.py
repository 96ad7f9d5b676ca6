"""What a check is, and what it finds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

SHOWN = 20
# Behind it one mends the cause, nobody counts on.
MOST = 10_000
MENDED_NIGHTLY = _(
    "The nightly audit mends it. Where it stays, have technical staff look for the cause."
)


@dataclass(frozen=True)
class Row:
    """One offending row: its id, whose it is, and the id by which its page is opened."""

    id: int | None
    label: str
    target: int | None = None


@dataclass(frozen=True)
class Check:
    """One named question over the whole database; a sound portal answers with no row.

    code: stays for ever, results are kept under it. why: what goes wrong where a row is found.
    remedy: what a person does about it. rows: the statement of the offending rows as id, label and
    id of the page (it may ask %(today)s and %(most_attempts)s), or a function that yields them.
    address: the page of one row.
    """

    code: str
    name: object
    why: object
    remedy: object
    rows: str | Callable[[], Iterable[Row]]
    address: str = ""

    def link(self, target: int | None) -> str:
        """The page of a row, or nothing where it has none."""
        return reverse(self.address, args=[target]) if self.address and target else ""


@dataclass(frozen=True)
class Finding:
    """What a check found: how many rows, counted up to MOST, and the first of them."""

    found: int = 0
    is_capped: bool = False
    sample: tuple[Row, ...] = ()

    def kept(self) -> list[dict[str, Any]]:
        """The sample as it is stored."""
        return [vars(row) for row in self.sample]
