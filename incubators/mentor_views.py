"""The page of mentors: who they are, where they come from, how many hours they gave."""

from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from blk_portal.accounts.requests import SignedInRequest
from incubators.mentor_filters import MentorFilter, sessions_of
from incubators.models import Mentor
from institutions.listing import COUNT_LIMIT, listing


@require_safe
def mentor_list(request: SignedInRequest) -> HttpResponse:
    """The mentors by name, with the hours of the sessions that the person may see."""
    user = request.user
    mentors = Mentor.objects.visible_to(user).select_related("partner")
    filters = MentorFilter(request.GET, queryset=mentors, request=request)
    found = listing(request, filters, order=("name", "id"))
    year = "" if found.is_refused else filters.year
    by_partner = (
        sessions_of(user, year)
        .order_by()
        .values("mentor__partner", "mentor__partner__name")
        .annotate(hours=Sum("hours"), sessions=Count("pk"), mentors=Count("mentor", distinct=True))
        .order_by("-hours", "mentor__partner__name")
    )
    context = {
        "filters": filters,
        "unknown": found.unknown,
        "is_filtered": found.is_filtered,
        "page": found.page,
        "count": found.count(),
        "count_limit": COUNT_LIMIT,
        "year": year,
        "partners": [] if found.is_refused else list(by_partner),
        "sees_contacts": user.has_perm("incubators.view_mentor")
        or user.has_perm("incubators.change_tenant"),
        "may_keep": user.is_staff and user.has_perm("incubators.change_mentor"),
    }
    return render(request, "incubators/mentor_list.html", context, status=found.status)
