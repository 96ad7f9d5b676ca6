"""Who owes an account for what, how much, and as of when: the list and its sums."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.accounts.roles import Reach
from institutions.listing import COUNT_LIMIT, listing
from institutions.models import Disbursement
from institutions.money_filters import ORDER, OwedFilter, days_overdue

OFFICE, PROVINCE = "institution__office__name", "institution__regency__province__name"
SUMS = ("tranches", "paid", "accounted", "returned", "outstanding")


@require_safe
def owed_list(request: SignedInRequest) -> HttpResponse:
    """Open tranches as of a day, the longest due first, with their sums by office and province."""
    if not request.user.spec.sees_money:
        raise PermissionDenied(gettext("Your role does not see the money of institutions."))
    visible = Disbursement.objects.visible_to(request.user).for_lists()
    filters = OwedFilter(request.GET, queryset=visible, request=request)
    found = listing(request, filters, order=ORDER)
    # Once for both: the steps of every open tranche are read for it.
    sums = [] if found.is_refused else filters.qs.totals(OFFICE, PROVINCE)
    offices = folded(sums, OFFICE)
    context = {
        "filters": filters,
        "unknown": found.unknown,
        "is_filtered": found.is_filtered,
        "page": found.page,
        "rows": [(row, days_overdue(row)) for row in found.page],
        "offices": offices,
        "provinces": folded(sums, PROVINCE),
        "total": {name: sum(row[name] for row in offices) for name in SUMS},
        "count": found.count(),
        "count_limit": COUNT_LIMIT,
        "may_filter": request.user.spec.reach != Reach.OWN,
    }
    return render(request, "institutions/owed_list.html", context, status=found.status)


def folded(sums: Sequence[dict[str, Any]], by: str) -> list[dict[str, Any]]:
    """Sums of finer groups added up by one of their columns, the most owed first."""
    rows: dict[str, dict[str, Any]] = {}
    for part in sums:
        name = part[by] or ""
        row = rows.setdefault(name, {"name": name, **dict.fromkeys(SUMS, 0)})
        for column in SUMS:
            row[column] += part[column]
    return sorted(rows.values(), key=lambda row: (-row["outstanding"], row["name"]))
