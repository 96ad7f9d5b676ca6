"""Which institutions a person reaches: the one rule that every scope in the portal rests on."""

from collections.abc import Iterable

from django.db.models import Q

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Reach
from institutions.models.areas import AreaAssignment


def in_reach(user: User, *, key: str = "pk") -> Q:
    """The condition on institutions, or on rows that tell where an institution was.

    key: the column that says which institution it is.
    """
    match user.spec.reach:
        case Reach.NATION:
            return Q()
        case Reach.OFFICE:
            offices = AreaAssignment.objects.answered_by(user).values("office")
            return Q(office__in=offices) | Q(office__parent__in=offices) | Q(office=None)
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
