"""Which institutions a person reaches: the one rule that every scope in the portal rests on."""

from collections.abc import Iterable, Mapping
from copy import copy
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q, QuerySet

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Reach
from institutions.models.areas import AreaAssignment, TrainingOffice

# How an institution belongs to each kind of area that somebody may be given.
BY_AREA = {
    "province": "regency__province", "regency": "regency", "office": "office",
    "foundation": "foundation",
}  # fmt: skip
Keys = QuerySet[Any, Any] | list[int]


def in_reach(user: User, *, key: str = "pk") -> Q:
    """The condition on institutions, or on rows that tell where an institution was.

    key: the column that says which institution it is.
    """
    nothing = Q(**{f"{key}__in": []})
    match user.spec.reach:
        case Reach.NATION:
            return Q()
        case Reach.OFFICE:
            return _in_areas(user, nothing) | Q(office=None)
        case Reach.REGION:
            return _in_areas(user, nothing)
        case Reach.OWN:
            return Q(**{f"{key}__in": user.memberships.values("institution")})
    return nothing


def with_areas(user: User) -> User:
    """The person, for pages that ask for the rule many times: the areas are looked up at once.

    PostgreSQL plans a question better by their numbers than by how they are found. Only for as
    long as one request, since an area may be taken away.
    """
    if user.spec.reach not in (Reach.OFFICE, Reach.REGION) or user.areas is not None:
        return user
    known = copy(user)
    known.areas = _areas_looked_up(user)
    return known


def _in_areas(user: User, nothing: Q) -> Q:
    areas: Mapping[str, Keys] = _areas_of(user) if user.areas is None else user.areas
    return reduce(
        or_, (Q(**{f"{BY_AREA[kind]}__in": found}) for kind, found in areas.items()), nothing
    )


def _areas_of(user: User) -> dict[str, QuerySet[Any, Any]]:
    """The areas that a person was given, as questions; of an officer the offices of today."""
    if user.spec.reach == Reach.OFFICE:
        return {"office": _answering_offices(user).values("pk")}
    given = AreaAssignment.objects.filter(user=user)
    return {kind: given.exclude(**{kind: None}).values(kind) for kind in BY_AREA}


def _areas_looked_up(user: User) -> dict[str, list[int]]:
    """The same as keys, in one question; without the kinds of which there are none."""
    if user.spec.reach == Reach.OFFICE:
        return {"office": [office.pk for office in _answering_offices(user)]}
    found: dict[str, list[int]] = {}
    for row in AreaAssignment.objects.filter(user=user).values(*BY_AREA):
        for kind in BY_AREA:
            if row[kind] is not None:
                found.setdefault(kind, []).append(row[kind])
    return found


def _answering_offices(user: User) -> QuerySet[TrainingOffice]:
    """The offices that a person answers for today, with their branches (Satpel)."""
    own = AreaAssignment.objects.answered_by(user).exclude(office=None).values("office")
    return TrainingOffice.objects.filter(Q(pk__in=own) | Q(parent__in=own)).only("pk").order_by()


def reach_of(user: User) -> list[object]:
    """What the rule above rests on for a person: while it stays the same, so does the reach."""
    rows: Iterable[object] = ()
    match user.spec.reach:
        case Reach.OFFICE:
            rows = AreaAssignment.objects.answered_by(user).order_by("office").values_list("office")
        case Reach.REGION:
            areas = AreaAssignment.objects.filter(user=user).order_by("pk")
            rows = areas.values_list("province", "regency", "office", "foundation")
        case Reach.OWN:
            rows = user.memberships.order_by("institution").values_list("institution")
    return [user.role, user.spec.reach, *rows]
