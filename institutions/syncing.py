"""Keeping a copy: which rows changed since a moment, such that none is ever missed.

The moment is no time. It is the number below which every transaction was over when it was taken
(`pg_snapshot_xmin`): what came before it is seen by whoever reads now, and whatever is under way
gets a higher number or has one. See docs/decisions/0030.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any, Self

from django.db import connection
from django.db.models import Max, Q, QuerySet

from blk_portal.accounts.models import User
from institutions.models import Change, ChangeMark, Institution
from institutions.models.change import ChangeQuerySet

START = "0"
# What a restored database or one that another took over from can no longer answer for.
STATE = "SELECT * FROM institutions_changes_now(%s::int2, %s, %s::int2, %s::int2)"


class Unreadable(ValueError):
    """The value is none that was given out."""


class Outdated(Exception):
    """What has changed since cannot be told: the copy is to be made anew."""


def digest(*parts: object) -> str:
    """A short digest that stays the same as long as the parts do."""
    return blake2b(json.dumps(parts, default=str).encode(), digest_size=12).hexdigest()


@dataclass(frozen=True)
class State:
    """How far the changes are settled, and the latest of the kind that was asked about.

    settled: every transaction with a lower number is over. database: which one it is.
    latest_place: of institutions, by which the rows of a person's area are found.
    """

    settled: int
    snapshot: str
    database: str
    latest: int
    latest_of_all: int
    latest_place: int

    @classmethod
    def now(cls, kind: int, row: int | None = None) -> Self:
        """In one statement, which reads nothing but the ends of an index."""
        kinds = Change.Kind
        with connection.cursor() as cursor:
            cursor.execute(STATE, [kind, row, kinds.EVERYTHING, kinds.INSTITUTION])
            settled, snapshot, system, timeline, *latest_ones = cursor.fetchone()
        found = (number or 0 for number in latest_ones)
        return cls(settled, snapshot, f"{system:x}.{timeline}", *found)

    @property
    def version(self) -> str:
        """What stays the same only while nobody can have read anything else.

        A change that is settled is overtaken by none with a lower number; until then whatever
        ends makes another version.
        """
        return self._version(self.latest)

    @property
    def version_of_places(self) -> str | None:
        """The same of the institutions that a person's area holds; None while it is unsettled."""
        is_settled = max(self.latest_place, self.latest_of_all) < self.settled
        return self._version(self.latest_place) if is_settled else None

    def _version(self, latest: int) -> str:
        is_settled = max(latest, self.latest_of_all) < self.settled
        unsettled = "" if is_settled else self.snapshot
        return f"{self.database}:{latest}:{self.latest_of_all}:{unsettled}"


@dataclass(frozen=True)
class Walk:
    """A reading of all that changed between two moments, and how far it has come.

    since: 0 for everything that there is. reader: whose copy it is, see `reader_of`. after: the
    keys of the last row; none at the start.
    """

    since: int
    until: int
    database: str
    reader: str
    after: tuple[int, ...] = ()

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises Unreadable for what `text` did not write."""
        try:
            padded = text + "=" * (-len(text) % 4)
            since, until, database, reader, *after = json.loads(base64.urlsafe_b64decode(padded))
            numbers = [since, until, *after]
        except (ValueError, TypeError, RecursionError) as error:
            raise Unreadable from error
        are_numbers = all(type(n) is int and 0 <= n < 2**63 for n in numbers)
        if not are_numbers or not isinstance(database, str) or not isinstance(reader, str):
            raise Unreadable
        return cls(since, until, database, reader, tuple(after))

    @property
    def text(self) -> str:
        """The walk as an address carries it."""
        parts = [self.since, self.until, self.database, self.reader, *self.after]
        written = json.dumps(parts, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(written).decode().rstrip("=")

    def beyond(self, *keys: int) -> "Walk":
        """The same walk, past a row."""
        return replace(self, after=keys)

    def next_time(self) -> "Walk":
        """From where this one ends."""
        return replace(self, since=self.until, until=0, after=())

    def until_now(self, state: State) -> "Walk":
        """A walk through what changed since this one ended."""
        return replace(self, until=state.settled, after=())

    def ensure_keys(self, of_rows: int) -> None:
        """Raise Unreadable where the place it has come to is none. of_rows: how many keys the first
        walk goes by; later ones go by transaction and row."""
        if self.after and len(self.after) != (2 if self.since else of_rows):
            raise Unreadable

    def ensure_answerable(self, state: State, reader: str) -> None:
        """Raise Outdated where rows might be missed: another database or reach, lists of reference
        that changed, or changes that are forgotten already."""
        if (self.database, self.reader) != (state.database, reader) or self.until > state.settled:
            raise Outdated
        if self.since == 0:
            return
        of_all = Change.objects.filter(kind=Change.Kind.EVERYTHING)
        is_forgotten = self.since < ChangeMark.objects.forgotten_below()
        if is_forgotten or of_all.between(self.since, self.until).exists():
            raise Outdated


class KeptKeys:
    """The institutions of the areas that were asked about last, while no institution changes.

    An area has hundreds of them, and to look them up costs as much as a page of rows.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.kept: dict[str, list[int]] = {}

    def of(self, area: str | None, institutions: Callable[[], QuerySet[Institution]]) -> list[int]:
        """area: whose institutions, and in which version of them; None keeps nothing."""
        known = None if area is None else self.kept.get(area)
        if known is not None:
            return known
        keys = list(institutions().values_list("pk", flat=True))
        if area is not None:
            # The oldest goes; another thread may have taken it already.
            for oldest in list(self.kept)[: len(self.kept) + 1 - self.most]:
                self.kept.pop(oldest, None)
            self.kept[area] = keys
        return keys


KEPT_AREAS = KeptKeys(most=64)


def changed_rows(
    walk: Walk, kind: int, *, user: User, institutions: QuerySet[Institution], size: int
) -> tuple[list[int], Walk | None]:
    """The next rows that changed, each once, where it changed last; and how to go on.

    Fewer than asked for where some of them changed again later; none only where there are no more.
    """
    between = Change.objects.filter(kind=kind).between(walk.since, walk.until)
    told = between.told_to(user, institutions)
    goes_on: Walk | None = walk
    found: list[int] = []
    while goes_on and not found:
        changes = list(_after(told, goes_on.after)[: size + 1])
        # By the keys of the page: to compare all changes with all others is not for large copies.
        rows = {row for _xid, row in changes}
        last = dict(told.filter(row_id__in=rows).values_list("row_id").annotate(Max("xid")))
        found = [row for xid, row in changes[:size] if last.get(row) == xid]
        goes_on = walk.beyond(*changes[size - 1]) if len(changes) > size else None
    return found, goes_on


def _after(told: ChangeQuerySet, keys: tuple[int, ...]) -> QuerySet[Change, Any]:
    """Transactions and rows in their order, from where a walk has come to."""
    if keys:
        xid, row = keys
        told = told.filter(Q(xid__gt=xid) | Q(xid=xid, row_id__gt=row), xid__gte=xid)
    return told.order_by("xid", "row_id").values_list("xid", "row_id").distinct()
