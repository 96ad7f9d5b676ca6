"""Which institutions may become candidates of a round, and if not, why not: read off the register.

Nothing is typed: each bar is a fact that the register holds, and falls when the register changes.
"""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from institutions.lifecycle import CaseKind, InstitutionStatus, MilestoneKind
from institutions.maturity import Maturity
from institutions.models import Case, Institution
from institutions.models.assessment import has_milestone, latest_of

RUNNING = (InstitutionStatus.OPERATIONAL, InstitutionStatus.INDEPENDENT)


class Bar(models.TextChoices):
    """Why an institution cannot be a candidate now."""

    NOT_OPERATIONAL = "not_operational", _("It does not train yet, or no longer.")
    NO_AGREEMENT = "no_agreement", _("No joint working agreement (PKB) is in force.")
    LEGAL_CASE = "legal_case", _("A legal case is open.")
    LOWEST_CLASS = "lowest_class", _("Its maturity class is the lowest one (new).")
    IN_ROUND = "in_round", _("It is in this round already.")


def barred_by(on: date) -> dict[Bar, Q]:
    """The condition of each bar, on institutions as `with_register` gives them."""
    cases = Case.objects.open(on=on).filter(kind=CaseKind.LEGAL, institution=OuterRef("pk"))
    return {
        Bar.NOT_OPERATIONAL: ~Q(status__in=RUNNING),
        Bar.NO_AGREEMENT: ~Q(has_milestone(MilestoneKind.PKB, on)),
        Bar.LEGAL_CASE: Q(Exists(cases)),
        Bar.LOWEST_CLASS: Q(class_then=Maturity.NEW),
    }


def with_bars(
    institutions: QuerySet[Institution], *, on: date, listed: QuerySet[Any] | None = None
) -> QuerySet[Institution]:
    """Institutions with one yes or no for each bar (`bar_<name>`), and `is_eligible`.

    listed: the incubators of a round, to say also who stands in it already.
    """
    conditions = barred_by(on)
    if listed is not None:
        conditions[Bar.IN_ROUND] = Q(Exists(listed.filter(institution=OuterRef("pk"))))
    named = institutions.annotate(class_then=latest_of(on, "maturity"))
    flags = {
        f"bar_{bar.value}": models.Case(
            models.When(condition, then=models.Value(True)), default=models.Value(False)
        )
        for bar, condition in conditions.items()
    }
    any_bar = Q()
    for name in flags:
        any_bar |= Q(**{name: True})
    return named.annotate(**flags).annotate(
        is_eligible=models.Case(
            models.When(any_bar, then=models.Value(False)), default=models.Value(True)
        )
    )


def bars_of(institution: Institution) -> list[Bar]:
    """What bars an institution that `with_bars` has read, in the order of the list."""
    return [bar for bar in Bar if getattr(institution, f"bar_{bar.value}", False)]


def bars_now(institution_id: int, *, on: date) -> list[Bar]:
    """What bars one institution, apart from its being in a round."""
    found = with_bars(Institution.objects.filter(pk=institution_id), on=on).get()
    return bars_of(found)
