"""Writing a checked list into the register, in pieces that are done whole or not at all."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.formats import today_in_jakarta
from institutions.copying import unsaved, write
from institutions.importing.matching import KINDS, Asked, Namesakes, hits_of, keys_of
from institutions.importing.owners import Owner, Owners
from institutions.importing.steps import Step, record_steps, way_to
from institutions.importing.stored import Stored, offices_of_regencies, stored
from institutions.lifecycle import InstitutionStatus
from institutions.models import (
    Foundation,
    Institution,
    ProgrammeYear,
    Regency,
    RegisterImport,
    RegisterImportRow,
)
from institutions.models.register_import import MOST_ATTEMPTS
from institutions.register_faults import Code
from institutions.signals import register_moved

logger = logging.getLogger(__name__)

PIECE = 2_000
# A worker takes pieces for so long, then lets others at it; far below the limit of a task.
TURN_SECONDS = 45
# One list is written at a time: two may hold the same new institution.
APPLY_LOCK = 850_233
Outcome, Settled = RegisterImportRow.Outcome, RegisterImportRow.Settled
TEXT_FIELDS = (
    "name", "host_type", "vin", "nspp", "npsn", "address", "contact_name", "contact_phone",
)  # fmt: skip
REFERENCES = {
    "regency": "regency_id", "office": "office_id", "field": "field_id",
    "year": "programme_year_id",
}  # fmt: skip
WRITTEN = (
    *TEXT_FIELDS, "foundation_id", *REFERENCES.values(), "status",
)  # fmt: skip
# What decides in which cells of the figures an institution is counted.
COUNTED = frozenset(("regency", "office", "field", "host_type"))
Place = tuple[int | None, int | None]
# An institution, the status it comes from, and its steps.
Taken = tuple[Institution, str, Sequence[Step]]


def apply(pk: int, *, pause: Callable[[], object] = lambda: None) -> bool:
    """Write pieces of a list until it is done or the turn is over; whether something is left.

    pause: called after each piece, outside its transaction.
    """
    until = time.monotonic() + TURN_SECONDS
    while time.monotonic() < until:
        if not _attempt(pk):
            return False
        try:
            is_left = apply_piece(pk)
        except Exception:
            logger.exception("a piece of register import %s failed", pk)
            raise
        if is_left is None:
            return True
        if not is_left:
            return False
        pause()
    return True


def _attempt(pk: int) -> bool:
    """Note an attempt before the piece begins; a list that fails again and again is given up."""
    owed = RegisterImport.objects.filter(pk=pk, state=RegisterImport.State.APPLYING)
    if owed.filter(attempts__lt=MOST_ATTEMPTS).update(attempts=models.F("attempts") + 1):
        return True
    if kept := owed.first():
        kept.fail("given_up", "", "")
    return False


@transaction.atomic
def apply_piece(pk: int) -> bool | None:
    """Write the next rows of a list; whether more are left, None while somebody else is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [APPLY_LOCK])
        if not cursor.fetchone()[0]:
            # Waiting its turn says nothing against the list.
            RegisterImport.objects.filter(pk=pk, attempts__gt=0).update(
                attempts=models.F("attempts") - 1
            )
            return None
    kept = RegisterImport.objects.select_related("applied_by").filter(
        pk=pk, state=RegisterImport.State.APPLYING
    ).first()  # fmt: skip
    if kept is None:
        return False
    rows = list(kept.rows.to_apply().defer("cells", "warnings").order_by("number")[: PIECE + 1])
    if piece := rows[:PIECE]:
        assert kept.applied_by is not None, "applied by nobody"
        Piece(kept, piece, by=kept.applied_by, today=today_in_jakarta()).write()
    is_done = len(rows) <= PIECE
    kept.attempts = 0
    if is_done:
        kept.state, kept.applied_at = RegisterImport.State.DONE, timezone.now()
    kept.save(update_fields=["attempts", "state", "applied_at"])
    return not is_done


