"""Who owes an account for what, how much, and as of when: the list, its sums and its export."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.accounts.roles import Reach
from blk_portal.sheets.export import write_csv, write_xlsx
from institutions.listing import COUNT_LIMIT, Listing, listing
from institutions.models import Disbursement
from institutions.money_filters import OwedFilter

ORDER = ("lpj_due_on", "id")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OFFICE, PROVINCE = "institution__office__name", "institution__regency__province__name"
SUMS = ("tranches", "paid", "accounted", "returned", "outstanding")


def owed(request: SignedInRequest) -> tuple[OwedFilter, Listing]:
    """The open tranches that the person may see, the longest due first."""
    if not request.user.spec.sees_money:
        raise PermissionDenied(gettext("Your role does not see the money of institutions."))
    visible = Disbursement.objects.visible_to(request.user).for_lists()
    filters = OwedFilter(request.GET, queryset=visible, request=request)
    return filters, listing(request, filters, order=ORDER)


@require_safe
def owed_list(request: SignedInRequest) -> HttpResponse:
    """Open tranches as of a day, with their sums by office and by province."""
    filters, found = owed(request)
    # Once for both: the steps of every open tranche are read for it.
    sums = [] if found.is_refused else filters.qs.totals(OFFICE, PROVINCE)
    offices = folded(sums, OFFICE)
    context = {
        "filters": filters,
        "unknown": found.unknown,
        "is_filtered": found.is_filtered,
        "page": found.page,
        "rows": [(row, days_overdue(row, filters.day)) for row in found.page],
        "offices": offices,
        "provinces": folded(sums, PROVINCE),
        "total": {name: sum(row[name] for row in offices) for name in SUMS},
        "query": request.GET.urlencode(),
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


def days_overdue(row: Any, day: date) -> int:
    """Days since the LPJ of an `as_of` row was due on a day; 0 where it is filed or not due yet."""
    is_filed = row.accounted_then > 0
    return 0 if is_filed else max((day - row.lpj_due_on).days, 0)


@require_safe
def owed_export(request: SignedInRequest, kind: str) -> HttpResponse:
    """The whole filtered list as a workbook or as text with semicolons."""
    if kind not in ("xlsx", "csv"):
        raise Http404
    filters, found = owed(request)
    if found.is_refused:
        return owed_list(request)
    write = write_xlsx if kind == "xlsx" else write_csv
    body = write(_headers(filters.day), _cells(filters))
    answer = HttpResponse(body, content_type=XLSX if kind == "xlsx" else "text/csv; charset=utf-8")
    name = f"pertanggungjawaban-dana-{filters.day.isoformat()}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _headers(day: date) -> list[str]:
    return [
        gettext("Code"), gettext("Institution"), gettext("Province"), gettext("Regency or city"),
        gettext("Guided by"), gettext("Budget year"), gettext("Purpose"), gettext("Tranche"),
        gettext("SP2D number"), gettext("SP2D date"), gettext("Paid (Rp)"),
        gettext("Accounted for (Rp)"), gettext("Returned (Rp)"), gettext("Still open (Rp)"),
        gettext("Due date of the LPJ"),
        gettext("Days overdue as of %(day)s") % {"day": day.isoformat()},
    ]  # fmt: skip


def _cells(filters: OwedFilter) -> Iterator[list[object]]:
    for row in filters.qs.order_by(*ORDER).iterator(chunk_size=1_000):
        institution = row.institution
        yield [
            institution.code, institution.name, institution.regency.province.name,
            institution.regency.name, institution.office.name if institution.office else "",
            row.programme_year.year, row.get_purpose_display(), row.tranche, row.sp2d_number,
            row.sp2d_on, row.amount, row.accounted_then, row.returned_then, row.outstanding_then,
            row.lpj_due_on, days_overdue(row, filters.day),
        ]  # fmt: skip
