"""The register as it stands, for comparing: one light row an institution, and who may touch it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Self

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Reach
from institutions.importing.steps import last_days
from institutions.lifecycle import MilestoneKind
from institutions.models import AreaAssignment, Institution, Milestone, Regency, TrainingOffice


class Stored(NamedTuple):
    """An institution with its owner and its standing PKB."""

    pk: int
    code: str
    name: str
    foundation: int
    owner: str
    tax_number: str
    host_type: str
    regency: int
    office: int | None
    field: int
    year: int
    status: str
    vin: str
    nspp: str
    npsn: str
    address: str
    contact_name: str
    contact_phone: str
    pkb_number: str = ""
    pkb_on: date | None = None
    last_step_on: date | None = None

    @property
    def basis(self) -> str:
        """A mark that differs as soon as anything of the row does."""
        return hashlib.sha256(repr(tuple(self)).encode()).hexdigest()


COLUMNS = (
    "pk", "code", "name", "foundation_id", "foundation__name", "foundation__tax_number",
    "host_type", "regency_id", "office_id", "field_id", "programme_year_id", "status", "vin",
    "nspp", "npsn", "address", "contact_name", "contact_phone",
)  # fmt: skip


def stored(ids: Iterable[int]) -> dict[int, Stored]:
    """These institutions as they stand, in three statements."""
    ids = list(ids)
    if not ids:
        return {}
    signed = {
        row[0]: row[1:]
        for row in Milestone.objects.standing()
        .filter(institution__in=ids, kind=MilestoneKind.PKB)
        .values_list("institution_id", "document_number", "happened_on")
    }
    days = last_days(ids)
    rows = Institution.objects.filter(pk__in=ids).order_by().values_list(*COLUMNS)
    return {
        row[0]: Stored._make((*row, *signed.get(row[0], ("", None)), days.get(row[0])))
        for row in rows
    }


@dataclass(frozen=True)
class Scope:
    """Whose institutions a list may touch: the nation's, or those of some offices."""

    offices: frozenset[int] | None

    @classmethod
    def of(cls, user: User) -> Self:
        if user.spec.reach == Reach.NATION:
            return cls(None)
        own = AreaAssignment.objects.answered_by(user).exclude(office=None).values("office")
        below = TrainingOffice.objects.filter(parent__in=own)
        return cls(frozenset((*own.values_list("office", flat=True),
                              *below.values_list("pk", flat=True))))  # fmt: skip

    def holds(self, office: int | None) -> bool:
        """Whether institutions of an office may be made or left by the list."""
        return self.offices is None or office in self.offices

    def reaches(self, row: Stored) -> bool:
        """Whether an institution may be changed: of one's own area, or of nobody's yet."""
        return self.offices is None or row.office is None or row.office in self.offices


def offices_of_regencies() -> dict[int, int | None]:
    """Which office guides new institutions of a regency."""
    return dict(Regency.objects.values_list("pk", "office"))
