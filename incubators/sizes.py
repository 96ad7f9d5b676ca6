"""The size class of a business by law: by what it sells in a year.

Source: PP 7/2021, article 35 (yearly sales), in force since 2 February 2021. A later law is a new
row, so that a past day is judged by what was law then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

BILLION = 10**9
QUARTERS_OF_A_YEAR = 4


class SizeClass(models.TextChoices):
    """How large a business is; beyond medium it is no longer what the programme is for."""

    MICRO = "mikro", _("Micro")
    SMALL = "kecil", _("Small")
    MEDIUM = "menengah", _("Medium")
    LARGE = "besar", _("Large")


@dataclass(frozen=True)
class SizeLaw:
    """The most that a business of each class sells in a year, in rupiah, and since when."""

    since: date
    source: str
    micro: int
    small: int
    medium: int


LAWS = (
    SizeLaw(
        date(2021, 2, 2), "PP 7/2021 pasal 35", 2 * BILLION, 15 * BILLION, 50 * BILLION
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Size:
    """A size class with the yearly sales it rests on.

    is_estimate: fewer than four quarters are known, so a year was reckoned from their average.
    """

    size_class: SizeClass
    yearly_sales: int
    quarters: int

    @property
    def is_estimate(self) -> bool:
        return self.quarters < QUARTERS_OF_A_YEAR


def law_on(day: date) -> SizeLaw:
    """The law in force on a day; before the first one, that one."""
    return max(
        (law for law in LAWS if law.since <= day), default=LAWS[0], key=lambda law: law.since
    )


def class_of(yearly_sales: int, *, on: date) -> SizeClass:
    """The class of a business that sold so much in a year, by the law of that day."""
    law = law_on(on)
    if yearly_sales <= law.micro:
        return SizeClass.MICRO
    if yearly_sales <= law.small:
        return SizeClass.SMALL
    return SizeClass.MEDIUM if yearly_sales <= law.medium else SizeClass.LARGE


def size_of(turnovers: Sequence[int], *, on: date) -> Size | None:
    """The size by the turnover of the last four quarters known, oldest first; None without any."""
    last = turnovers[-QUARTERS_OF_A_YEAR:]
    if not last:
        return None
    # Rounded to whole rupiah, half of one upwards.
    yearly = (2 * sum(last) * QUARTERS_OF_A_YEAR + len(last)) // (2 * len(last))
    return Size(class_of(yearly, on=on), yearly, len(last))
