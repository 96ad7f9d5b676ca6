"""The pages of proposed changes: operators propose and withdraw, staff accept or refuse."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from blk_portal.accounts.requests import SignedInRequest
from institutions.keyset import keyset_page
from institutions.models import ChangeProposal, Institution
from institutions.models.proposal import ProposalRefused, may_propose, propose
from institutions.proposal_forms import DecisionForm, ProposalForm

LONGEST_HISTORY = 50
QUEUE = "antrean"


@dataclass(frozen=True)
class Card:
    """A proposal as it stands on a page, with the form to decide it where the person may."""

    proposal: ChangeProposal
    form: DecisionForm | None = None
    is_own: bool = False


def institution_of(request: SignedInRequest, pk: int) -> Institution:
    """The institution of the address: 404 outside the area, 403 without a part in proposals."""
    institution = get_object_or_404(Institution.objects.visible_to(request.user).for_lists(), pk=pk)
    if not request.user.has_perm("institutions.view_changeproposal"):
        raise PermissionDenied(gettext("Your role has no part in changes of the register."))
    return institution


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """The proposals of one institution, and the form for a new one for its operators."""
    institution = institution_of(request, pk)
    if request.method != "POST":
        return proposal_page(request, institution)
    if not may_propose(request.user):
        raise PermissionDenied(gettext("Operators propose changes; staff change the register."))
    form = proposal_form(request, institution)
    if not form.is_valid():
        return proposal_page(request, institution, form=form, status=400)
    given = form.cleaned_data
    try:
        propose(institution, form.changes(), reason=given["reason"], by=request.user)
    except ProposalRefused as refusal:
        return proposal_page(request, institution, form=form, refusal=refusal, status=409)
    messages.success(
        request, gettext("Your proposal has been sent. You see here what comes of it.")
    )
    return redirect("institutions:proposal-list", institution.pk)


def proposal_form(request: SignedInRequest, institution: Institution) -> ProposalForm:
    own = ChangeProposal.objects.visible_to(request.user).filter(institution=institution)
    # What was sent is read whole: that a change of it awaits a decision is said by the refusal.
    waiting = set() if request.method == "POST" else set(own.open().values_list("field", flat=True))
    data = request.POST if request.method == "POST" else None
    return ProposalForm(data, institution=institution, waiting=waiting)


def proposal_page(
    request: SignedInRequest,
    institution: Institution,
    *,
    form: ProposalForm | None = None,
    refusal: ProposalRefused | None = None,
    decided: tuple[int, DecisionForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of an institution's proposals; `decided` is a decision that came back, by id."""
    proposals = ChangeProposal.objects.visible_to(request.user).filter(institution=institution)
    proposals = proposals.for_lists()
    if form is None and may_propose(request.user):
        form = proposal_form(request, institution)
    context = {
        "institution": institution,
        "waiting": cards(request, list(proposals.open()), came_back=decided),
        "settled": list(proposals.settled()[:LONGEST_HISTORY]),
        "form": form,
        "decides": request.user.has_perm("institutions.decide_changeproposal"),
        "refusal": refusal,
        "unsent": decided[1].data.get("note") if decided and refusal else "",
    }
    return render(request, "institutions/proposal_list.html", context, status=status)


def cards(
    request: SignedInRequest,
    proposals: list[ChangeProposal],
    came_back: tuple[int, DecisionForm] | None = None,
) -> list[Card]:
    """The open proposals, each with its form where the person decides on it."""
    decides = request.user.has_perm("institutions.decide_changeproposal")
    own = may_propose(request.user)
    return [
        Card(
            proposal,
            form=came_back[1] if came_back and came_back[0] == proposal.pk
            else DecisionForm(proposal=proposal) if decides else None,
            is_own=own,
        )
        for proposal in proposals
    ]  # fmt: skip


@require_POST
def proposal_withdraw(request: SignedInRequest, pk: int, proposal: int) -> HttpResponse:
    """Take one's own proposal, or a colleague's of the same institution, back."""
    institution = institution_of(request, pk)
    if not may_propose(request.user):
        raise PermissionDenied(gettext("Operators propose changes; staff change the register."))
    visible = ChangeProposal.objects.visible_to(request.user).filter(institution=institution)
    row = get_object_or_404(visible, pk=proposal)
    try:
        row.withdraw(by=request.user)
    except ProposalRefused as refusal:
        return proposal_page(request, institution, refusal=refusal, status=409)
    messages.success(request, gettext("The proposal has been withdrawn."))
    return redirect("institutions:proposal-list", institution.pk)


@require_POST
def proposal_decide(request: SignedInRequest, pk: int, proposal: int) -> HttpResponse:
    """Accept or refuse one proposal; what was written stays when somebody was faster."""
    institution = institution_of(request, pk)
    if not request.user.has_perm("institutions.decide_changeproposal"):
        raise PermissionDenied(gettext("Staff of the area decide on proposed changes."))
    decidable = ChangeProposal.objects.editable_by(request.user).filter(institution=institution)
    row = get_object_or_404(decidable.for_lists(), pk=proposal)
    form = DecisionForm(request.POST, proposal=row)
    if not form.is_valid():
        return proposal_page(request, institution, decided=(row.pk, form), status=400)
    given = form.cleaned_data
    try:
        if given["verb"] == "accept":
            row.accept(by=request.user, seen=given["seen"], note=given["note"])
        else:
            row.refuse(by=request.user, note=given["note"])
    except ProposalRefused as refusal:
        again = (row.pk, form.brought_up_to_date(row))
        return proposal_page(request, institution, decided=again, refusal=refusal, status=409)
    messages.success(request, gettext("Recorded: %(step)s.") % {"step": row.get_state_display()})
    if request.POST.get("dari") == QUEUE:
        return redirect("institutions:proposal-queue")
    return redirect("institutions:proposal-list", institution.pk)


@require_safe
def proposal_queue(request: SignedInRequest) -> HttpResponse:
    """The proposals that wait for the person's decision, the oldest first."""
    if not request.user.has_perm("institutions.decide_changeproposal"):
        raise PermissionDenied(gettext("Staff of the area decide on proposed changes."))
    waiting = ChangeProposal.objects.editable_by(request.user).open().for_lists()
    page = keyset_page(request, waiting, order=("proposed_at", "id"))
    context = {
        "page": page, "count": waiting.count(), "cards": cards(request, page.rows), "from": QUEUE,
    }  # fmt: skip
    return render(request, "institutions/proposal_queue.html", context)
