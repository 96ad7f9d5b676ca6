"""The receipt of a report: proof that it was handed in."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from blk_portal.reporting.models import RECEIPT_NUMBER
from trainings.models import CohortReport, CohortReportTransition


@require_safe
def receipt_detail(request: HttpRequest, number: str) -> HttpResponse:
    """One receipt, with the report it stands for."""
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
    cohort = transition.report.cohort
    context = {
        "receipt": transition.receipt,
        "report": transition.report,
        "cohort": cohort,
        "stand_in": transition.stand_in,
        "summary": cohort.participants.summary(),
        "time_zone": cohort.institution.time_zone,
    }
    return render(request, "trainings/receipt_detail.html", context)
