"""Approving, declining and withdrawing opening balances; each owes a recount."""

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.progress.models import OpeningBalance
from blk_portal.progress.rollup import owe
from blk_portal.progress.tasks import ring
from blk_portal.reporting.refusals import Incomplete, NotYours, Refused


@transaction.atomic
def approve(upload: UUID, *, by: User) -> int:
    """Let the balances of a list that wait count from now on; returns how many.

    A balance that counted for the same institution and year ends at the same moment. Raises
    NotYours for who entered the list, Refused where nothing of it waits.
    """
    rows = _waiting(upload)
    if any(row.entered_by_id == by.pk for row in rows):
        raise NotYours(
            gettext("A second person approves an opening balance."),
            cure=gettext("Ask another person with this right; you entered the list."),
        )
    now = timezone.now()
    for year, institutions in _by_year(rows).items():
        before = OpeningBalance.objects.live().filter(
            programme_year=year, institution__in=institutions
        )
        before.update(
            counted_to=now, ended_by=by, ended_because=gettext("A later list took its place.")
        )
    OpeningBalance.objects.filter(pk__in=[row.pk for row in rows]).update(
        counted_from=now, approved_by=by
    )
    _owe(rows, "approve")
    return len(rows)


@transaction.atomic
def decline(upload: UUID, *, reason: str, by: User) -> int:
    """Take the balances of a list that wait off the table, with a reason; returns how many."""
    rows = _waiting(upload)
    OpeningBalance.objects.filter(pk__in=[row.pk for row in rows]).update(
        counted_to=timezone.now(), ended_by=by, ended_because=_reason(reason)
    )
    return len(rows)


@transaction.atomic
def withdraw(balance: OpeningBalance, *, reason: str, by: User) -> None:
    """End a balance that counts, with a reason. Raises Refused where it does not count."""
    row = OpeningBalance.objects.select_for_update(no_key=True).get(pk=balance.pk)
    if row.state != OpeningBalance.State.LIVE:
        raise Refused(
            gettext("This opening balance does not count any more."),
            cure=gettext("Nothing is to be done."),
        )
    row.counted_to, row.ended_by, row.ended_because = timezone.now(), by, _reason(reason)
    row.save(update_fields=["counted_to", "ended_by", "ended_because"])
    _owe([row], "withdraw")


def _reason(text: str) -> str:
    if not text.strip():
        raise Incomplete(gettext("The reason is missing."), cure=gettext("Write the reason."))
    return text.strip()


def _waiting(upload: UUID) -> list[OpeningBalance]:
    """The rows of a list that wait, locked: two who decide at once do so one after the other."""
    waiting = OpeningBalance.objects.waiting().filter(upload=upload).order_by("pk")
    rows = list(waiting.select_for_update(no_key=True))
    if not rows:
        raise Refused(
            gettext("Nothing of this list waits for a decision any more."),
            cure=gettext("Reload the page to see what became of it."),
        )
    return rows


def _by_year(rows: Iterable[OpeningBalance]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row.programme_year_id, []).append(row.institution_id)
    return found


def _owe(rows: Iterable[OpeningBalance], verb: str) -> None:
    for year, institutions in _by_year(rows).items():
        owe([year], institutions=institutions, why=f"opening {verb}", ring=ring)
