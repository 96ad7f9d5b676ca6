"""The receipt of a report: proof that it was handed in, as a page, a paper, and a check of both."""

import logging

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blk_portal.printing.typesetting import Busy, Unprintable, typeset
from blk_portal.reporting.models import RECEIPT_NUMBER, Receipt
from trainings.models import CohortReport, CohortReportTransition
from trainings.receipt_paper import receipt_paper, says_what_was_received
from trainings.telling import said

logger = logging.getLogger(__name__)


def _issued(request: HttpRequest, number: str) -> CohortReportTransition:
    """The submission that a receipt stands for, where the person may see its report."""
    match = RECEIPT_NUMBER.fullmatch(number)
    if not match:
        raise Http404
    transition = get_object_or_404(
        CohortReportTransition.objects.filter(
            report__in=CohortReport.objects.visible_to(request.user)
        ).select_related("receipt__issued_to", "report__cohort__programme",
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
    try:
        content = typeset("receipt", page)
    except (Busy, Unprintable) as problem:
        logger.warning("a receipt was not printed: %s", problem or "busy")
        messages.error(request, gettext("The page could not be made. Try again in a few seconds."))
        return redirect("trainings:receipt-detail", number)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{number}.pdf"'
    return response


@login_not_required
@never_cache
@require_safe
def receipt_check(request: HttpRequest, number: str, digest: str) -> HttpResponse:
    """Whether a receipt of this number and digest was issued: for whoever holds the paper.

    Says when, and neither whose nor about whom; those who may see the report find the way to it.
    """
    receipt = Receipt.objects.issued_as(number, digest)
    is_known = receipt and CohortReport.objects.visible_to(request.user).filter(
        obligation=receipt.obligation_id
    )
    context = {"number": number, "receipt": receipt, "may_open": bool(is_known)}
    status = 200 if receipt else 404
    return render(request, "trainings/receipt_check.html", context, status=status)
