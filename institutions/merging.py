"""Merging two rows of one institution: what moves, what stands in the way, and doing it.

Everything that points to the row that goes is moved to the one that stays, whatever its room: new
models need not register here. A model whose rows tell the story of the row itself says
`stays_when_merged = True`. What may be there only once is found from the unique constraints.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from django.db import models, transaction
from django.db.models import Count, Exists, OuterRef, Q, Value
from django.utils import timezone
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.formats import long_date, today_in_jakarta
from institutions.lifecycle import ENDED, InstitutionStatus, MilestoneKind
from institutions.models import (
    Institution,
    InstitutionTransition,
    Membership,
    Milestone,
    ProgrammeYear,
)
from institutions.models.membership import note
from institutions.signals import institution_moved

if TYPE_CHECKING:
    Relation = models.ForeignKey[Any, Any]

# Taken over where the one that stays has nothing.
FILLED = ("vin", "address", "contact_name", "contact_phone")
ON_THE_WAY = (
    InstitutionStatus.PROPOSED, InstitutionStatus.VERIFIED, InstitutionStatus.DETERMINED,
    InstitutionStatus.SIGNED, InstitutionStatus.BUILT, InstitutionStatus.OPERATIONAL,
    InstitutionStatus.INDEPENDENT,
)  # fmt: skip
SHOWN_ROWS = 3


class MergeRefused(Exception):
    """The two cannot be merged as they are; says what stands in the way."""


@dataclass(frozen=True)
class Moving:
    """Rows of one kind that point to the one that goes: how many, and whether they move."""

    name: str
    count: int
    moves: bool


@dataclass(frozen=True)
class Plan:
    """What a merge would do, shown before it is done."""

    gone: Institution
    kept: Institution
    moving: list[Moving] = field(default_factory=list)
    taken_over: list[tuple[str, str]] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def relations() -> "list[Relation]":
    """Every column of the portal that points to an institution, hidden relations as well."""
    return [
        cast("Relation", relation.field)
        for relation in Institution._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ForeignObjectRel)
        and relation.related_model._meta.managed
        and not isinstance(relation, models.ManyToManyRel)
    ]


def moves(relation: "Relation") -> bool:
    """Whether the rows of a relation follow the institution that stays."""
    return not getattr(relation.model, "stays_when_merged", False)


def once_only(relation: "Relation") -> Iterator[tuple[list[str], Q]]:
    """What of a relation may be there only once for an institution: the other columns that make
    it one, and the rows it holds for."""
    if relation.unique:
        yield [], Q()
    for constraint in relation.model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and relation.name in constraint.fields:
            others = [name for name in constraint.fields if name != relation.name]
            yield others, constraint.condition or Q()
    for names in relation.model._meta.unique_together:
        if relation.name in names:
            yield [name for name in names if name != relation.name], Q()


def rows_of(relation: "Relation", institution: Institution) -> models.QuerySet[Any]:
    """The rows of a relation that point to an institution."""
    return relation.model._base_manager.filter(**{relation.name: institution}).order_by()


def same(columns: Iterable[str]) -> dict[str, OuterRef]:
    """The condition that a row has what another has in these columns."""
    return {name: OuterRef(name) for name in columns}


def colliding(gone: Institution, kept: Institution) -> "dict[Relation, list[Any]]":
    """Rows of the one that goes which cannot stand beside a row of the one that stays.

    Which there are is found in one question; the rows themselves, seldom any, are read after it.
    """
    moving = {str(relation): relation for relation in relations() if moves(relation)}
    first, *others = [
        rows_of(relation, gone)
        .filter(condition, Exists(rows_of(relation, kept).filter(condition, **same(columns))))
        .values_list(Value(label), "pk")
        for label, relation in moving.items()
        for columns, condition in once_only(relation)
    ]
    found: dict[str, list[int]] = {}
    for label, key in first.union(*others):
        found.setdefault(label, []).append(key)
    return {
        moving[label]: list(moving[label].model._base_manager.filter(pk__in=keys).order_by("pk"))
        for label, keys in found.items()
    }


def counts(gone: Institution) -> dict[str, int]:
    """How many rows of each relation point to the one that goes, in one question."""
    first, *others = [
        rows_of(relation, gone)
        .annotate(pointing=Value(str(relation)))
        .values("pointing")
        .annotate(rows_there=Count("pk"))
        .values_list("pointing", "rows_there")
        for relation in relations()
    ]
    return dict(first.union(*others, all=True))


def label_of(name: str) -> str:
    """What a column of the register is called on pages."""
    column = Institution._meta.get_field(name)
    assert isinstance(column, models.Field), "relations from elsewhere have no label"
    return str(column.verbose_name)


def plan(gone: Institution, kept: Institution) -> Plan:
    """What merging `gone` into `kept` would move, settle and meet."""
    found = Plan(gone, kept, refusals=_refusals(gone, kept))
    numbers, stuck = counts(gone), colliding(gone, kept)
    for relation in relations():
        if not (count := numbers.get(str(relation), 0)):
            continue
        name = str(relation.model._meta.verbose_name_plural)
        found.moving.append(Moving(name, count, moves(relation)))
        if not moves(relation):
            continue
        rows = stuck.get(relation, [])
        if relation.model is Milestone:
            _weigh_milestones(found, rows)
        elif relation.model is Membership and rows:
            found.settled.append(gettext("Operators who belong to both keep their place in both."))
        elif rows:
            shown = "; ".join(str(row) for row in rows[:SHOWN_ROWS])
            told = {"kind": relation.model._meta.verbose_name_plural, "rows": shown}
            text = gettext("Both have what can be there only once (%(kind)s): %(rows)s.")
            found.refusals.append(text % told)
    for name in FILLED:
        if not getattr(kept, name) and getattr(gone, name):
            found.taken_over.append((label_of(name), getattr(gone, name)))
    return found


def _refusals(gone: Institution, kept: Institution) -> list[str]:
    """What the two rows themselves have against it."""
    refusals = []
    if InstitutionStatus.MERGED in (gone.status, kept.status):
        refusals.append(gettext("One of the two has been merged already."))
    elif kept.status in ENDED:
        refusals.append(gettext("The way of the one that would stay has ended. Keep the other."))
    elif gone.status in ON_THE_WAY and (
        ON_THE_WAY.index(gone.status) > ON_THE_WAY.index(kept.status)
    ):
        refusals.append(gettext("The one that would go is further on its way. Keep that one."))
    if gone.pk in (kept.pk, kept.replaces_id) or gone.replaces_id == kept.pk:
        refusals.append(gettext("One takes the place of the other: these are two institutions."))
    elif gone.replaces_id and kept.replaces_id:
        refusals.append(gettext("Each takes the place of another institution. Correct one first."))
    return refusals


def _weigh_milestones(found: Plan, rows: list[Milestone]) -> None:
    """A milestone of both counts once; two different agreements are for people to decide."""
    twins = {twin.kind: twin for twin in found.kept.milestones.standing()} if rows else {}
    for row in rows:
        twin = twins[row.kind]
        is_other = row.document_number != twin.document_number
        if row.kind == MilestoneKind.PKB and is_other:
            told = {"one": row.document_number, "other": twin.document_number}
            text = gettext(
                "Both have a standing PKB: %(one)s and %(other)s. Cancel the agreement that does "
                "not hold first."
            )
            found.refusals.append(text % told)
        else:
            told = {"kind": twin.get_kind_display(), "date": long_date(twin.happened_on)}
            text = gettext("%(kind)s: that of the one that stays counts, %(date)s.")
            found.settled.append(text % told)


@transaction.atomic
def merge(gone: Institution, kept: Institution, *, by: User, reason: str) -> None:
    """Move all that belongs to `gone` to `kept`; `gone` stays in the register as merged.

    Figures of both places are recounted in every budget year. Both rows are locked first: a
    verification of a report waits, or is waited for. Raises MergeRefused.
    """
    keys = sorted({gone.pk, kept.pk})
    rows = {row.pk: row for row in Institution.objects.hold(keys)}
    gone, kept = rows[gone.pk], rows[kept.pk]
    if refusals := plan(gone, kept).refusals:
        raise MergeRefused(" ".join(refusals))
    now = timezone.now()
    told = {"code": kept.code, "reason": reason}
    because = (gettext("Merged into %(code)s: %(reason)s") % told)[:300]
    stuck = colliding(gone, kept)
    for relation in filter(moves, relations()):
        keys = [row.pk for row in stuck.get(relation, [])]
        if relation.model is Milestone and keys:
            Milestone.objects.filter(pk__in=keys).update(
                withdrawn_at=now, withdrawn_because=because
            )
            keys = []
        rows_of(relation, gone).exclude(pk__in=keys).update(**{relation.name: kept})
    _take_over(gone, kept)
    _log(gone, kept, by=by, because=because, reason=reason, source=gone.status)
    institution_moved.send(
        Institution,
        institution=kept,
        years=list(ProgrammeYear.objects.values_list("pk", flat=True)),
        places=[(gone.regency.province_id, gone.office_id)],
    )


def _take_over(gone: Institution, kept: Institution) -> None:
    """Give the one that stays what only the other has, and mark the other as merged."""
    names = [name for name in FILLED if not getattr(kept, name) and getattr(gone, name)]
    given = {name: getattr(gone, name) for name in names}
    replaced = gone.replaces_id
    marked: dict[str, Any] = {"merged_into": kept, "status": InstitutionStatus.MERGED}
    if "vin" in given:
        marked["vin"] = ""
    if replaced:
        marked["replaces"] = None
        given["replaces_id"] = replaced
    Institution.objects.filter(pk=gone.pk).update(**marked)
    Institution.objects.filter(pk=kept.pk).update(**given)


def _log(
    gone: Institution, kept: Institution, *, by: User, because: str, reason: str, source: str
) -> None:
    """An entry in the histories of both, as steps and in the administration."""
    told = {"code": gone.code, "name": gone.name, "reason": reason}
    absorbed = (gettext("Merged with %(code)s, %(name)s: %(reason)s") % told)[:300]
    step = {"by": by, "happened_on": today_in_jakarta(), "recorded_at": timezone.now()}
    InstitutionTransition.objects.create(
        institution=gone, verb="merge", from_status=source, to_status=InstitutionStatus.MERGED,
        reason=because, **step,
    )  # fmt: skip
    InstitutionTransition.objects.create(
        institution=kept, verb="absorb", from_status=kept.status, to_status=kept.status,
        reason=absorbed, **step,
    )  # fmt: skip
    note(gone, by, because)
    note(kept, by, absorbed)