class Piece:
    """Some rows of a list, written in sets: the number of statements does not grow with them."""

    def __init__(
        self, kept: RegisterImport, rows: Sequence[RegisterImportRow], *, by: User, today: date
    ) -> None:
        self.kept, self.rows, self.by, self.today = kept, rows, by, today
        self.reason = gettext("Register import %(number)s") % {"number": kept.pk}
        self.places: set[Place] = set()
        self.years: set[int] = set()

    def write(self) -> None:
        """Rows whose institution has changed since the check are left out and say so."""
        present = self._locked()
        changed = [
            (row, present[row.institution_id])
            for row in self.rows
            if row.institution_id and row.outcome == Outcome.CHANGED and self._holds(row, present)
        ]
        taken = self._taken_meanwhile()
        newer = self._made_since_the_check()
        made = [
            row for row in self.rows
            if row.outcome == Outcome.CREATED and not self._is_taken(row, taken, newer)
        ]  # fmt: skip
        owners = Owners([owner for row in made if (owner := _owner_of(row))]
                        + [owner for row, old in changed if (owner := _owner_of(row, old))]
                        ).settle()  # fmt: skip
        moved = self._change(changed, owners)
        record_steps(
            [*self._make(made, owners), *moved], by=self.by, reason=self.reason, at=timezone.now()
        )
        self._store([institution for institution, _status, _steps in moved])
        self._settle()
        if self.years and self.places:
            register_moved.send(
                Institution, years=sorted(self.years), places=sorted(self.places, key=str)
            )

    def _locked(self) -> dict[int, Stored]:
        """The institutions of the piece, locked in a statement of its own before they are read."""
        ids = sorted(row.institution_id for row in self.rows if row.institution_id)
        list(
            Institution.objects.filter(pk__in=ids).order_by("pk")
            .select_for_update(of=["self"], no_key=True).values_list("pk")
        )  # fmt: skip
        return stored(ids)

    def _holds(self, row: RegisterImportRow, present: dict[int, Stored]) -> bool:
        stands = present.get(row.institution_id or 0)
        if stands is not None and stands.basis == row.basis:
            return True
        row.refuse(Code.CHANGED_MEANWHILE)
        return False

    def _taken_meanwhile(self) -> dict[int, dict[str, set[int]]]:
        return hits_of(
            [
                Asked(row.number, keys_of(row.values), row.values.get("year"), row.digest)
                for row in self.rows
            ]
        )

    def _made_since_the_check(self) -> Namesakes | None:
        """Institutions that others have made meanwhile; None where there are none."""
        own = self.kept.rows.exclude(settled="").values("institution")
        newer = Institution.objects.filter(pk__gt=self.kept.known_until).exclude(pk__in=own)
        return Namesakes(newer) if newer.exists() else None

    @staticmethod
    def _is_taken(
        row: RegisterImportRow, taken: dict[int, dict[str, set[int]]], newer: Namesakes | None
    ) -> bool:
        """Whether somebody has made the institution since the check.

        Staff who decided for a new one have seen those that share a school or a pesantren.
        """
        strong = ("code", "vin", "pkb") if row.decided_at else (*KINDS, "digest")
        values = row.values
        is_alike = newer and newer.of(values["name"], values["regency"], keys_of(values))
        if not is_alike and not any(taken.get(row.number, {}).get(kind) for kind in strong):
            return False
        row.refuse(Code.CHANGED_MEANWHILE)
        return True

    def _make(self, rows: Sequence[RegisterImportRow], owners: Mapping[str, int]) -> list[Taken]:
        offices = offices_of_regencies() if rows else {}
        number = _last_code_number() if rows else 0
        made: list[Taken] = []
        for row in rows:
            values, owner = row.values, _owner_of(row)
            assert owner is not None, "a new institution without an owner"
            number += 1
            way = way_to(InstitutionStatus.PROPOSED, values, today=self.today)
            institution = unsaved(
                Institution,
                {name: values.get(name, "") for name in TEXT_FIELDS} | {
                    "code": f"BLKK-{number:06}", "foundation_id": owners[owner.key],
                    "regency_id": values["regency"], "field_id": values["field"],
                    "office_id": values.get("office") or offices[values["regency"]],
                    "programme_year_id": values["year"], "status": way.reached,
                },
            )  # fmt: skip
            made.append((institution, InstitutionStatus.PROPOSED, way.steps))
        write(Institution, [institution for institution, _status, _steps in made])
        provinces = _provinces() if rows else {}
        for row, (institution, _status, steps) in zip(rows, made, strict=True):
            row.institution_id = institution.pk
            if steps:
                self._owe(institution, provinces, [institution.programme_year_id])
        return made

    def _change(
        self, rows: Sequence[tuple[RegisterImportRow, Stored]], owners: Mapping[str, int]
    ) -> list[Taken]:
        provinces = _provinces() if rows else {}
        all_years = list(ProgrammeYear.objects.values_list("pk", flat=True)) if rows else []
        changed: list[Taken] = []
        known = Institution.objects.in_bulk([old.pk for _row, old in rows])
        filled_in: dict[int, str] = {}
        for row, old in rows:
            institution = known[old.pk]
            if COUNTED & row.changes.keys():
                self._owe(institution, provinces, all_years)
            for name in row.changes:
                if name in TEXT_FIELDS:
                    setattr(institution, name, row.values[name])
                elif name in REFERENCES:
                    setattr(institution, REFERENCES[name], row.values[name])
            if owner := _owner_of(row, old):
                institution.foundation_id = owners[owner.key]
            elif "tax_number" in row.changes:
                filled_in[old.foundation] = row.values["tax_number"]
            before, steps = institution.status, tuple[Step, ...]()
            if "status" in row.changes:
                way = way_to(before, row.values, today=self.today)
                institution.status, steps = way.reached, way.steps
            if steps or COUNTED & row.changes.keys():
                self._owe(institution, provinces, all_years)
            changed.append((institution, before, steps))
        for pk, tax_number in filled_in.items():
            Foundation.objects.filter(pk=pk, tax_number="").update(tax_number=tax_number)
        return changed

    def _owe(
        self, institution: Institution, provinces: dict[int, int], years: Sequence[int]
    ) -> None:
        self.places.add((provinces[institution.regency_id], institution.office_id))
        self.years.update(years)

    def _store(self, institutions: Sequence[Institution]) -> None:
        """Bring what the steps and the list have changed into the table, in one statement."""
        if not institutions:
            return
        columns = ", ".join(f"{name} = fresh.{name}" for name in WRITTEN)
        arrays = ", ".join(f"%s::{_type_of(name)}[]" for name in ("id", *WRITTEN))
        names = ", ".join(("id", *WRITTEN))
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE institutions_institution AS stored SET {columns}"  # noqa: S608, our names
                f" FROM unnest({arrays}) AS fresh ({names}) WHERE stored.id = fresh.id",
                [[getattr(one, name) for one in institutions] for name in ("id", *WRITTEN)],
            )

    def _settle(self) -> None:
        """Say of every row of the piece what has become of it."""
        refused = [row for row in self.rows if row.outcome == Outcome.REFUSED]
        for row in refused:
            row.institution_id = None
        RegisterImportRow.objects.bulk_update(
            refused, ["outcome", "institution", "faults", "changes"], batch_size=250
        )
        done = [row for row in self.rows if row.outcome != Outcome.REFUSED]
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE institutions_registerimportrow AS stored SET settled = %s,"
                " institution_id = done.institution"
                " FROM unnest(%s::bigint[], %s::bigint[]) AS done (id, institution)"
                " WHERE stored.id = done.id",
                [Settled.APPLIED, [row.pk for row in done], [row.institution_id for row in done]],
            )


def _type_of(name: str) -> str:
    return "bigint" if name.endswith("id") else "text"


def _owner_of(row: RegisterImportRow, old: Stored | None = None) -> Owner | None:
    """The owner that the row gives the institution; None where it keeps the one it has."""
    if old is not None and "owner" not in row.changes:
        return None
    regency = row.values.get("regency") or (old.regency if old else 0)
    name = row.values.get("owner") or (old.owner if old else "")
    return Owner(name, row.values.get("tax_number", ""), regency)


def _provinces() -> dict[int, int]:
    return dict(Regency.objects.values_list("pk", "province"))


def _last_code_number() -> int:
    """The highest number among the portal's codes; the lock of the apply keeps it ours."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(max(substring(code from 6)::bigint), 0) FROM institutions_institution"
            " WHERE code ~ '^BLKK-[0-9]{4,11}$'"
        )
        return int(cursor.fetchone()[0])


def apply_all(pk: int) -> None:
    """Write the whole list from a command, waiting its turn behind others."""
    while apply(pk):
        time.sleep(0.2)
