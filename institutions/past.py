"""How an institution stood at the end of a past day, read from the rows its page has anyway."""

from dataclasses import dataclass
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from institutions.entry_forms import day_field
from institutions.lifecycle import InstitutionStatus
from institutions.models import Case, Institution, Milestone


@dataclass(frozen=True)
class Past:
    """The status, the milestones and the open cases of a day, by what is known now."""

    day: date
    status: InstitutionStatus
    milestones: list[Milestone]
    cases: list[Case]


class PastForm(forms.Form):
    """The day that is asked about."""

    pada = day_field(label=_("As of"), required=False, is_past=False)


def past_of(institution: Institution, day: date) -> Past:
    """As `with_status_on` says of many: by the dates of the steps that hold, in the order in which
    they were recorded, the latest first."""
    steps = list(institution.transitions.all())
    reached = [row for row in steps if row.withdrawn_at is None and row.happened_on <= day]
    first = steps[-1].from_status if steps else institution.status
    return Past(
        day=day,
        status=InstitutionStatus(reached[0].to_status if reached else first),
        milestones=[
            row
            for row in institution.milestones.all()
            if row.withdrawn_at is None and row.happened_on <= day
        ],
        cases=[
            row
            for row in institution.cases.all()
            if row.opened_on <= day and (row.closed_on is None or row.closed_on > day)
        ],
    )
