"""Quarters of the calendar year: the time by which tenants are followed."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.utils.translation import gettext


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months of a calendar year, numbered from 1 to 4."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Self:
        """The quarter that a day lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        month = 3 * self.number
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def index(self) -> int:
        """Quarters counted through, so that neighbours differ by one."""
        return 4 * self.year + self.number - 1

    def shifted(self, by: int) -> "Quarter":
        """So many quarters later; earlier where the number is negative."""
        year, place = divmod(self.index + by, 4)
        return Quarter(year, place + 1)

    def __str__(self) -> str:
        return gettext("Quarter %(number)s of %(year)s") % {
            "number": self.number,
            "year": self.year,
        }
