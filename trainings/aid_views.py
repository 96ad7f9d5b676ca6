"""The money of one cohort: recorded when it came, accounted for, accepted."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import long_date, rupiah
from institutions.entry_forms import ReasonForm, text_field
from institutions.forms import DayForm
from institutions.models import Institution
from institutions.money_forms import AcceptForm, RupiahField
from institutions.record_forms import PaperForm
from institutions.recording import Record, recorded
from trainings.models import AidRefused, Cohort, TrainingAid

RECEIVE, FILE, ACCEPT, SEND_BACK = "receive", "file", "accept", "send_back"


class ReceiveForm(DayForm):
    """The money that a cohort received, and the day."""

    amount = RupiahField(label=_("Amount in rupiah"))
    number = text_field(label=_("Number of the proof (SP2D or transfer)"), length=60, rows=1)
    field_order = ["on", "amount", "number"]


class LpjForm(PaperForm):
    """The accountability report of a cohort's money, and its paper."""


@dataclass(frozen=True)
class Step:
    """What is done with the money of a cohort: its form, and the words of its page."""

    form: type[Form]
    title: Any
    button: Any
    done: Any


STEPS = {
    RECEIVE: Step(
        ReceiveForm, _("Record the money received"), _("Record the money"),
        _("The money is recorded."),
    ),
    FILE: Step(LpjForm, _("File the LPJ"), _("File the LPJ"), _("The LPJ is filed.")),
    ACCEPT: Step(AcceptForm, _("Accept the LPJ"), _("Accept the LPJ"), _("The LPJ is accepted.")),
    SEND_BACK: Step(
        ReasonForm, _("Send the LPJ back"), _("Send the LPJ back"), _("The LPJ was sent back.")
    ),
}  # fmt: skip


def _may(request: SignedInRequest, cohort: Cohort, verb: str) -> bool:
    """Whether the person may do this at all, however the money stands."""
    is_staff = Institution.objects.editable_by(request.user).contains(cohort.institution)
    if verb == RECEIVE:
        return is_staff or request.user.has_perm("trainings.file_cohortreport")
    if verb == FILE:
        return request.user.has_perm("institutions.file_lpj")
    return is_staff


def steps_for(
    request: SignedInRequest, cohort: Cohort, aid: TrainingAid | None
) -> list[tuple[str, Any]]:
    """What the person may do with the money of the cohort as it stands now: address and words."""
    if aid is None:
        verbs = [RECEIVE]
    elif aid.accepted_on:
        verbs = []
    else:
        verbs = [ACCEPT, SEND_BACK] if aid.filed_on else [FILE, RECEIVE]
    return [
        (reverse(f"trainings:aid-{verb.replace('_', '-')}", args=[cohort.pk]), STEPS[verb].title)
        for verb in verbs
        if _may(request, cohort, verb)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def aid_step(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    """Do one thing with the money of a cohort; what was typed stays when it is refused."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user).for_plan(), pk=pk)
    if not _may(request, cohort, verb):
        raise PermissionDenied(gettext("Your role does not do this with the money of a cohort."))
    aid = TrainingAid.objects.visible_to(request.user).filter(cohort=cohort).first()
    if aid is None and verb != RECEIVE:
        raise AidRefused(
            gettext("No money of this cohort is recorded yet."),
            cure=gettext("Record the money received first."),
        )
    step = STEPS[verb]
    initial = {"amount": aid.amount, "on": aid.received_on, "number": aid.number} if aid else {}
    form = step.form(
        request.POST or None, request.FILES or None, initial=initial if verb == RECEIVE else {}
    )
    told = {"amount": rupiah(aid.amount), "day": long_date(aid.lpj_due_on)} if aid else {}
    record = Record(
        page=str(step.title), title=f"{step.title}: {cohort}", button=str(step.button),
        intro=gettext("Received: %(amount)s. LPJ due on %(day)s.") % told
        if aid
        else gettext("The LPJ is due so many working days after this day as the year says."),
        done=str(step.done), back_url=reverse("trainings:cohort-plan", args=[pk]),
        back_label=str(cohort),
    )  # fmt: skip
    return recorded(
        request, cohort.institution, form, record, refusals=AidRefused,
        act=lambda: _act(request, cohort, aid, verb, form),
    )  # fmt: skip


def _act(
    request: SignedInRequest, cohort: Cohort, aid: TrainingAid | None, verb: str, form: Form
) -> None:
    given = dict(form.cleaned_data)
    if isinstance(form, LpjForm):
        given["document"] = form.paper(cohort.institution, code="lpj", name="LPJ", by=request.user)
        given["number"] = given.pop("document_number")
        given.pop("file")
    if aid is None or verb == RECEIVE:
        visible = TrainingAid.objects.visible_to(request.user)
        visible.receive(cohort=cohort, by=request.user, **given)
    else:
        getattr(aid, verb)(by=request.user, **given)
