"""The quarterly report as the operator fills it in: blocks, pasted rows, a file, and sending it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import number, today_in_jakarta
from blk_portal.reporting.refusals import Incomplete, Refused, Stale
from incubators import quarter_entry
from incubators.models import IncubationReport
from incubators.quarter_checks import examine
from incubators.quarter_filters import QuarterFilter
from incubators.quarter_forms import FileForm, PasteForm, blocks_of
from incubators.quarter_intake import PASTE, UPLOAD, Intake, taken_in
from incubators.quarter_ledger import DUE_DAYS, LOOKED_BACK
from incubators.quarter_sheet import COLUMNS, IN_ORDER
from incubators.quarter_workbook import template_workbook
from incubators.quarters import Quarter
from institutions.exporting import MEDIA
from institutions.listing import COUNT_LIMIT, listing

HEADINGS = [COLUMNS[name][0] for name in IN_ORDER]


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
        "present": Quarter.of(today_in_jakarta()),
        "due_days": DUE_DAYS,
        "looked_back": LOOKED_BACK,
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
    _intake, refused = _store(request, pk)
    if refused is not None:
        return refused
    messages.success(request, gettext("Saved. You can go on later."))
    return _ask_to_explain(request, pk)


@transaction.atomic
def _store(
    request: SignedInRequest, pk: int, *, table: str = ""
) -> tuple[Intake, HttpResponse | None]:
    """Store all that is right on the page that was sent; the page again where something is not."""
    report = _own(request, pk)
    # Held from here on, so that what the page is compared with is what it is written over.
    quarter_entry.hold(report)
    intake = taken_in(request.POST, request.FILES, examine(report), table=table)
    try:
        quarter_entry.store(report, intake.given, by=request.user)
    except Refused as refusal:
        return intake, _refused_page(request, pk, intake, refusal)
    return intake, _faulty_page(request, pk, intake) if intake.trouble else None


def _refused_page(
    request: SignedInRequest, pk: int, intake: Intake, refusal: Refused
) -> HttpResponse:
    """The page with the refusal; where nothing could be stored, with all that was typed."""
    report = _report(request, pk)
    tables = {"paste": intake.paste, "upload": intake.upload}
    if report.is_open or not intake.typed:
        return _page(request, report, status=refusal.status, refusal=refusal, **tables)
    again = {"refusal": refusal, "blocks": intake.blocks, "may_write": True, **tables}
    return _page(request, report, status=refusal.status, **again)


def _faulty_page(request: SignedInRequest, pk: int, intake: Intake) -> HttpResponse:
    """The page with what is to be mended as it was typed, the rest as it is stored."""
    report = _report(request, pk)
    examined, typed = examine(report), {block.line.tenant.pk: block for block in intake.faulty}
    again = {
        "examined": examined,
        "blocks": [typed.get(block.line.tenant.pk, block) for block in blocks_of(None, examined)],
        "faulty": intake.faulty,
        "faults": intake.faults,
        "trouble": intake.trouble,
        "stored": len(intake.given),
        "paste": intake.paste,
        "upload": intake.upload,
    }
    return _page(request, report, status=intake.status, **again)


def _ask_to_explain(request: SignedInRequest, pk: int) -> HttpResponse:
    """Back to the report, naming the tenants whose figures stand out: they are further down."""
    report = _report(request, pk)
    lines = [line for line in examine(report).lines if line.row is not None and line.unexplained]
    if lines:
        text = gettext("These figures stand out. Say why at the tenant before you send: %(names)s.")
        names = ", ".join(str(line.tenant) for line in lines)
        messages.warning(request, text % {"names": names})
    return redirect(report)


def _table(request: SignedInRequest, pk: int, table: str) -> HttpResponse:
    """Store the right rows of a table and name the cells of the others, with what was pasted."""
    intake, refused = _store(request, pk, table=table)
    if refused is not None:
        return refused
    if stored := len(intake.rows):
        text = ngettext("%(n)s tenant is stored.", "%(n)s tenants are stored.", stored)
        messages.success(request, text % {"n": number(stored)})
    else:
        messages.warning(request, gettext("No row holds anything about a tenant."))
    return _ask_to_explain(request, pk)


@require_POST
def quarter_paste(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take in rows pasted from a spreadsheet; a second time they change nothing."""
    return _table(request, pk, PASTE)


@never_cache
@require_safe
def quarter_template(request: SignedInRequest, pk: int) -> HttpResponse:
    """A sheet to fill in, made for the report; it comes back by the upload."""
    report = _own(request, pk)
    if not report.is_open:
        return redirect(report)
    name = f"triwulan-{report.year}-{report.quarter}-{report.incubator.institution.code}.xlsx"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    workbook = template_workbook(report, examine(report))
    return HttpResponse(workbook, content_type=MEDIA["xlsx"], headers=disposition)


@require_POST
def quarter_upload(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take in rows of a file, by the same rules."""
    return _table(request, pk, UPLOAD)


def _version(request: SignedInRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


@require_POST
@transaction.atomic
def quarter_submit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Store what the page says and hand the report in; the receipt stands on its page."""
    report, version = _own(request, pk), _version(request)
    quarter_entry.hold(report)
    intake = taken_in(request.POST, request.FILES, examine(report))
    if intake.trouble:
        return _store(request, pk)[1] or redirect(report)
    try:
        receipt = quarter_entry.hand_in(
            report, intake.given, by=request.user, version=version,
            seen=request.POST.get("seen", ""),
        )  # fmt: skip
    except Incomplete:
        missing = _report(request, pk).missing_to_submit()
        return _page(request, _report(request, pk), status=409, trouble=missing, lacks=True)
    except Refused as refusal:
        first = report.receipt_of_first_click(by=request.user, version=version)
        if first is None or intake.typed or not isinstance(refusal, Stale):
            return _refused_page(request, pk, intake, refusal)
        receipt = first
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
