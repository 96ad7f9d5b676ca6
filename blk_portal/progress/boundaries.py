"""On which map figures are read: today's provinces, or those of the time they were reported in.

As reported, a province that was made out of another counts in that one up to the budget year of its
law: the money of a year was shared out, and its reports were filed, under the old provinces.
"""

from collections.abc import Iterable
from typing import cast

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from blk_portal.accounts.roles import Reach
from blk_portal.progress.models import Actual, ActualThen
from institutions.models import ProgrammeYear, Province

PARAMETER = "peta"


class Boundaries(models.TextChoices):
    """The two readings of figures by province; the nation is the same in both."""

    NOW = "kini", _("On today's map")
    THEN = "saat_itu", _("As reported")


def cells(reading: str) -> QuerySet[Actual]:
    """The cells of one reading; both kinds have the same columns."""
    if reading == Boundaries.THEN:
        return cast("QuerySet[Actual]", ActualThen._default_manager.all())
    return Actual._default_manager.all()


def chosen(text: str | None) -> str | None:
    """The reading asked for, today's map without a word; None for a word that means nothing."""
    if not text:
        return Boundaries.NOW
    return text if text in Boundaries.values else None


def sees_every_province(user: Visitor) -> bool:
    """Whether the person may read the figures of the whole map, and so of provinces of the past.

    Who sees some provinces only would else read figures of their neighbours in an older one.
    """
    return user.is_authenticated and user.spec.reach in (Reach.NATION, Reach.OFFICE)


def counts_elsewhere(province: Province, year: ProgrammeYear) -> bool:
    """Whether the figures of the year were reported under the province it was made out of."""
    return bool(
        province.split_from_id and province.valid_from and province.valid_from.year >= year.year
    )


def relatives_of(province: Province) -> QuerySet[Province]:
    """The province itself where it was made out of another, and those that were made out of it."""
    younger = Province.objects.exclude(split_from=None).select_related("split_from")
    return younger.filter(Q(pk=province.pk) | Q(split_from=province))


def on_map(provinces: Iterable[Province], year: ProgrammeYear, reading: str) -> list[Province]:
    """The provinces that stand on the map of the reading."""
    if reading == Boundaries.NOW:
        return list(provinces)
    return [province for province in provinces if not counts_elsewhere(province, year)]


def with_all_parts_in(visible: QuerySet[Province]) -> Combinable:
    """The condition on cells as reported: every province that they sum up is visible."""
    unseen_part = Province.objects.filter(
        split_from=OuterRef("province"), valid_from__year__gte=OuterRef("programme_year__year")
    ).exclude(pk__in=visible)
    return Q(province__in=visible) & ~Exists(unseen_part)
