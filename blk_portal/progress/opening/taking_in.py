"""Taking in a list of opening balances: compared with what is there, and entered when asked.

The same list taken in again changes nothing. A balance that waits is replaced by a later list; one
that counts stays until the later one is approved.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.progress.models import OpeningBalance
from blk_portal.progress.opening.balances import COLUMNS
from blk_portal.progress.opening.reading import Entry
from blk_portal.reporting.refusals import Refused
from institutions.models import Institution, ProgrammeYear

SALT = "progress.opening"
# A check is applied on the day on which it was made.
VALID_SECONDS = 12 * 60 * 60


@dataclass(frozen=True)
class Change:
    """One balance that a list would enter, and the one it would take the place of."""

    entry: Entry
    institution: Institution
    year: ProgrammeYear
    before: OpeningBalance | None

    @property
    def completed(self) -> int:
        return self.entry.figures[COLUMNS.index("completed")]


@dataclass
class Outcome:
    """What a list would do: the balances that are new or changed, and how many are there already.

    first: the first balance that was entered; None where none was.
    """

    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    first: OpeningBalance | None = None

    @property
    def created(self) -> list[Change]:
        return [change for change in self.changes if change.before is None]

    @property
    def replaced(self) -> list[Change]:
        return [change for change in self.changes if change.before is not None]

    @property
    def participations(self) -> int:
        return sum(change.completed for change in self.changes)


def compare(entries: Iterable[Entry]) -> Outcome:
    """What becomes of each entry; writes nothing."""
    entries = list(entries)
    institutions = Institution.objects.in_bulk([entry.institution for entry in entries])
    years = ProgrammeYear.objects.in_bulk([entry.year for entry in entries])
    rows = OpeningBalance.objects.filter(
        institution__in=institutions, programme_year__in=years, counted_to=None
    )
    present: dict[tuple[int, int], OpeningBalance] = {}
    # What waits is the later word of the two.
    for row in sorted(rows, key=lambda row: row.counted_from is None):
        present[row.institution_id, row.programme_year_id] = row
    outcome = Outcome()
    for entry in entries:
        before = present.get((entry.institution, entry.year))
        if before and (tuple(before.figures.values()), before.source) == entry[2:]:
            outcome.unchanged += 1
        elif entry.institution in institutions and entry.year in years:
            outcome.changes.append(
                Change(entry, institutions[entry.institution], years[entry.year], before)
            )
    return outcome


@transaction.atomic
def enter(entries: Iterable[Entry], *, by: User) -> Outcome:
    """Enter the balances that are new or changed, to wait for a second person's approval."""
    entries = list(entries)
    years = sorted({entry.year for entry in entries})
    # Two lists at once are entered one after the other.
    list(ProgrammeYear.objects.select_for_update(no_key=True).filter(pk__in=years).order_by("pk"))
    outcome = compare(entries)
    if not outcome.changes:
        return outcome
    now, upload = timezone.now(), uuid.uuid4()
    waiting = [
        change.before.pk
        for change in outcome.changes
        if change.before and change.before.state == OpeningBalance.State.WAITING
    ]
    OpeningBalance.objects.filter(pk__in=waiting).update(
        counted_to=now, ended_by=by, ended_because=gettext("A later list took its place.")
    )
    outcome.first, *_others = OpeningBalance.objects.bulk_create(
        OpeningBalance(
            institution=change.institution, programme_year=change.year,
            source=change.entry.source, upload=upload, entered_at=now, entered_by=by,
            **dict(zip(COLUMNS, change.entry.figures, strict=True)),
        )
        for change in outcome.changes
    )  # fmt: skip
    return outcome


def sealed(entries: Iterable[Entry], *, by: User) -> str:
    """The entries of a check as its page carries them along; nobody else can enter them."""
    return signing.dumps([by.pk, [list(entry) for entry in entries]], salt=SALT, compress=True)


def opened(text: str, *, by: User) -> list[Entry]:
    """The entries of a check. Raises Refused for what was not checked by this person today."""
    try:
        person, rows = signing.loads(text, salt=SALT, max_age=VALID_SECONDS)
    except signing.BadSignature:
        person, rows = None, []
    if person != by.pk:
        raise Refused(
            gettext("The check of this list has expired."),
            cure=gettext("Choose the file again and check it once more."),
        )
    return [
        Entry(institution, year, tuple(figures), source)
        for institution, year, figures, source in rows
    ]
