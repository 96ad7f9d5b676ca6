"""Who owes which report, and since when: the list for those who ask, and how complete areas are."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import SignedInRequest
from blk_portal.accounts.roles import Reach
from blk_portal.formats import today_in_jakarta
from blk_portal.reporting import completeness
from blk_portal.reporting.filters import CompletenessFilter, ObligationFilter
from blk_portal.reporting.messenger import messenger_url, owed_message
from blk_portal.reporting.models import Obligation
from institutions.listing import COUNT_LIMIT, listing
from institutions.models.reach import with_areas
from trainings.models import CohortReport


@dataclass(frozen=True)
class Owed:
    """A row of the list: the obligation, its report, and a message to the contact.

    tells_contact: whether this row is the one of its institution that tells the contact.
    """

    duty: Obligation
    report: CohortReport | None
    message: str = ""
    messenger_url: str = ""
    tells_contact: bool = True


@require_safe
def outstanding_list(request: SignedInRequest) -> HttpResponse:
    """What the institutions that a person sees owe: overdue, unless another state is asked."""
    person = with_areas(request.user)
    visible = Obligation.objects.visible_to(person)
    filters = ObligationFilter(request.GET, queryset=visible.for_lists(), request=request)
    found = listing(request, filters, order=("due_on", "id"))
    today = today_in_jakarta()
    context = {
        "filters": filters,
        "unknown": found.unknown,
        "is_filtered": found.is_filtered,
        "is_about_missing": filters.is_about_missing,
        "year": filters.form.cleaned_data.get("tahun"),
        "page": found.page,
        "rows": _rows(found.page.rows, person),
        "count": found.count(),
        "count_limit": COUNT_LIMIT,
        "figures": None
        if found.is_refused
        else completeness.completeness(filters.scope(visible), on=today),
        "query": request.GET.urlencode(),
        "may_filter": request.user.spec.reach != Reach.OWN,
    }
    return render(request, "progress/outstanding_list.html", context, status=found.status)


def _rows(duties: list[Obligation], user: User) -> list[Owed]:
    """Each duty with its report, where the person may see the training it is about."""
    of_duty: dict[int, CohortReport] = {}
    if user.spec.sees_cohorts and duties:
        reports = CohortReport.objects.visible_to(user).for_lists().filter(obligation__in=duties)
        of_duty = {report.obligation_id: report for report in reports}
    texts = {} if user.spec.reach == Reach.OWN else _messages(duties, user)
    first = {duty.institution_id: duty for duty in reversed(duties)}
    rows = []
    for duty in duties:
        tells = first[duty.institution_id] == duty
        text = texts.get(duty.institution_id, "") if tells else ""
        url = messenger_url(duty.institution, text) if text else ""
        rows.append(Owed(duty, of_duty.get(duty.pk), text, url, tells))
    return rows


def _messages(duties: Iterable[Obligation], user: User) -> dict[int, str]:
    """For each institution that owes something on the page, a message about all that is overdue."""
    institutions = {duty.institution_id: duty.institution for duty in duties if duty.is_outstanding}
    if not institutions:
        return {}
    overdue = Obligation.objects.visible_to(user).overdue(on=today_in_jakarta())
    owed: dict[int, list[Obligation]] = {}
    for duty in overdue.filter(institution__in=institutions).select_related("programme_year"):
        owed.setdefault(duty.institution_id, []).append(duty)
    return {pk: owed_message(institutions[pk], late) for pk, late in owed.items()}


@require_safe
def completeness_list(request: SignedInRequest) -> HttpResponse:
    """How complete and how timely reports are, by province, office and regency."""
    visible = Obligation.objects.visible_to(request.user)
    filters = CompletenessFilter(request.GET, queryset=visible, request=request)
    found = listing(request, filters, order=("due_on", "id"))
    provinces, offices, regencies = completeness.by_area(
        found.rows,
        on=today_in_jakarta(),
        areas=(completeness.PROVINCES, completeness.OFFICES, completeness.REGENCIES),
    )
    whole = completeness.Completeness(
        *(sum(getattr(area.figures, name) for area in provinces) for name in completeness.SUMS)
    )
    is_narrow = len(provinces) == 1
    context = {
        "filters": filters,
        "unknown": found.unknown,
        "is_filtered": found.is_filtered,
        "figures": whole,
        "provinces": provinces,
        "offices": offices,
        "regencies": regencies if is_narrow else [],
        "may_filter": request.user.spec.reach != Reach.OWN,
        "query": request.GET.urlencode(),
    }
    return render(request, "progress/completeness_list.html", context, status=found.status)
