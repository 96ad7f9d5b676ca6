"""The page of an institution's money, and how each tranche is recorded and accounted for."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import long_date, rupiah, today_in_jakarta
from institutions.models import Disbursement, Institution
from institutions.models.money import MoneyRefused
from institutions.money_forms import AcceptForm, GiveBackForm, LpjForm, SendBackForm, TrancheForm
from institutions.record_forms import PaperForm, WithdrawForm
from institutions.recording import (
    Record,
    institution_to_read,
    institution_to_record,
    may_record,
    recorded,
)

FILE = "file"


@dataclass(frozen=True)
class Step:
    """What is done with a tranche: its form, the words of its page, the kind of its paper."""

    form: type[Form]
    title: Any
    button: Any
    done: Any
    paper: tuple[str, Any] = ("", "")


STEPS: dict[str, Step] = {
    FILE: Step(
        LpjForm, _("File the LPJ"), _("File the LPJ"), _("The LPJ is filed."), ("lpj", _("LPJ"))
    ),
    "give_back": Step(
        GiveBackForm, _("Record returned money"), _("Record the return"),
        _("The returned money is recorded."), ("bukti-setor", _("Proof of returned money")),
    ),
    "accept": Step(AcceptForm, _("Accept the LPJ"), _("Accept the LPJ"), _("The LPJ is accepted.")),
    "send_back": Step(
        SendBackForm, _("Send the LPJ back"), _("Send the LPJ back"), _("The LPJ was sent back.")
    ),
    "withdraw": Step(
        WithdrawForm, _("Withdraw the tranche"), _("Withdraw the tranche"),
        _("The tranche is withdrawn."),
    ),
}  # fmt: skip


def institution_with_money(request: SignedInRequest, pk: int) -> Institution:
    """The institution whose money the person sees; 404 outside the area, 403 without right."""
    institution = institution_to_read(request, pk)
    if not request.user.spec.sees_money:
        raise PermissionDenied(gettext("Your role does not see the money of institutions."))
    return institution


def steps_for(
    request: SignedInRequest, institution: Institution, tranche: Disbursement
) -> list[str]:
    """What the person may do with the tranche as it stands now."""
    if tranche.accepted_on or tranche.withdrawn_at:
        return []
    steps = []
    if not tranche.filed_on and request.user.has_perm("institutions.file_lpj"):
        steps.append(FILE)
    if not may_record(request, institution):
        return steps
    if tranche.filed_on:
        steps += ["accept", "send_back"]
    if tranche.outstanding:
        steps.append("give_back")
    if tranche.outstanding == tranche.amount:
        steps.append("withdraw")
    return steps


@require_safe
def money_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was paid to the institution, and how far each tranche is accounted for."""
    institution = institution_with_money(request, pk)
    visible = Disbursement.objects.visible_to(request.user).filter(institution=institution)
    tranches = list(visible.select_related("programme_year"))
    standing = [tranche for tranche in tranches if not tranche.withdrawn_at]
    today = today_in_jakarta()
    context = {
        "institution": institution,
        "tranches": [(tranche, tranche.state_on(today)) for tranche in tranches],
        "paid": sum(tranche.amount for tranche in standing),
        "accounted": sum(tranche.accounted for tranche in standing),
        "returned": sum(tranche.returned for tranche in standing),
        "outstanding": sum(tranche.outstanding for tranche in standing),
        "may_record": may_record(request, institution),
    }
    return render(request, "institutions/money_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def tranche_record(request: SignedInRequest, pk: int) -> HttpResponse:
    """Record a tranche that was paid; its LPJ is due some working days later."""
    institution = institution_to_record(request, pk)
    initial = {"programme_year": institution.programme_year.year}
    form = TrancheForm(request.POST or None, initial=initial)
    record = Record(
        page=gettext("Record a tranche"), title=gettext("Record a tranche"),
        intro=gettext("The LPJ is due so many working days after the SP2D as the year says."),
        button=gettext("Record the tranche"), done=gettext("The tranche is recorded."),
        back_url=reverse("institutions:money-list", args=[pk]), back_label=gettext("Money"),
    )  # fmt: skip

    def pay() -> Disbursement:
        given = dict(form.cleaned_data)
        return institution.disbursements.pay(
            institution=institution, by=request.user, sp2d_on=given.pop("on"), **given
        )

    return recorded(request, institution, form, record, act=pay, refusals=MoneyRefused)


@require_safe
def tranche_detail(request: SignedInRequest, pk: int, tranche: int) -> HttpResponse:
    """One tranche: its sums, what may be done now, and its history."""
    institution = institution_with_money(request, pk)
    found = get_object_or_404(
        Disbursement.objects.visible_to(request.user).select_related(
            "programme_year", "recorded_by", "withdrawn_by"
        ),
        institution=institution, pk=tranche,
    )  # fmt: skip
    today = today_in_jakarta()
    context = {
        "institution": institution,
        "tranche": found,
        "state": found.state_on(today),
        "steps": [(verb, STEPS[verb].title) for verb in steps_for(request, institution, found)],
        "history": found.steps.select_related("by", "document"),
    }
    return render(request, "institutions/tranche_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def tranche_step(request: SignedInRequest, pk: int, tranche: int, verb: str) -> HttpResponse:
    """Do one thing with a tranche; filing is also the operator's, the rest is for staff."""
    institution = institution_with_money(request, pk)
    may_file = verb == FILE and request.user.has_perm("institutions.file_lpj")
    if not may_file:
        institution_to_record(request, pk)
    found = get_object_or_404(
        Disbursement.objects.visible_to(request.user), institution=institution, pk=tranche
    )
    step = STEPS[verb]
    form = step.form(request.POST or None, request.FILES or None)
    told = {"tranche": found, "open": rupiah(found.outstanding), "day": long_date(found.lpj_due_on)}
    record = Record(
        page=str(step.title), title=f"{step.title}: {found}", button=str(step.button),
        intro=gettext("Still open: %(open)s. LPJ due on %(day)s.") % told, done=str(step.done),
        back_url=reverse("institutions:tranche-detail", args=[pk, tranche]),
        back_label=str(found),
    )  # fmt: skip
    return recorded(
        request, institution, form, record, refusals=MoneyRefused,
        act=lambda: getattr(found, verb)(
            by=request.user, **_told(form, institution, request, step)
        ),
    )  # fmt: skip


def _told(
    form: Form, institution: Institution, request: SignedInRequest, step: Step
) -> dict[str, Any]:
    """What the verb is told: the fields of its form, the paper already kept."""
    given = dict(form.cleaned_data)
    if isinstance(form, PaperForm):
        code, name = step.paper
        given["document"] = form.paper(institution, code=code, name=str(name), by=request.user)
        given["number"] = given.pop("document_number")
        given.pop("file")
    return given
