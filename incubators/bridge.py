"""The bridge between two days: how many counted, what changed, and how many count.

Each term is the rows behind it. Steps that were undone are no term; they are told beside.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from incubators.models import IncubatorQuerySet, IncubatorTransition
from incubators.stages import COUNTING


@dataclass(frozen=True)
class Term:
    """One kind of change between the two days, with its rows, the earliest first."""

    key: str
    label: str | Promise
    sign: int
    rows: list[IncubatorTransition]

    @property
    def value(self) -> int:
        return self.sign * len(self.rows)


@dataclass(frozen=True)
class Bridge:
    """The number that counted at the end of one day, the terms, and the number of another."""

    first_day: date
    last_day: date
    start: int
    end: int
    terms: list[Term]
    undone: list[IncubatorTransition]

    @property
    def is_exact(self) -> bool:
        """Whether the terms lead from the one number to the other."""
        return self.start + sum(term.value for term in self.terms) == self.end


def counting_on(rows: IncubatorQuerySet, day: date) -> int:
    """How many of these took a place at the end of a day."""
    return rows.with_stage_on(day).filter(Q(stage_then__in=COUNTING)).count()


def bridge_of(rows: IncubatorQuerySet, first_day: date, last_day: date) -> Bridge:
    """The bridge of these incubators from the end of one day to the end of another."""
    steps = list(
        IncubatorTransition.objects.filter(incubator__in=rows)
        .between(first_day, last_day)
        .select_related(
            "incubator__institution__regency", "replaces__institution__regency", "by",
            "withdrawn_by",
        )
        .order_by("happened_on", "recorded_at", "pk")
    )  # fmt: skip
    return Bridge(
        first_day=first_day,
        last_day=last_day,
        start=counting_on(rows, first_day),
        end=counting_on(rows, last_day),
        terms=_terms(step for step in steps if step.withdrawn_at is None),
        undone=[step for step in steps if step.withdrawn_at is not None],
    )


def _terms(steps: Iterable[IncubatorTransition]) -> list[Term]:
    kinds = {
        "selected": Term("selected", _("Selected"), 1, []),
        "struck_off": Term("struck_off", _("Struck off"), -1, []),
        "replaced": Term("replaced", _("Taken from the reserve list as a replacement"), 1, []),
    }
    for step in steps:
        if step.weight < 0:
            kinds["struck_off"].rows.append(step)
        elif step.weight > 0:
            kinds["replaced" if step.replaces_id else "selected"].rows.append(step)
    return [term for term in kinds.values() if term.rows]
