"""The calendar of trainings: a month at a time, with the filters of their list."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import today_in_jakarta
from trainings.filters import CohortFilter
from trainings.models import Cohort
from trainings.month import MOST_SHOWN, Month, month_of

MONTH = "bulan"


@require_safe
def cohort_calendar(request: SignedInRequest) -> HttpResponse:
    """The trainings of a month that a person may see, day by day."""
    if not request.user.spec.sees_cohorts:
        raise PermissionDenied(gettext("Your role works with figures, not with single trainings."))
    cohorts = Cohort.objects.visible_to(request.user)
    filters = CohortFilter(request.GET, queryset=cohorts.for_lists())
    written = request.GET.get(MONTH, "").strip()
    asked = Month.read(written)
    month = asked or Month.of(today_in_jakarta())
    shown = month_of(filters.qs, month)
    latest = cohorts.order_by("-starts_on").values_list("starts_on", flat=True).first()
    is_refused = bool(filters.form.errors) or bool(written and asked is None)
    context = {
        "filters": filters,
        "shown": shown,
        "month": month,
        "today": today_in_jakarta(),
        "refused": written if asked is None else "",
        "before": address(request, month.before),
        "after": address(request, month.after),
        "latest": address(request, Month.of(latest)) if shown.is_empty and latest else "",
        "most": MOST_SHOWN,
    }
    status = 400 if is_refused else 200
    return render(request, "trainings/cohort_calendar.html", context, status=status)


def address(request: SignedInRequest, month: Month) -> str:
    """The same page with the same filters in another month."""
    query = request.GET.copy()
    query[MONTH] = str(month)
    return f"?{query.urlencode()}"
