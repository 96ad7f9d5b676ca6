"""The pages of opening balances: what counts, the lists that staff enter, and their approval."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Min, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from blk_portal.accounts.requests import SignedInRequest, takes_up_to
from blk_portal.formats import number
from blk_portal.progress import figures
from blk_portal.progress.models import OpeningBalance
from blk_portal.progress.opening import deciding, taking_in
from blk_portal.progress.opening.columns import empty_workbook
from blk_portal.progress.opening.counting import left_of
from blk_portal.progress.opening.reading import LIMITS
from blk_portal.progress.opening_forms import BalanceListForm, ReasonForm
from blk_portal.reporting.refusals import Refused
from blk_portal.sheets.archive import MEGABYTE
from institutions.keyset import keyset_page
from institutions.models import ProgrammeYear

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 200
enter_balances = permission_required("progress.add_openingbalance", raise_exception=True)
decide_balances = permission_required("progress.approve_openingbalance", raise_exception=True)


@require_safe
def opening_list(request: SignedInRequest) -> HttpResponse:
    """The opening balances of a budget year, what of them still counts, and lists that wait."""
    if not request.user.spec.looks_over_areas:
        raise PermissionDenied(gettext("This page is for the ministry and the regions."))
    known = figures.years()
    year = figures.chosen_year(known, request.GET.get("tahun"))
    if year is None and request.GET.get("tahun"):
        raise Http404
    visible = OpeningBalance.objects.visible_to(request.user)
    may_decide = request.user.has_perm("progress.approve_openingbalance")
    context: dict[str, Any] = {
        "years": known, "year": year, "may_decide": may_decide,
        "may_enter": request.user.has_perm("progress.add_openingbalance"),
        "lists": _lists(request) if may_decide else [],
        "count": visible.waiting().of_others(request.user).count() if may_decide else 0,
    }  # fmt: skip
    if year:
        live = visible.live().filter(programme_year=year)
        page = keyset_page(
            request, live.select_related("institution__regency__province"),
            order=("institution__name", "id"),
        )  # fmt: skip
        context |= {"page": page, "rows": _with_left(year, page.rows), "sums": _sums(live)}
    return render(request, "progress/opening_list.html", context)


def _lists(request: SignedInRequest) -> Sequence[Any]:
    """The lists that wait for a decision, the longest waiting first."""
    waiting = OpeningBalance.objects.visible_to(request.user).waiting().order_by()
    grouped = waiting.values("upload", "entered_at", "entered_by", "entered_by__name")
    rows = grouped.annotate(
        first=Min("pk"), count=Count("pk"), participations=Sum("completed"), paper=Min("source"),
        papers=Count("source", distinct=True),
    )  # fmt: skip
    return list(rows.order_by("entered_at", "first"))


def _sums(live: Any) -> dict[str, int]:
    return dict(live.order_by().aggregate(count=Count("pk"), completed=Sum("completed")))


def _with_left(
    year: ProgrammeYear, rows: Sequence[OpeningBalance]
) -> list[tuple[OpeningBalance, int]]:
    """Each balance with the participations of it that no verified report stands for."""
    left = left_of(year.pk, [row.institution_id for row in rows])
    return [(row, left.get(row.institution_id, {}).get("completed", 0)) for row in rows]


@takes_up_to(LIMITS.size + MEGABYTE)
@require_http_methods(["GET", "HEAD", "POST"])
@enter_balances
def opening_import(request: SignedInRequest) -> HttpResponse:
    """Check a list of opening balances, then enter it: faulty rows are named, the rest is kept."""
    if request.method == "POST" and "terapkan" in request.POST:
        return _enter(request)
    is_sent = request.method == "POST"
    form = BalanceListForm(request.POST if is_sent else None, request.FILES if is_sent else None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        read = form.cleaned_data["read"]
        outcome = taking_in.compare(read.entries)
        sealed = taking_in.sealed([change.entry for change in outcome.changes], by=request.user)
        context |= {
            "read": read, "outcome": outcome, "sealed": sealed,
            "shown": outcome.changes[:MOST_SHOWN], "faults": read.faults[:MOST_SHOWN],
        }  # fmt: skip
    status = 400 if form.is_bound and form.errors else 200
    return render(request, "progress/opening_import.html", context, status=status)


def _enter(request: SignedInRequest) -> HttpResponse:
    """Enter what the check of the page before has found."""
    try:
        entries = taking_in.opened(request.POST.get("isi", ""), by=request.user)
    except Refused as refusal:
        messages.error(request, f"{refusal.message} {refusal.cure}")
        return redirect("progress:opening-import")
    outcome = taking_in.enter(entries, by=request.user)
    if outcome.first is None:
        messages.info(request, gettext("Everything of the list is there already."))
        return redirect("progress:opening")
    told = ngettext(
        "%(n)s opening balance waits for a second person's approval.",
        "%(n)s opening balances wait for a second person's approval.",
        len(outcome.changes),
    )
    messages.success(request, told % {"n": number(len(outcome.changes))})
    return redirect("progress:opening-upload", outcome.first.pk)


@require_safe
@enter_balances
def opening_empty(request: SignedInRequest) -> HttpResponse:
    """An empty list to fill in."""
    response = HttpResponse(empty_workbook(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="saldo-awal.xlsx"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@decide_balances
def opening_upload(request: SignedInRequest, pk: int) -> HttpResponse:
    """The list that a balance was entered with; a second person approves or declines it."""
    visible = OpeningBalance.objects.visible_to(request.user)
    first = get_object_or_404(visible.select_related("entered_by", "approved_by"), pk=pk)
    rows = visible.filter(upload=first.upload)
    form = ReasonForm(request.POST if "tolak" in request.POST else None)
    status = 200
    if request.method == "POST":
        answer, status = _decide(request, first, form)
        if answer:
            return answer
    ordered = rows.select_related("institution__regency__province", "programme_year", "ended_by")
    context = {
        "first": first, "form": form, "sums": _sums(rows),
        "waiting": rows.waiting().exists(), "may_decide": first.entered_by_id != request.user.pk,
        "page": keyset_page(request, ordered, order=("institution__name", "id")),
    }  # fmt: skip
    return render(request, "progress/opening_upload.html", context, status=status)


def _decide(
    request: SignedInRequest, first: OpeningBalance, form: ReasonForm
) -> tuple[HttpResponse | None, int]:
    """The answer to a decision; without one the page is shown again with that status."""
    try:
        if "setujui" in request.POST:
            count = deciding.approve(first.upload, by=request.user)
            told = ngettext(
                "%(n)s opening balance counts now.", "%(n)s opening balances count now.", count
            )
        elif form.is_valid():
            count = deciding.decline(
                first.upload, reason=form.cleaned_data["reason"], by=request.user
            )
            told = ngettext(
                "%(n)s opening balance was declined.", "%(n)s opening balances were declined.",
                count,
            )  # fmt: skip
        else:
            return None, 400
    except Refused as refusal:
        messages.error(request, f"{refusal.message} {refusal.cure}")
        return None, refusal.status
    messages.success(request, told % {"n": number(count)})
    return redirect("progress:opening-upload", first.pk), 302


@require_http_methods(["GET", "HEAD", "POST"])
@decide_balances
def opening_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask why, then let a balance count no more."""
    visible = OpeningBalance.objects.visible_to(request.user)
    balance = get_object_or_404(visible.select_related("institution", "programme_year"), pk=pk)
    back = f"{reverse('progress:opening')}?tahun={balance.programme_year.year}"
    form = ReasonForm(request.POST if request.method == "POST" else None)
    status = 400 if form.is_bound else 200
    if form.is_valid():
        try:
            deciding.withdraw(balance, reason=form.cleaned_data["reason"], by=request.user)
        except Refused as refusal:
            form.add_error(None, f"{refusal.message} {refusal.cure}")
            status = refusal.status
        else:
            messages.success(request, gettext("The opening balance does not count any more."))
            return redirect(back)
    context = {"balance": balance, "form": form, "back_url": back}
    return render(request, "progress/opening_withdraw.html", context, status=status)
