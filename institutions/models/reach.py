"""Which institutions a person reaches: the one rule that every scope in the portal rests on."""

from collections.abc import Iterable
from copy import copy
from typing import Any

from django.db.models import Q, QuerySet

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Reach
from institutions.models.areas import AreaAssignment, TrainingOffice


def in_reach(user: User, *, key: str = "pk") -> Q:
    """The condition on institutions, or on rows that tell where an institution was.

    key: the column that says which institution it is.
    """
    match user.spec.reach:
        case Reach.NATION:
            return Q()
        case Reach.OFFICE:
            return Q(office__in=_offices_of(user)) | Q(office=None)
        case Reach.REGION:
            areas = AreaAssignment.objects.filter(user=user)
            return (
                Q(regency__province__in=areas.exclude(province=None).values("province"))
                | Q(regency__in=areas.exclude(regency=None).values("regency"))
                | Q(office__in=areas.exclude(office=None).values("office"))
                | Q(foundation__in=areas.exclude(foundation=None).values("foundation"))
            )
        case Reach.OWN:
            return Q(**{f"{key}__in": user.memberships.values("institution")})
    return Q(**{f"{key}__in": []})


def with_offices(user: User) -> User:
    """The person, for pages that ask for the rule many times: the offices are looked up at once.

    PostgreSQL plans a question better by their numbers than by how they are found. Only for as
    long as one request, since an office may be taken away.
    """
    if user.spec.reach != Reach.OFFICE or user.offices is not None:
        return user
    known = copy(user)
    known.offices = [office.pk for office in _answering_offices(user)]
    return known


def _offices_of(user: User) -> Iterable[Any]:
    return _answering_offices(user).values("pk") if user.offices is None else user.offices


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
