"""The check of a list (dry run): what would become of every row. Writes no row of the register."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from blk_portal.formats import today_in_jakarta
from blk_portal.sheets.cells import printable
from blk_portal.sheets.errors import SheetRefused
from institutions.copying import copy_rows
from institutions.importing.comparing import Comparer
from institutions.importing.matching import Asked, Match, Namesakes, hits_of, keys_of, match
from institutions.importing.repeats import Repeats
from institutions.importing.stored import Scope, Stored, stored
from institutions.models import Institution, RegisterImport, RegisterImportRow
from institutions.models.register_import import MOST_ATTEMPTS
from institutions.register_faults import Code
from institutions.register_sheet import Reference, RegisterSheet, read_register
from institutions.register_sheet.checks import RegisterRow

PIECE = 2_000
Outcome = RegisterImportRow.Outcome
LABELS = {"code": "Kode portal", "vin": "VIN", "pkb": "PKB", "nspp": "NSPP", "npsn": "NPSN"}


def digest_of(values: Mapping[str, Any]) -> str:
    """The mark of a row's content: the same row uploaded again is known by it."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


class Checker:
    """Decides the outcome of the rows of one list, piece by piece."""

    def __init__(
        self, kept: RegisterImport, headers: Mapping[str, str], known: Reference, today: date
    ) -> None:
        self.kept = kept
        self.headers = headers
        self.scope = Scope.of(kept.uploaded_by)
        self.comparer = Comparer(known, headers, self.scope, today)
        self.namesakes = Namesakes(Institution.objects.all())
        self.repeats = Repeats()

    def check(self, rows: Iterable[RegisterRow]) -> Iterator[RegisterImportRow]:
        """The staged rows of a piece, with a fixed number of statements."""
        rows = list(rows)
        keys = {row.number: keys_of(row.values) for row in rows}
        digests = {row.number: digest_of(row.values) for row in rows}
        hits = hits_of(
            [
                Asked(row.number, keys[row.number], row.values.get("year"), digests[row.number])
                for row in rows
                if row.values
            ]
        )
        matches = {row.number: match(hits.get(row.number, {})) for row in rows}
        meant = {pk for one in matches.values() for pk in one.ids}
        meant |= {pk for one in matches.values() if one.clash for _kind, pk in one.clash}
        present = stored(meant)
        for row in rows:
            staged = RegisterImportRow(
                register_import_id=self.kept.pk, number=row.number, digest=digests[row.number]
            )
            self._decide(row, staged, keys[row.number], matches[row.number], present)
            yield self._filled(row, staged)

    def _decide(
        self,
        row: RegisterRow,
        staged: RegisterImportRow,
        keys: Mapping[str, str],
        found: Match,
        present: Mapping[int, Stored],
    ) -> None:
        if found.clash:
            self._clash(row, found.clash, present)
            return
        if len(found.ids) == 1:
            self.compare(row, staged, present[min(found.ids)])
            return
        if len(found.ids) > 1:
            self._leave_open(row, staged, found.ids, present)
            return
        if "code" in keys:
            row.say(Code.CODE_UNKNOWN, "code", self.headers)
        self._make_new(row, staged, keys)

    def compare(
        self, row: RegisterRow, staged: RegisterImportRow, present: Stored, *, once: bool = True
    ) -> None:
        """The row is about this institution: what differs."""
        changes = self.comparer.changes(row, present)
        if once and not row.faults:
            first = self.repeats.of_institution(
                present.pk, row.number, row.values.get("vin", "")
            )  # fmt: skip
            if first:
                row.say(Code.ROW_REPEATED, "", self.headers, first=first)
        staged.outcome = Outcome.CHANGED if changes else Outcome.UNCHANGED
        staged.institution_id, staged.changes, staged.basis = present.pk, changes, present.basis

    def _make_new(
        self, row: RegisterRow, staged: RegisterImportRow, keys: Mapping[str, str]
    ) -> None:
        staged.outcome = self.comparer.new(row)
        if row.faults:
            return
        name, regency = row.values["name"], row.values["regency"]
        if repeat := self.repeats.of_new(row.number, keys, row.values["year"], name, regency):
            row.say(repeat[0], "", self.headers, first=repeat[1])
        elif alike := self.namesakes.of(name, regency, keys):
            staged.candidates = [
                other.pk for other in alike
                if self.scope.offices is None or other.office is None
                or other.office in self.scope.offices
            ]  # fmt: skip
            staged.outcome = Outcome.UNDECIDED
            if not staged.candidates:
                row.say(Code.NOT_YOUR_AREA, "", self.headers)

    def _leave_open(
        self,
        row: RegisterRow,
        staged: RegisterImportRow,
        ids: set[int],
        present: Mapping[int, Stored],
    ) -> None:
        """One identifier, several institutions, as two workshops of one pesantren."""
        staged.candidates = sorted(pk for pk in ids if self.scope.reaches(present[pk]))[:5]
        staged.outcome = Outcome.UNDECIDED
        if not staged.candidates:
            row.say(Code.NOT_YOUR_AREA, "", self.headers)

    def _clash(
        self,
        row: RegisterRow,
        clash: tuple[tuple[str, int], tuple[str, int]],
        present: Mapping[int, Stored],
    ) -> None:
        (one, first), (other, second) = clash
        if not all(self.scope.reaches(present[pk]) for pk in (first, second)):
            row.say(Code.NOT_YOUR_AREA, "", self.headers)
            return
        row.say(
            Code.IDENTIFIERS_DIFFER, other if other != "pkb" else "pkb_number", self.headers,
            one=LABELS[one], other=LABELS[other], first=_called(present[first]),
            second=_called(present[second]),
        )  # fmt: skip

    @staticmethod
    def _filled(row: RegisterRow, staged: RegisterImportRow) -> RegisterImportRow:
        if row.faults:
            staged.outcome, staged.institution_id = Outcome.REFUSED, None
            staged.changes, staged.basis, staged.candidates = {}, "", []
        staged.cells = {name: _storable(text) for name, text in row.cells.items()}
        staged.values = {} if row.faults else row.values
        staged.faults = [fault.to_store() for fault in row.faults]
        staged.warnings = [fault.to_store() for fault in row.warnings]
        return staged


