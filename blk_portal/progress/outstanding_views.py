"""Who owes which report, and since when: the list of overdue reports."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import SignedInRequest
from blk_portal.accounts.roles import Reach
from blk_portal.formats import today_in_jakarta
from blk_portal.reporting.filters import ObligationFilter
from blk_portal.reporting.models import Obligation
from institutions.keyset import Page
from institutions.listing import COUNT_LIMIT, listing
from trainings.models import CohortReport


@require_safe
def outstanding_list(request: SignedInRequest) -> HttpResponse:
    """The overdue reports of the institutions a person may see, the longest owed first."""
    visible = Obligation.objects.visible_to(request.user)
    overdue = visible.overdue(on=today_in_jakarta()).for_lists()
    filters = ObligationFilter(request.GET, queryset=overdue, request=request)
    found = listing(request, filters, order=("due_on", "id"))
    context = {
        "filters": filters,
        "unknown": found.unknown,
        "is_filtered": found.is_filtered,
        "page": found.page,
        "reports": _reports_behind(found.page, request.user),
        "count": found.count(),
        "count_limit": COUNT_LIMIT,
        "may_filter": request.user.spec.reach != Reach.OWN,
    }
    return render(request, "progress/outstanding_list.html", context, status=found.status)


def _reports_behind(
    page: Page[Obligation], user: User
) -> list[tuple[Obligation, CohortReport | None]]:
    """Each duty with its report, where the person may see the training it is about."""
    if not user.spec.sees_cohorts:
        return [(duty, None) for duty in page]
    reports = CohortReport.objects.visible_to(user).for_lists().filter(obligation__in=page.rows)
    of_duty = {report.obligation_id: report for report in reports}
    return [(duty, of_duty.get(duty.pk)) for duty in page]
