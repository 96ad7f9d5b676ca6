"""Keeping what somebody types, and throwing it away when it is not wanted."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import clock
from trainings.drafts import MARK, FormOf, keeps_typing
from trainings.filing import REVIEW, may_file
from trainings.models import Cohort

DISCARD = "buang"


@keeps_typing
@require_POST
def form_draft(request: SignedInRequest, pk: int) -> HttpResponse:
    """Keep the form as it stands, or discard what was kept; a script is told when it was kept.

    Of the one who files the cohort's reports, and of the one who decides on them.
    """
    if not may_file(request.user, pk) and not request.user.has_perm(REVIEW):
        raise PermissionDenied
    cohorts = Cohort.objects.visible_to(request.user)
    cohort = get_object_or_404(cohorts.select_related("institution__regency__province"), pk=pk)
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