def _called(row: Stored) -> str:
    return f"{row.name} ({row.code})"


def _storable(text: str) -> str:
    return text if text.isprintable() else printable(text)


def check(pk: int) -> bool:
    """Check a list that waits for it; false where it does not wait, or somebody is at it.

    It is done whole or not at all, so it may be begun again; a list that kills its worker again and
    again is given up.
    """
    if not _attempt(pk, RegisterImport.State.WAITING):
        return False
    kept = RegisterImport.objects.select_related("uploaded_by").get(pk=pk)
    today = today_in_jakarta()
    try:
        with kept.file.open("rb") as stream:
            register = read_register(stream.read(), kept.name, today=today)
    except SheetRefused as refusal:
        kept.fail(refusal.code, refusal.message, refusal.cure)
        return True
    with transaction.atomic():
        waiting = RegisterImport.objects.filter(pk=pk, state=RegisterImport.State.WAITING)
        if not waiting.select_for_update(of=["self"], skip_locked=True).exists():
            return False
        _stage(kept, register, today)
    return True


def _stage(kept: RegisterImport, register: RegisterSheet, today: date) -> None:
    known = Reference.load()
    checker = Checker(kept, register.headers, known, today)
    kept.rows.all().delete()
    latest = Institution.objects.order_by("-pk").values_list("pk", flat=True)
    known_until = latest.first() or 0
    rows, total = register.rows(known), 0
    while piece := list(islice(rows, PIECE)):
        # A list: the check asks the database, which takes no question while it copies.
        copy_rows(RegisterImportRow, list(checker.check(piece)))
        total += len(piece)
    notes = [note.to_store() | {"row": note.row} for note in register.notes]
    RegisterImport.objects.filter(pk=kept.pk).update(
        state=RegisterImport.State.CHECKED, total=total, notes=notes, checked_at=timezone.now(),
        attempts=0, known_until=known_until,
    )  # fmt: skip


def _attempt(pk: int, state: str) -> bool:
    """Note an attempt before the work begins: a list that ends its worker is given up as well."""
    owed = RegisterImport.objects.filter(pk=pk, state=state)
    if owed.filter(attempts__lt=MOST_ATTEMPTS).update(attempts=models.F("attempts") + 1):
        return True
    if kept := owed.first():
        give_up(kept)
    return False


def give_up(kept: RegisterImport) -> None:
    """Too many attempts came to nothing: somebody has to look at it."""
    kept.fail("given_up", "", "")
