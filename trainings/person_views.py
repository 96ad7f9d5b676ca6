"""Staff answer a person: what is held of them, corrections, and restricted processing."""

import json

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import number
from blk_portal.printing.typesetting import Busy, Unprintable, typeset
from blk_portal.privacy.models import AccessLog
from trainings import person_file
from trainings.models import CohortReport, Participant, ParticipantChange
from trainings.person_forms import CorrectionForm, RestrictionForm

keep_people = permission_required("trainings.keep_participant", raise_exception=True)
MEDIA = {"pdf": "application/pdf", "json": "application/json"}


def _person(request: SignedInRequest, pk: int) -> Participant:
    people = Participant.objects.file_visible_to(request.user).select_related("cohort__programme")
    return get_object_or_404(people, pk=pk)


def _note(request: SignedInRequest, person: Participant, what: str) -> None:
    AccessLog.objects.create(
        user=request.user, action=AccessLog.Action.READ_NAMES,
        subject=person_file.subject_of(person), reason=what,
    )  # fmt: skip


@never_cache
@require_safe
@keep_people
def participant_file(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is held of a person over all cohorts the reader may see, and who has read it."""
    file = person_file.file_of(pk, reader=request.user)
    if file is None:
        raise Http404
    if request.method == "GET":
        _note(request, file.person, gettext("File opened"))
    rows = [
        (
            row,
            person_file.training_of(row),
            person_file.held(row, is_masked=True),
            file.records.get(row.cohort_id, ()),
        )
        for row in file.participations
    ]
    elsewhere = [(one, one.held(is_masked=True)) for one in file.elsewhere]
    context = {"person": file.person, "file": file, "rows": rows, "elsewhere": elsewhere}
    return render(request, "trainings/person_file.html", context)


@never_cache
@require_POST
@keep_people
def participant_file_download(request: SignedInRequest, pk: int, form: str) -> HttpResponse:
    """The file of a person to hand over, as PDF or JSON."""
    if form not in MEDIA:
        raise Http404
    file = person_file.file_of(pk, reader=request.user, is_whole=True)
    if file is None:
        raise Http404
    if form == "json":
        content = json.dumps(person_file.as_json(file), ensure_ascii=False, indent=1).encode()
    else:
        try:
            content = typeset("profile", person_file.as_page(file))
        except (Busy, Unprintable):
            messages.error(request, gettext("The page could not be made just now. Try again."))
            return redirect("trainings:participant-file", pk)
    _note(request, file.person, gettext("File handed over"))
    response = HttpResponse(content, content_type=MEDIA[form])
    response["Content-Disposition"] = content_disposition_header(True, f"berkas-{pk}.{form}")
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@keep_people
def participant_correct(request: SignedInRequest, pk: int) -> HttpResponse:
    """Correct what no figure rests on, with a reason; the old values stay in the history."""
    person = _person(request, pk)
    form = CorrectionForm(request.POST or None, instance=_person(request, pk))
    if form.is_valid():
        because = form.cleaned_data["because"]
        rows = ParticipantChange.objects.correct(
            person, form.values(), by=request.user, because=because
        )
        text = ngettext("%(n)s value is corrected.", "%(n)s values are corrected.", len(rows))
        told = text % {"n": number(len(rows))} if rows else gettext("Nothing was changed.")
        messages.success(request, told)
        return redirect("trainings:participant-file", pk)
    report = CohortReport.objects.visible_to(request.user).closing().get(cohort=person.cohort_id)
    is_verified = report.status == CohortReport.Status.VERIFIED
    context = {"person": person, "form": form, "report": report, "is_verified": is_verified}
    status = 400 if form.is_bound else 200
    return render(request, "trainings/person_correct.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@keep_people
def participant_restrict(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hide a person from lists of names, or show the person again, with a reason."""
    person = _person(request, pk)
    form = RestrictionForm(request.POST or None)
    if form.is_valid():
        is_restricted = request.POST.get("to") == "restricted"
        because = form.cleaned_data["because"]
        ParticipantChange.objects.restrict(
            person, is_restricted=is_restricted, by=request.user, because=because
        )
        done = gettext("Restricted: lists and exports no longer show this person.")
        lifted = gettext("The restriction is lifted.")
        messages.success(request, done if is_restricted else lifted)
        return redirect("trainings:participant-file", pk)
    context = {"person": person, "form": form}
    status = 400 if form.is_bound else 200
    return render(request, "trainings/person_restrict.html", context, status=status)
