"""Free days beyond the national calendar: those of one kind of owner, such as the pesantren."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from blk_portal.formats import date_range
from institutions.models.institution import Institution


class HolidayQuerySet(models.QuerySet["Holiday"]):
    def of_host(self, host_type: str) -> Self:
        """Those that hold for an owner: everybody's and its own."""
        return self.filter(models.Q(host_type="") | models.Q(host_type=host_type))

    def days(self) -> frozenset[date]:
        """Every day of them."""
        return frozenset(day for holiday in self for day in holiday.each_day())


class Holiday(models.Model):
    """A span on which nothing falls due, for everybody or for one kind of owner.

    Kept by the ministry. National holidays and joint leave by decree are known without a row here;
    due dates that are set already keep their day.
    """

    name = models.CharField(_("name"), max_length=120)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    host_type = models.CharField(
        _("holds for"), max_length=16, choices=Institution.HostType, blank=True,
        help_text=_("Empty for everybody. Due dates that are set already keep their day."),
    )  # fmt: skip

    objects = HolidayQuerySet.as_manager()

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["-starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")),
                name="holiday_ends_after_start",
                violation_error_message=_("The last day is before the first day."),
            ),
            models.CheckConstraint(
                condition=models.Q(ends_on__lte=models.F("starts_on") + timedelta(days=92)),
                name="holiday_at_most_three_months",
                violation_error_message=_("A holiday lasts three months at most. Check the year."),
            ),
            models.UniqueConstraint(
                fields=["starts_on", "ends_on", "host_type"], name="holiday_once",
                violation_error_message=_("These days are entered already."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name}, {date_range(self.starts_on, self.ends_on)}"

    def each_day(self) -> Iterator[date]:
        """The days from the first to the last."""
        for offset in range((self.ends_on - self.starts_on).days + 1):
            yield self.starts_on + timedelta(days=offset)
