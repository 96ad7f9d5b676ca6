"""Participants typed one by one, as on a phone."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from blk_portal.accounts.requests import SignedInRequest
from trainings import one_participant
from trainings.drafts import CONTINUE, FormOf, as_sent, keeps_typing
from trainings.models import Cohort, FormDraft, Participant
from trainings.participant_forms import ParticipantForm
from trainings.roster import open_report
from trainings.roster_views import back_to, own_cohort
from trainings.unlock_views import asking_page
from trainings.unlocking import Locked, unlocked
from trainings.views import file_reports

NEXT = "berikutnya"
# Where on the page of the cohort the participants stand, and what is told of them.
PLACE = "peserta"


@keeps_typing
@require_http_methods(["GET", "HEAD", "POST"])
@file_reports
@transaction.atomic
def participant_create(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add one participant; "save and next" opens an empty form at once."""
    return _entry(request, own_cohort(request, pk), None)


@keeps_typing
@require_http_methods(["GET", "HEAD", "POST"])
@file_reports
@transaction.atomic
def participant_update(request: SignedInRequest, pk: int, participant: int) -> HttpResponse:
    """Change what is known of one participant."""
    cohort = own_cohort(request, pk)
    people = Participant.objects.editable_by(request.user).filter(cohort=cohort)
    return _entry(request, cohort, get_object_or_404(people, pk=participant))


def _entry(request: SignedInRequest, cohort: Cohort, person: Participant | None) -> HttpResponse:
    if request.method != "POST":
        if not cohort.closing.is_open:
            return redirect("trainings:cohort-detail", cohort.pk)
        return _entry_page(request, cohort, person)
    # Held from here on, so that what the page is compared with is what it is written over.
    open_report(cohort)
    initial = None
    if person:
        person.refresh_from_db()
        initial = ParticipantForm.cells_of(person)
    open_now = unlocked(cohort.closing)
    form = ParticipantForm(request.POST, initial=initial, stored=person, open_now=open_now)
    if not form.is_valid():
        return _entry_page(request, cohort, person, form=form)
    cells, today = form.cells(), timezone.localdate()
    try:
        if person:
            entered = one_participant.change(person, cells, today=today)
        else:
            entered = one_participant.add(cohort, cells, today=today)
    except Locked as refusal:
        form.add_error(None, f"{refusal.message} {refusal.cure}")
        return _entry_page(request, cohort, person, form=form)
    if entered.participant is None:
        form.add_faults(entered.faults)
        return _entry_page(request, cohort, person, form=form)
    _form_of(request, cohort, person).forget()
    _tell(request, entered, is_new=person is None)
    if NEXT in request.POST:
        return redirect("trainings:participant-create", cohort.pk)
    return back_to(cohort, PLACE)


def _form_of(request: SignedInRequest, cohort: Cohort, person: Participant | None) -> FormOf:
    kind = FormDraft.Kind.PARTICIPANT
    return FormOf(request.user.pk, cohort.pk, kind, person.pk if person else None)


def _tell(request: SignedInRequest, entered: one_participant.Entered, *, is_new: bool) -> None:
    text = gettext("%(name)s is stored.")
    if is_new and not entered.is_new:
        text = gettext("%(name)s was on the roster already and is brought up to date.")
    messages.success(request, text % {"name": entered.participant}, extra_tags=PLACE)
    for warning in entered.warnings:
        messages.warning(request, f"{warning.message} {warning.cure}", extra_tags=PLACE)


def _entry_page(
    request: SignedInRequest,
    cohort: Cohort,
    person: Participant | None,
    *,
    form: ParticipantForm | None = None,
) -> HttpResponse:
    """The form, empty, as stored, as it came back, or as it was typed before."""
    of = _form_of(request, cohort, person)
    draft = None if form else of.kept()
    is_continued = draft is not None and CONTINUE in request.GET
    status, is_closed = 200 if form is None else 400, False
    if form is None:
        initial = ParticipantForm.cells_of(person) if person else {}
        typed = as_sent(draft) if draft and is_continued else None
        open_now = unlocked(cohort.closing)
        form = ParticipantForm(typed, initial=initial, stored=person, open_now=open_now)
        is_closed = form.is_closed if person else not open_now.allows(None)
    context = {
        "cohort": cohort,
        "person": person,
        "form": form,
        "form_of": of,
        "is_continued": is_continued,
        "drafts": [(of, draft)] if draft else [],
        "people": cohort.participants.count(),
        "is_closed": is_closed,
        "ask_url": asking_page(cohort, person) if is_closed or form.locked else "",
    }
    return render(request, "trainings/participant_form.html", context, status=status)
