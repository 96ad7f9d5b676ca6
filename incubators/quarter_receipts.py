"""The receipt of a quarterly report on paper, with the code that leads to its check."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blk_portal.accounts.requests import SignedInRequest, Visitor
from blk_portal.formats import long_date, moment, number, rupiah
from blk_portal.reporting.models import Receipt
from blk_portal.reporting.receipt_paper import PAGES, paper_of, printed
from incubators.models import FinanceReceived, IncubationReport


@never_cache
@require_safe
def quarter_receipt(request: SignedInRequest, pk: int) -> HttpResponse:
    """The receipt of the last submission on one page; 404 where there is none."""
    visible = IncubationReport.objects.visible_to(request.user).for_lists().with_log()
    report = get_object_or_404(visible, pk=pk)
    receipt = report.last_receipt
    if receipt is None:
        raise Http404
    address = reverse("trainings:receipt-check", args=[receipt.number, receipt.digest])
    page = paper_of(
        receipt, facts=_facts(report, receipt), check_url=request.build_absolute_uri(address),
        figures=_figures(report) if receipt.digest == report.content_digest() else [],
    )  # fmt: skip
    return printed(request, receipt, page, back=report.get_absolute_url())


def _facts(report: IncubationReport, receipt: Receipt) -> list[tuple[str, str]]:
    institution = report.incubator.institution
    return [
        (gettext("Institution"), f"{institution.name} ({institution.code})"),
        (gettext("Place"), f"{institution.regency}, {institution.regency.province}"),
        (gettext("Report"), gettext("Quarterly report of an incubator")),
        (gettext("Quarter"), str(report.period)),
        (gettext("Round"), str(report.incubator.round)),
        (gettext("Due"), long_date(report.obligation.due_on)),
        (gettext("Received"), moment(receipt.issued_at, institution.time_zone)),
        (gettext("Sent by"), str(receipt.issued_to)),
    ]


def _figures(report: IncubationReport) -> list[tuple[str, str]]:
    """What the report says in sums, as its page does."""
    rows = report.tenant_quarters.all()
    sums = rows.totals()
    money = FinanceReceived.objects.filter(tenant_quarter__in=rows).by_source()
    return [
        (gettext("Tenants reported"), number(sums["tenants"])),
        (gettext("Still operating"), number(sums["operating"])),
        (gettext("Turnover"), rupiah(sums["turnover"])),
        (gettext("Male workers"), number(sums["workers_male"])),
        (gettext("Female workers"), number(sums["workers_female"])),
        (gettext("Finance received"), rupiah(sum(money.values()))),
    ]


def _page_of(receipt: Receipt, user: Visitor) -> str:
    reports = IncubationReport.objects.visible_to(user)
    report = reports.filter(obligation=receipt.obligation_id).first()
    return report.get_absolute_url() if report else ""


PAGES.append(_page_of)
