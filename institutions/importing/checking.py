"""The check of a list (dry run): what would become of every row. Writes no row of the register."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from blk_portal.formats import today_in_jakarta
from blk_portal.sheets.cells import printable
from blk_portal.sheets.errors import SheetRefused
from institutions.copying import copy_rows, unsaved
from institutions.importing.comparing import Comparer
from institutions.importing.matching import Asked, Match, Namesakes, hits_of, keys_of, match
from institutions.importing.repeats import Repeats
from institutions.importing.stored import Scope, Stored, stored
from institutions.models import Institution, RegisterImport, RegisterImportRow
from institutions.models.register_import import MOST_ATTEMPTS
from institutions.register_faults import Code
from institutions.register_sheet import Reference, RegisterSheet, read_register
from institutions.register_sheet.checks import RegisterRow

PIECE = 4_000
Outcome = RegisterImportRow.Outcome
LABELS = {"code": "Kode portal", "vin": "VIN", "pkb": "PKB", "nspp": "NSPP", "npsn": "NPSN"}
_in_order = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


def digest_of(values: Mapping[str, Any]) -> str:
    """The mark of a row's content: the same row uploaded again is known by it."""
    return hashlib.sha256(_in_order(values).encode()).hexdigest()


@dataclass(slots=True)
class Finding:
    """What would become of a row, as `RegisterImportRow` keeps it; refused where nothing is said.

    candidates: institutions that may be meant, of which staff choose.
    """

    outcome: str = Outcome.REFUSED
    institution_id: int | None = None
    changes: dict[str, list[Any]] = field(default_factory=dict)
    basis: str = ""
    candidates: list[int] = field(default_factory=list)


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
            finding = self._decide(row, keys[row.number], matches[row.number], present)
            yield self._staged(row, digests[row.number], finding)

    def _decide(
        self,
        row: RegisterRow,
        keys: Mapping[str, str],
        found: Match,
        present: Mapping[int, Stored],
    ) -> Finding:
        if found.clash:
            return self._clash(row, found.clash, present)
        if len(found.ids) == 1:
            return self._compare(row, present[min(found.ids)])
        if len(found.ids) > 1:
            return self._leave_open(row, found.ids, present)
        if "code" in keys:
            row.say(Code.CODE_UNKNOWN, "code", self.headers)
        return self._make_new(row, keys)

    def _compare(self, row: RegisterRow, present: Stored) -> Finding:
        """The row is about this institution: what differs."""
        changes = self.comparer.changes(row, present)
        if not row.faults:
            first = self.repeats.of_institution(
                present.pk, row.number, row.values.get("vin", "")
            )  # fmt: skip
            if first:
                row.say(Code.ROW_REPEATED, "", self.headers, first=first)
        if changes:
            return Finding(Outcome.CHANGED, present.pk, changes, present.basis)
        return Finding(Outcome.UNCHANGED, present.pk)

    def _make_new(self, row: RegisterRow, keys: Mapping[str, str]) -> Finding:
        outcome = self.comparer.new(row)
        if row.faults:
            return Finding()
        name, regency = row.values["name"], row.values["regency"]
        if repeat := self.repeats.of_new(row.number, keys, row.values["year"], name, regency):
            row.say(repeat[0], "", self.headers, first=repeat[1])
        elif alike := self.namesakes.of(name, regency, keys):
            return self._ask(
                row,
                [
                    other.pk for other in alike
                    if self.scope.offices is None or other.office is None
                    or other.office in self.scope.offices
                ],
            )  # fmt: skip
        return Finding(outcome)

    def _leave_open(
        self, row: RegisterRow, ids: set[int], present: Mapping[int, Stored]
    ) -> Finding:
        """One identifier, several institutions, as two workshops of one pesantren."""
        return self._ask(row, sorted(pk for pk in ids if self.scope.reaches(present[pk]))[:5])

    def _ask(self, row: RegisterRow, candidates: list[int]) -> Finding:
        """Staff have to say which of them is meant; those of another area are not theirs to say."""
        if not candidates:
            row.say(Code.NOT_YOUR_AREA, "", self.headers)
        return Finding(Outcome.UNDECIDED, candidates=candidates)

    def _clash(
        self,
        row: RegisterRow,
        clash: tuple[tuple[str, int], tuple[str, int]],
        present: Mapping[int, Stored],
    ) -> Finding:
        (one, first), (other, second) = clash
        if not all(self.scope.reaches(present[pk]) for pk in (first, second)):
            row.say(Code.NOT_YOUR_AREA, "", self.headers)
            return Finding()
        row.say(
            Code.IDENTIFIERS_DIFFER, other if other != "pkb" else "pkb_number", self.headers,
            one=LABELS[one], other=LABELS[other], first=_called(present[first]),
            second=_called(present[second]),
        )  # fmt: skip
        return Finding()

    def _staged(self, row: RegisterRow, digest: str, finding: Finding) -> RegisterImportRow:
        if row.faults:
            finding = Finding()
        return unsaved(
            RegisterImportRow,
            {
                "register_import_id": self.kept.pk,
                "number": row.number,
                "digest": digest,
                "cells": {name: _storable(text) for name, text in row.cells.items()},
                "values": {} if row.faults else row.values,
                "faults": [fault.to_store() for fault in row.faults],
                "warnings": [fault.to_store() for fault in row.warnings],
                "outcome": finding.outcome,
                "institution_id": finding.institution_id,
                "changes": finding.changes,
                "basis": finding.basis,
                "candidates": finding.candidates,
            },
        )


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
