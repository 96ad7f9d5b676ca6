"""The operator's way with a roster: upload, take off, and reading a NIK."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.privacy.forms import RevealForm
from blk_portal.sheets.errors import Refusal, SheetRefused
from trainings import roster
from trainings.filing import file_reports
from trainings.forms import UploadForm
from trainings.models import Cohort, Participant
from trainings.roster_sheet import read_roster
from trainings.unlocking import Locked
from trainings.views import cohort_page

TOO_LARGE = {Refusal.FILE_TOO_LARGE, Refusal.UNPACKS_TOO_LARGE}


def own_cohort(request: SignedInRequest, pk: int) -> Cohort:
    """The cohort an operator works on; a foreign one is not there."""
    return get_object_or_404(Cohort.objects.editable_by(request.user).for_lists(), pk=pk)


def back_to(cohort: Cohort, anchor: str) -> HttpResponse:
    """To a place on the page of the cohort; a message with the tag of that place stands there."""
    return redirect(reverse("trainings:cohort-detail", args=[cohort.pk]) + f"#{anchor}")


@require_POST
@file_reports
def upload(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read a roster file: good rows are kept, the others come back with their cure."""
    cohort = own_cohort(request, pk)
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return cohort_page(request, pk, status=400, upload_form=form)
    file, today = form.cleaned_data["file"], timezone.localdate()
    try:
        reading = read_roster(file.read(), file.name, today=today)
    except SheetRefused as refusal:
        form.add_error("file", f"{refusal.message} {refusal.cure}")
        status = 413 if refusal.code in TOO_LARGE else 400
        return cohort_page(request, pk, status=status, upload_form=form)
    name = file.name[-200:]
    try:
        roster.store_upload(cohort, reading, filename=name, by=request.user, today=today)
    except Locked as refusal:
        form.add_error("file", f"{refusal.message} {refusal.cure}")
        return cohort_page(request, pk, status=refusal.status, upload_form=form)
    return back_to(cohort, "hasil-unggah")


@require_POST
@file_reports
def remove_participant(request: SignedInRequest, pk: int, participant: int) -> HttpResponse:
    """Take a participant off the roster."""
    cohort = own_cohort(request, pk)
    person = get_object_or_404(Participant.objects.filter(cohort=cohort), pk=participant)
    roster.remove(cohort, person)
    text = gettext("%(name)s is taken off the roster.") % {"name": person.name}
    messages.success(request, text, extra_tags="peserta")
    return back_to(cohort, "peserta")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reveal_nik(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show a NIK in full after asking why; every reading is logged."""
    person = get_object_or_404(
        Participant.objects.visible_to(request.user).select_related("cohort"), pk=pk
    )
    if not request.user.has_perm("privacy.reveal_nik"):
        raise PermissionDenied(gettext("Your role does not read NIKs."))
    form = RevealForm(request.POST or None)
    context = {"person": person, "form": form}
    if request.method == "POST" and form.is_valid():
        context["nik"] = person.reveal_nik(by=request.user, reason=form.cleaned_data["reason"])
    status = 400 if form.errors else 200
    return render(request, "trainings/participant_nik.html", context, status=status)
