"""A target of the nation split over the provinces, and the targets of a year copied to the next."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import models, transaction
from django.db.models import Count
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.formats import number
from blk_portal.progress.apportioning import apportioned
from blk_portal.progress.models import Actual, Breakdown
from blk_portal.progress.targets import (
    PROMISE,
    Target,
    TargetRefused,
    closed_refusal,
    replaced_refusal,
)
from institutions.lifecycle import MilestoneKind
from institutions.models import Milestone, ProgrammeYear, Province


class Key(models.TextChoices):
    """By what a proposal shares a target out."""

    KEPT = "sekarang", _("as it is split now")
    INSTITUTIONS = "lembaga", _("by institutions with a signed PKB")
    FIGURE = "capaian", _("by the figures of the year before")
    EQUAL = "rata", _("the same for every province")


def weights_of(target: Target, key: str) -> dict[str, int]:
    """Province code -> weight, every province in the order of the codes."""
    match key:
        case Key.KEPT:
            found = parts_of(target)
        case Key.INSTITUTIONS:
            agreed = Milestone.objects.standing().filter(kind=MilestoneKind.PKB)
            if target.field_id:
                agreed = agreed.filter(institution__field=target.field_id)
            found = dict(
                agreed.order_by().values_list("institution__regency__province__code")
                .annotate(Count("institution", distinct=True))
            )  # fmt: skip
        case Key.FIGURE:
            cells = Actual.objects.filter(
                programme_year__year=target.programme_year.year - 1, indicator=target.indicator,
                office=None, breakdown=Breakdown.FIELD if target.field else "",
                bucket=target.field.code if target.field else "",
            ).exclude(province=None)  # fmt: skip
            found = dict(cells.values_list("province__code", "value"))
        case _:
            found = {}
    codes = Province.objects.order_by("code").values_list("code", flat=True)
    return {code: found.get(code, 0) for code in codes}


def parts_of(target: Target) -> dict[str, int]:
    """Province code -> its part of a target of the nation as it is in force."""
    parts = Target.objects.parts_of(target)
    return dict(parts.values_list("province__code", "value"))


@dataclass(frozen=True)
class Proposal:
    """Province code -> the part that is proposed; all parts sum to the target exactly.

    remark: why all parts are the same although something else was asked for; mostly empty.
    """

    parts: dict[str, int]
    remark: str = ""


def proposal(target: Target, key: str) -> Proposal:
    """What is proposed to staff by a key."""
    weights = weights_of(target, key)
    remark = "" if any(weights.values()) else _why_equal(target, key)
    return Proposal(apportioned(target.value, weights), remark)


def _why_equal(target: Target, key: str) -> str:
    match key:
        case Key.FIGURE:
            return gettext(
                "Nothing was achieved in the provinces in TA %(year)s, so this proposal gives "
                "every province the same."
            ) % {"year": target.programme_year.year - 1}
        case Key.INSTITUTIONS:
            return gettext(
                "No institution counted here has a signed PKB yet, so this proposal gives every "
                "province the same."
            )
        case Key.KEPT:
            return gettext(
                "The target is not split yet, so this proposal gives every province the same."
            )
    return ""


@transaction.atomic
def split(target: Target, parts: Mapping[str, int], *, by: User) -> int:
    """Set the targets of provinces: province code -> part; how many were set anew.

    A part of zero is no target. Raises TargetRefused for parts that do not sum to the target, for a
    target that is not the nation's or not in force, and for a closed budget year.
    """
    # One at a time: the sum is that of this version.
    held = target.held()
    if held is None or held.province_id is not None:
        raise TargetRefused(replaced_refusal())
    if held.programme_year.is_closed:
        raise TargetRefused(closed_refusal(held.programme_year))
    if sum(parts.values()) != held.value:
        raise TargetRefused(sum_refusal(sum(parts.values()), held.value))
    standing = {
        part.province.code: part for part in _standing_parts(held) if part.province is not None
    }
    changed = 0
    for province in Province.objects.filter(code__in=parts):
        value, part = parts[province.code], standing.pop(province.code, None)
        said = {"value": value, "rule": held.rule, "legal_basis": held.legal_basis,
                "source": held.source}  # fmt: skip
        if part is not None:
            changed += part.revise(by=by, **said).pk != part.pk if value else part.end()
        elif value:
            promise = {name: getattr(held, name) for name in PROMISE if name != "province"}
            Target.objects.create(**promise, **said, province=province, set_by=by)
            changed += 1
    for part in standing.values():
        changed += part.end()
    return changed


def _standing_parts(target: Target) -> models.QuerySet[Target]:
    return Target.objects.parts_of(target).select_related("programme_year", "province")


def sum_refusal(found: int, whole: int) -> str:
    """Why parts are refused: by how much they miss the whole."""
    values = {
        "sum": number(found), "whole": number(whole), "rest": number(abs(whole - found)),
    }  # fmt: skip
    if found < whole:
        return (
            gettext("The parts add up to %(sum)s of %(whole)s: share out %(rest)s more.") % values
        )
    return gettext("The parts add up to %(sum)s of %(whole)s: take %(rest)s away.") % values


def multiplied(value: int, factor: Decimal) -> int:
    """A target times a factor, in whole numbers and at least 1."""
    return max(1, int((value * factor).to_integral_value(ROUND_HALF_UP)))


def to_copy(year: ProgrammeYear) -> list[Target]:
    """The targets of the nation for one year, which may be copied to another."""
    own = Target.objects.in_force().filter(programme_year=year, last_year=None, province=None)
    return list(own.select_related("programme_year", "field").order_by("id"))


def of_year(rule: str, year: ProgrammeYear, to: ProgrammeYear) -> str:
    """A rule with one budget year ("TA 2022") in place of another."""
    return re.sub(rf"\bTA(\s){year.year}\b", rf"TA\g<1>{to.year}", rule)


@transaction.atomic
def copy(
    year: ProgrammeYear, to: ProgrammeYear, *, factor: Decimal, source: str, by: User
) -> list[Target]:
    """Copy the year's targets and their provinces' parts to another year, times a factor.

    Rule and legal basis come along, the rule with the other year where it names this one, and are
    edited there without touching this year's. Parts of
    provinces are shared out anew so that they sum to the new whole. What the other year has already
    stays as it is. Raises TargetRefused for a closed year and where nothing is left to copy.
    """
    if to.is_closed:
        raise TargetRefused(closed_refusal(to))
    there = Target.objects.in_force().filter(programme_year=to, last_year=None, province=None)
    known = set(there.values_list("indicator", "field"))
    made = []
    for old in to_copy(year):
        if (old.indicator, old.field_id) in known:
            continue
        said: dict[str, Any] = {
            "indicator": old.indicator, "programme_year": to, "field": old.field,
            "rule": of_year(old.rule, year, to), "legal_basis": old.legal_basis,
            "source": source, "set_by": by,
        }  # fmt: skip
        whole = Target.objects.create(value=multiplied(old.value, factor), **said)
        made.append(whole)
        parts = {part.province: part.value for part in _standing_parts(old).order_by("province")}
        shared = apportioned(whole.value, parts)
        Target.objects.bulk_create(
            Target(province=province, value=value, **said)
            for province, value in shared.items()
            if value and province
        )
    if not made:
        raise TargetRefused(
            gettext("%(year)s has all of these targets already.") % {"year": to}
        )  # fmt: skip
    return made
