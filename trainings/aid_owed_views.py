"""Which institutions owe the LPJ of money that paid for a cohort, how much, and since when."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.accounts.roles import Reach
from blk_portal.formats import today_in_jakarta
from institutions.listing import COUNT_LIMIT, listing
from trainings.filters import AidFilter
from trainings.models import TrainingAid

# The longest due first.
ORDER = ("lpj_due_on", "id")
OFFICE = "cohort__institution__office__name"
PROVINCE = "cohort__institution__regency__province__name"
SUMS = ("cohorts", "received", "late", "overdue")


@require_safe
def aid_owed(request: SignedInRequest) -> HttpResponse:
    """Money of cohorts that is still to be accounted for, with sums by office and province."""
    if not request.user.spec.sees_money:
        raise PermissionDenied(gettext("Your role does not see the money of institutions."))
    today = today_in_jakarta()
    visible = TrainingAid.objects.visible_to(request.user).for_lists()
    filters = AidFilter(request.GET, queryset=visible, request=request)
    found = listing(request, filters, order=ORDER)
    sums = [] if found.is_refused else filters.qs.totals(OFFICE, PROVINCE, on=today)
    offices = folded(sums, OFFICE)
    context = {
        "filters": filters,
        "unknown": found.unknown,
        "is_filtered": found.is_filtered,
        "page": found.page,
        "rows": [(row, row.days_overdue(today)) for row in found.page],
        "offices": offices,
        "provinces": folded(sums, PROVINCE),
        "total": {name: sum(row[name] for row in offices) for name in SUMS},
        "count": found.count(),
        "count_limit": COUNT_LIMIT,
        "may_filter": request.user.spec.reach != Reach.OWN,
        "opens_cohorts": request.user.spec.sees_cohorts,
        "today": today,
    }
    return render(request, "trainings/aid_owed.html", context, status=found.status)


def folded(sums: Sequence[dict[str, Any]], by: str) -> list[dict[str, Any]]:
    """Sums of finer groups added up by one of their columns, the most overdue first."""
    rows: dict[str, dict[str, Any]] = {}
    for part in sums:
        name = part[by] or ""
        row = rows.setdefault(name, {"name": name, **dict.fromkeys(SUMS, 0)})
        for column in SUMS:
            row[column] += part[column]
    return sorted(rows.values(), key=lambda row: (-row["overdue"], -row["received"], row["name"]))
