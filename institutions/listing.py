"""What every list of the pages does: read its filters, refuse what it cannot read, give a page."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.accounts.roles import Reach
from institutions.filters import StrictFilterSet
from institutions.keyset import CURSOR, Page, keyset_page

COUNT_LIMIT = 1_000


def count_of(rows: QuerySet[Any]) -> int:
    """How many rows there are, counted no further than one above the limit."""
    return rows.order_by()[: COUNT_LIMIT + 1].count()


@dataclass(frozen=True)
class Listing:
    """One request of a list: its filters, the names that are no filter, the rows and their page."""

    filters: StrictFilterSet
    unknown: list[str]
    rows: QuerySet[Any]
    page: Page[Any]

    @property
    def is_refused(self) -> bool:
        """Whether the address asks for something that cannot be read; then nothing is listed."""
        return bool(self.unknown or self.filters.form.errors)

    @property
    def status(self) -> int:
        return 400 if self.is_refused else 200

    @property
    def is_filtered(self) -> bool:
        return any(self.filters.data.get(name) for name in self.filters.form.fields)

    def count(self) -> int:
        """How many rows there are, counted no further than one above the limit."""
        return count_of(self.rows)


def listing(
    request: SignedInRequest, filters: StrictFilterSet, *, order: tuple[str, ...]
) -> Listing:
    """The page of the filtered rows; `order` as for keyset_page.

    Raises PermissionDenied for a partner system, which has no pages.
    """
    if request.user.spec.reach == Reach.NOTHING:
        raise PermissionDenied(gettext("Your account works through the interface, not with pages."))
    unknown = sorted(set(request.GET) - set(filters.form.fields) - {CURSOR})
    rows = filters.qs.none() if unknown else filters.qs
    return Listing(filters, unknown, rows, keyset_page(request, rows, order=order))
