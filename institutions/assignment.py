"""Giving institutions to a guiding office, many at once: what would change, what stays and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Reach
from institutions.models import AreaAssignment, Institution, TrainingOffice
from institutions.models.membership import note


@dataclass(frozen=True)
class Proposal:
    """What giving rows to an office would do: those that change, and those that stay, with why."""

    office: TrainingOffice
    changing: list[Institution] = field(default_factory=list)
    staying: list[tuple[Institution, str]] = field(default_factory=list)


def offices_of(user: User) -> QuerySet[TrainingOffice]:
    """The offices that a person may give institutions to, with those below them; staff of the
    ministry any."""
    offices = TrainingOffice.objects.all()
    if user.spec.reach == Reach.NATION:
        return offices
    own = AreaAssignment.objects.answered_by(user).exclude(office=None).values("office")
    return offices.filter(Q(pk__in=own) | Q(parent__in=own))


def propose(
    rows: Iterable[Institution], office: TrainingOffice, *, by: User, editable: set[int]
) -> Proposal:
    """What the person may change of these rows; `editable` are the ids in the person's area."""
    proposal = Proposal(office)
    own = {one.pk for one in offices_of(by)}
    for row in rows:
        if why := _refusal(row, office, own=own, is_editable=row.pk in editable):
            proposal.staying.append((row, why))
        else:
            proposal.changing.append(row)
    return proposal


def _refusal(
    row: Institution, office: TrainingOffice, *, own: set[int], is_editable: bool
) -> str | None:
    """Why a row stays with the office it has."""
    if row.office_id == office.pk:
        return gettext("This office guides it already.")
    if row.merged_into_id:
        return gettext("It is merged into another institution.")
    if not is_editable or office.pk not in own:
        return gettext("It does not lie in your area.")
    usual = row.regency.office
    if row.office_id is None and usual and usual.pk not in own:
        return gettext("Its regency is guided by %(office)s.") % {"office": usual}
    return None


@dataclass(frozen=True)
class Outcome:
    """How many rows have changed, and why others have not."""

    changed: int
    staying: list[tuple[Institution, str]]


def carry_out(proposal: Proposal, *, by: User, seen: Mapping[int, int | None]) -> Outcome:
    """Give each row to the office, one by one: what one of them refuses holds no other back.

    seen: the office of each row as the person saw it; a row that has another by now stays.
    """
    changed, staying = 0, list(proposal.staying)
    for row in proposal.changing:
        if _assign(row, proposal.office, by=by, seen=seen.get(row.pk)):
            changed += 1
        else:
            staying.append((row, gettext("Somebody else has changed its office meanwhile.")))
    return Outcome(changed, staying)


@transaction.atomic
def _assign(row: Institution, office: TrainingOffice, *, by: User, seen: int | None) -> bool:
    """Give one institution to an office; all else stays as it is stored now, not as it was read."""
    current = (
        Institution.objects.select_for_update(of=["self"], no_key=True)
        .select_related("regency", "office", "field")
        .get(pk=row.pk)
    )
    if current.office_id != seen:
        return False
    before = current.office.name if current.office else gettext("no office")
    current.relocate(
        regency=current.regency, office=office, host_type=current.host_type, field=current.field
    )
    told = {"before": before, "after": office.name}
    note(current, by, gettext("Guiding office: %(before)s → %(after)s") % told)
    return True
