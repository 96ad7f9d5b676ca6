"""The evidence of incubators: the queue of reviewers, handing it in, and deciding on it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import today_in_jakarta
from blk_portal.reporting.refusals import Refused
from incubators.filters import EvidenceFilter
from incubators.forms import EvidenceForm, ReasonForm
from incubators.models import Evidence, Incubator
from incubators.models.evidence import EvidenceState
from institutions.listing import listing
from institutions.recording import Record, recorded


@require_safe
def evidence_list(request: SignedInRequest) -> HttpResponse:
    """The evidence a person may see, the latest first; the queues of reviewers are its filters."""
    if not request.user.spec.sees_papers:
        raise PermissionDenied(gettext("Your role does not work with the papers of institutions."))
    visible = Evidence.objects.visible_to(request.user).for_lists()
    filters = EvidenceFilter(request.GET, queryset=visible)
    found = listing(request, filters, order=("-submitted_at", "-id"))
    context = {
        "filters": filters,
        "unknown": found.unknown,
        "is_filtered": found.is_filtered,
        "page": found.page,
        "count": found.count(),
        "today": today_in_jakarta(),
    }
    return render(request, "incubators/evidence_list.html", context, status=found.status)


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """Hand in a paper that proves a criterion; it counts once a reviewer has verified it."""
    visible = Incubator.objects.visible_to(request.user).select_related(
        "institution__regency__province", "round"
    )
    incubator = get_object_or_404(visible, pk=pk)
    if not request.user.has_perm("incubators.add_evidence"):
        raise PermissionDenied(gettext("Your role hands in no evidence."))
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = EvidenceForm(*sent, initial={"criterion": request.GET.get("kriteria")})
    record = Record(
        page=gettext("Hand in evidence"),
        title=gettext("Which evidence do you hand in?"),
        intro=gettext(
            "A reviewer of the ministry looks at the paper. It counts from the day it is verified, "
            "until the day it ends."
        ),
        button=gettext("Hand in the evidence"),
        done=gettext("Handed in. A reviewer of the ministry decides on it."),
        back_url=reverse("incubators:incubator-detail", args=[pk]),
        back_label=gettext("Incubator"),
    )
    return recorded(
        request, incubator.institution, form, record, refusals=Refused,
        act=lambda: Evidence.objects.submit(
            incubator=incubator, by=request.user, **form.cleaned_data
        ),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def evidence_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One piece of evidence, and how an incubator reviewer decides on it."""
    visible = Evidence.objects.visible_to(request.user).for_lists()
    evidence = get_object_or_404(visible, pk=pk)
    may_decide = request.user.has_perm("incubators.verify_evidence")
    if request.method == "POST" and not may_decide:
        raise PermissionDenied(gettext("Your role decides on no evidence."))
    form, refusal, status = ReasonForm(), None, 200
    if request.method == "POST":
        form, refusal = _decide(request, evidence)
        if refusal is None and not form.errors:
            return redirect("incubators:incubator-detail", pk=evidence.incubator_id)
        status = refusal.status if refusal else 400
    context = {
        "evidence": evidence,
        "incubator": evidence.incubator,
        "institution": evidence.incubator.institution,
        "form": form,
        "refusal": refusal,
        "is_waiting": evidence.state == EvidenceState.WAITING,
        "is_verified": evidence.state == EvidenceState.VERIFIED,
        "is_own": evidence.submitted_by_id == request.user.pk,
        "may_decide": may_decide,
        "days_left": evidence.days_left(on=today_in_jakarta()),
    }
    return render(request, "incubators/evidence_detail.html", context, status=status)


def _decide(request: SignedInRequest, evidence: Evidence) -> tuple[ReasonForm, Refused | None]:
    """Carry out the decision that was sent; the form with the reason, and the refusal if any."""
    verb, form = request.POST.get("putusan", ""), ReasonForm(request.POST)
    try:
        if verb == "verifikasi":
            form = ReasonForm()
            evidence.verify(by=request.user)
            messages.success(request, gettext("Verified: it counts from today on."))
        elif verb not in ("tolak", "tarik"):
            return form, Refused(gettext("Choose a decision first."))
        elif form.is_valid():
            act = evidence.refuse if verb == "tolak" else evidence.withdraw
            act(by=request.user, reason=form.cleaned_data["reason"])
            done = gettext("Refused.") if verb == "tolak" else gettext("Withdrawn.")
            messages.success(request, done)
    except Refused as refusal:
        evidence.refresh_from_db()
        return form, refusal
    return form, None
