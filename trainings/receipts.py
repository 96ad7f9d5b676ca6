"""The receipt of a report: proof that it was handed in, as a page, a paper, and a check of both."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blk_portal.accounts.requests import Visitor
from blk_portal.reporting.models import RECEIPT_NUMBER, Receipt
from blk_portal.reporting.receipt_paper import PAGES, page_for, printed
from trainings.models import CohortReport, CohortReportTransition
from trainings.receipt_paper import receipt_paper, says_what_was_received
from trainings.telling import said


def _issued(request: HttpRequest, number: str) -> CohortReportTransition:
    """The submission that a receipt stands for, where the person may see its report."""
    match = RECEIPT_NUMBER.fullmatch(number)
    if not match:
        raise Http404
    transition = get_object_or_404(
        CohortReportTransition.objects.filter(
            report__in=CohortReport.objects.visible_to(request.user)
        ).select_related("receipt__issued_to", "report__cohort__programme",
                         "stand_in__on_behalf_of",
                         "report__cohort__institution__regency__province",
                         "report__cohort__institution__office",
                         "report__cohort__programme_year"),
        receipt=int(match[1]),
    )  # fmt: skip
    if transition.receipt is None or transition.receipt.number != number:
        raise Http404
    return transition


@require_safe
def receipt_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One receipt, with the report it stands for."""
    transition = _issued(request, number)
    cohort = transition.report.cohort
    is_current = says_what_was_received(transition)
    context = {
        "receipt": transition.receipt,
        "report": transition.report,
        "cohort": cohort,
        "stand_in": transition.stand_in,
        "said": said(transition.report) if is_current else [],
        "time_zone": cohort.institution.time_zone,
    }
    return render(request, "trainings/receipt_detail.html", context)


@never_cache
@require_safe
def receipt_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt on one page, with a code that leads to its check."""
    transition = _issued(request, number)
    assert transition.receipt is not None, "looked for by its receipt"
    address = reverse("trainings:receipt-check", args=[number, transition.receipt.digest])
    page = receipt_paper(transition, check_url=request.build_absolute_uri(address))
    back = reverse("trainings:receipt-detail", args=[number])
    return printed(request, transition.receipt, page, back=back)


@login_not_required
@never_cache
@require_safe
def receipt_check(request: HttpRequest, number: str, digest: str) -> HttpResponse:
    """Whether a receipt of this number and digest was issued: for whoever holds the paper.

    Says when, and neither whose nor about whom; those who may see the report find the way to it.
    """
    receipt = Receipt.objects.issued_as(number, digest)
    url = page_for(receipt, request.user) if receipt else ""
    context = {"number": number, "receipt": receipt, "url": url}
    status = 200 if receipt else 404
    return render(request, "trainings/receipt_check.html", context, status=status)


def _page_of(receipt: Receipt, user: Visitor) -> str:
    reports = CohortReport.objects.visible_to(user)
    is_known = reports.filter(obligation=receipt.obligation_id).exists()
    return reverse("trainings:receipt-detail", args=[receipt.number]) if is_known else ""


PAGES.append(_page_of)
