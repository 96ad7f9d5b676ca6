"""Keeping what somebody types, and throwing it away when it is not wanted."""

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import clock
from trainings.drafts import MARK, FormOf, keeps_typing
from trainings.roster_views import own_cohort
from trainings.views import file_reports

DISCARD = "buang"


@keeps_typing
@require_POST
@file_reports
def form_draft(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep the form as it stands, or discard what was kept; a script is told when it was kept."""
    cohort = own_cohort(request, pk)
    form = FormOf.of_mark(request.POST.get(MARK, ""))
    if form is None or (form.user, form.cohort) != (request.user.pk, cohort.pk):
        raise Http404
    if DISCARD in request.POST:
        form.forget()
        messages.success(request, gettext("What was typed is discarded."))
        return redirect(form.page)
    draft = form.keep(request.POST)
    if draft is None:
        raise Http404
    text = gettext("Kept as a draft at %(time)s; not stored yet.")
    said = text % {"time": clock(draft.saved_at, cohort.institution.time_zone)}
    if request.accepts("text/html"):
        messages.success(request, said)
        return redirect(form.page_as_typed)
    return JsonResponse({"text": said})
