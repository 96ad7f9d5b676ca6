"""The filters of the list of who owes an account for what."""

import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from blk_portal.formats import today_in_jakarta
from institutions.filters import (
    StrictFilterSet,
    by_office,
    by_province,
    by_year,
    choice,
    day_filter,
)
from institutions.models import Disbursement
from institutions.models.money import DisbursementQuerySet

# The longest due first.
ORDER = ("lpj_due_on", "id")


def days_overdue(row: Any) -> int:
    """Days since the LPJ of an `as_of` row was due on its day; 0 where it was filed or not due."""
    return 0 if row.accounted_then > 0 else max((row.as_of_day - row.lpj_due_on).days, 0)


class OwedFilter(StrictFilterSet):
    """As of a day, by place, office, budget year, purpose and where the LPJ stands."""

    State = Disbursement.State

    pada = day_filter(_("As of"))
    provinsi = by_province()
    uptp = by_office()
    tahun = by_year()
    tujuan = choice(_("Purpose"), choices=Disbursement.Purpose.choices, field_name="purpose")
    keadaan = choice(
        _("LPJ"), method="filter_state",
        choices=[(state.value, state.label) for state in (State.OVERDUE, State.DUE, State.FILED)],
    )  # fmt: skip

    class Meta:
        model = Disbursement
        fields: list[str] = []

    @property
    def day(self) -> datetime.date:
        """The day as of which everything is said; today where none is asked about."""
        asked: datetime.date | None = getattr(self.form, "cleaned_data", {}).get("pada")
        return asked or today_in_jakarta()

    def filter_queryset(self, queryset: Any) -> Any:
        if self.form.errors:
            return queryset.none()
        return super().filter_queryset(queryset.open_as_of(self.day))

    def filter_state(
        self, queryset: DisbursementQuerySet, name: str, value: str
    ) -> DisbursementQuerySet:
        return queryset.in_state(value, on=self.day)
