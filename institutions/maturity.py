"""The maturity classes of institutions, and how a class follows from the answers to the criteria.

DOMAIN: tumbuh is licensed and trains properly, berkembang adds partnerships for funding and for its
alumni, mandiri sustains itself. A class is never typed: it comes from a dated assessment.
"""

from collections.abc import Iterable, Set
from typing import Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Maturity(models.TextChoices):
    """How independent an institution has become, from the lowest class to the highest."""

    NEW = "baru", pgettext_lazy("maturity class", "New")
    GROWING = "tumbuh", _("Growing")
    DEVELOPING = "berkembang", _("Developing")
    INDEPENDENT = "mandiri", pgettext_lazy("maturity class", "Independent")


# What criteria belong to: nothing has to be met for the lowest class.
REACHED_BY_CRITERIA = (Maturity.GROWING, Maturity.DEVELOPING, Maturity.INDEPENDENT)


class Required(Protocol):
    """What is asked of a criterion here."""

    pk: int
    maturity: str
    is_required: bool


def maturity_of(criteria: Iterable[Required], met: Set[int]) -> Maturity:
    """The highest class whose required criteria, and those of all lower classes, are met.

    A class of which nothing is required is reached by nobody, and holds nobody up on the way.
    """
    required: dict[str, list[int]] = {}
    for criterion in criteria:
        if criterion.is_required:
            required.setdefault(criterion.maturity, []).append(criterion.pk)
    reached = Maturity.NEW
    for maturity in REACHED_BY_CRITERIA:
        wanted = required.get(maturity, [])
        if not met >= set(wanted):
            break
        if wanted:
            reached = maturity
    return reached


def next_class(criteria: Iterable[Required], reached: str) -> Maturity | None:
    """The class that comes after this one among those that can be reached; None at the top."""
    possible = {criterion.maturity for criterion in criteria if criterion.is_required}
    order = list(Maturity)
    above = order[order.index(Maturity(reached)) + 1 :]
    return next((maturity for maturity in above if maturity in possible), None)
