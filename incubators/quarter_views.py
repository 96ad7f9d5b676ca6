"""The quarterly report as the operator fills it in: blocks, pasted rows, a file, and sending it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import number
from blk_portal.reporting.refusals import Refused
from blk_portal.sheets.errors import Refusal, SheetRefused
from incubators import quarter_entry, quarter_sheet
from incubators.models import IncubationReport
from incubators.quarter_checks import examine
from incubators.quarter_filters import QuarterFilter
from incubators.quarter_forms import FileForm, PasteForm, TenantBlock, blocks_of
from incubators.quarter_sheet import COLUMNS, QUARTER, Reading
from institutions.listing import COUNT_LIMIT, listing

TOO_LARGE = {Refusal.FILE_TOO_LARGE, Refusal.UNPACKS_TOO_LARGE}
HEADINGS = [label for name, (label, _words) in COLUMNS.items() if name != QUARTER]


@require_safe
def quarter_list(request: SignedInRequest) -> HttpResponse:
    """The quarterly reports a person may see, the newest quarter first."""
    visible = IncubationReport.objects.visible_to(request.user)
    filters = QuarterFilter(request.GET, queryset=visible.for_lists(), request=request)
    found = listing(request, filters, order=("-year", "-quarter", "-id"))
    context = {
        "filters": filters,
        "unknown": found.unknown,
        "is_filtered": found.is_filtered,
        "page": found.page,
        "count": found.count(),
        "count_limit": COUNT_LIMIT,
    }
    return render(request, "incubators/quarter_list.html", context, status=found.status)


def _report(request: SignedInRequest, pk: int) -> IncubationReport:
    visible = IncubationReport.objects.visible_to(request.user).for_lists().with_log()
    return get_object_or_404(visible, pk=pk)


def _own(request: SignedInRequest, pk: int) -> IncubationReport:
    """The report that the person files; 404 outside the area, 403 without the right."""
    report = _report(request, pk)
    if not request.user.has_perm("incubators.file_incubationreport"):
        raise PermissionDenied(gettext("Your role files no quarterly reports."))
    return report


def _page(
    request: SignedInRequest, report: IncubationReport, *, status: int = 200, **extra: Any
) -> HttpResponse:
    """The page of the report, with what was typed where it comes back."""
    examined = extra.pop("examined", None) or examine(report)
    may_file = request.user.has_perm("incubators.file_incubationreport")
    may_write = may_file and report.is_open
    context = {
        "report": report,
        "incubator": report.incubator,
        "institution": report.incubator.institution,
        "examined": examined,
        "blocks": blocks_of(None, examined) if may_write else [],
        "missing": report.missing_to_submit(examined),
        "may_file": may_file,
        "may_write": may_write,
        "may_withdraw": may_file and report.status == IncubationReport.Status.SUBMITTED,
        "may_review": request.user.has_perm("incubators.verify_incubationreport"),
        "latest": report.log[0] if report.log else None,
        "seen": report.content_digest() if may_write else "",
        "headings": HEADINGS,
        "paste": PasteForm(),
        "upload": FileForm(),
    }
    return render(request, "incubators/quarter_detail.html", context | extra, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def quarter_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One report: what is said of each tenant, and for its operator the blocks to fill in."""
    if request.method != "POST":
        return _page(request, _report(request, pk))
    report = _own(request, pk)
    examined = examine(report)
    blocks = blocks_of(request.POST, examined)
    right = [block.given() for block in blocks if block.is_valid()]
    faulty = [block for block in blocks if block.errors]
    try:
        quarter_entry.store(report, right, by=request.user)
    except Refused as refusal:
        again = {"refusal": refusal, "blocks": blocks, "may_write": True}
        return _page(request, report, status=refusal.status, examined=examined, **again)
    if faulty:
        return _faulty_page(request, _report(request, pk), faulty)
    messages.success(request, gettext("Saved. You can go on later."))
    _ask_to_explain(request, _report(request, pk))
    return redirect(report)


def _ask_to_explain(request: SignedInRequest, report: IncubationReport) -> None:
    """Name the tenants whose figures stand out: their fields are further down the page."""
    lines = [line for line in examine(report).lines if line.row is not None and line.unexplained]
    if lines:
        text = gettext("These figures stand out. Say why at the tenant before you send: %(names)s.")
        names = ", ".join(str(line.tenant) for line in lines)
        messages.warning(request, text % {"names": names})


def _faulty_page(
    request: SignedInRequest, report: IncubationReport, faulty: list[TenantBlock]
) -> HttpResponse:
    """The page with the blocks to be mended as they were typed, the others as they are stored."""
    examined, typed = examine(report), {block.line.tenant.pk: block for block in faulty}
    blocks = [typed.get(block.line.tenant.pk, block) for block in blocks_of(None, examined)]
    again = {"examined": examined, "blocks": blocks, "faulty": faulty}
    return _page(request, report, status=400, **again)


def _taken_in(
    request: SignedInRequest, pk: int, form: Any, name: str, read: Callable[..., Reading]
) -> HttpResponse:
    """Store the right rows of a table and name the cells of the others, with what was pasted."""
    report = _own(request, pk)
    if not form.is_valid():
        return _page(request, report, status=400, **{name: form})
    try:
        reading = read(report)
        stored = quarter_entry.store(report, reading.given, by=request.user)
    except SheetRefused as refusal:
        form.add_error(None, f"{refusal.message} {refusal.cure}")
        return _page(
            request, report, status=413 if refusal.code in TOO_LARGE else 400, **{name: form}
        )
    except Refused as refusal:
        return _page(request, report, status=refusal.status, refusal=refusal, **{name: form})
    if stored:
        text = ngettext("%(n)s tenant is stored.", "%(n)s tenants are stored.", stored)
        messages.success(request, text % {"n": number(stored)})
    if reading.faults:
        return _page(request, report, status=400, faults=reading.faults, **{name: form})
    if not stored:
        messages.warning(request, gettext("No row holds anything about a tenant."))
    _ask_to_explain(request, report)
    return redirect(report)


@require_POST
def quarter_paste(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take in rows pasted from a spreadsheet; a second time they change nothing."""
    form = PasteForm(request.POST)
    return _taken_in(
        request, pk, form, "paste",
        lambda report: quarter_sheet.read_pasted(form.cleaned_data["text"], report),
    )  # fmt: skip


@require_POST
def quarter_upload(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take in rows of a file, by the same rules."""
    form = FileForm(request.POST, request.FILES)

    def read(report: IncubationReport) -> Reading:
        file = form.cleaned_data["file"]
        return quarter_sheet.read_file(file.read(), file.name, report)

    return _taken_in(request, pk, form, "upload", read)


def _version(request: SignedInRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


@require_POST
def quarter_submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hand the report in; the receipt stands on its page."""
    report, seen = _own(request, pk), request.POST.get("seen", "")
    try:
        receipt = report.submit(by=request.user, version=_version(request), seen=seen)
    except Refused as refusal:
        return _page(request, _report(request, pk), status=refusal.status, refusal=refusal)
    text = gettext("Sent. Your receipt: %(number)s.")
    messages.success(request, text % {"number": receipt.number})
    return redirect(report)


@require_POST
def quarter_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take the report back before anybody has decided on it."""
    report = _own(request, pk)
    try:
        report.withdraw(by=request.user, version=_version(request))
    except Refused as refusal:
        return _page(request, _report(request, pk), status=refusal.status, refusal=refusal)
    messages.success(request, gettext("Withdrawn. Correct the report and send it again."))
    return redirect(report)
