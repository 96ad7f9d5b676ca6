"""The evidence of incubators: the queue of reviewers, handing it in, and deciding on it."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import as_date, today_in_jakarta
from blk_portal.reporting.refusals import Refused
from incubators.filters import EvidenceFilter, EvidenceQueue
from incubators.forms import EvidenceForm, ReasonForm
from incubators.models import Evidence, Incubator
from incubators.models.evidence import EvidenceState
from institutions.listing import listing
from institutions.recording import Record, recorded


@require_safe
def evidence_list(request: SignedInRequest) -> HttpResponse:
    """The evidence a person may see; the queues of reviewers are its filters, in their order."""
    if not request.user.spec.sees_papers:
        raise PermissionDenied(gettext("Your role does not work with the papers of institutions."))
    visible = Evidence.objects.visible_to(request.user).for_lists()
    filters = EvidenceFilter(request.GET, queryset=visible)
    found = listing(request, filters, order=filters.order)
    today = today_in_jakarta()
    context = {
        "filters": filters,
        "unknown": found.unknown,
        "is_filtered": found.is_filtered,
        "page": found.page,
        "rows": [(row, (today - as_date(row.submitted_at)).days) for row in found.page],
        "count": found.count(),
        "today": today,
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
    proved = Incubator.objects.visible_to(request.user).proved_by(request.user)
    may_decide = request.user.has_perm("incubators.verify_evidence")
    may_retract = visible.retractable_by(request.user).contains(evidence)
    if request.method == "POST" and not may_decide and not may_retract:
        raise PermissionDenied(gettext("Your role decides on no evidence."))
    form, refusal, status = ReasonForm(), None, 200
    if request.method == "POST":
        form, refusal = _decide(request, evidence, may_decide=may_decide)
        if refusal is None and not form.errors:
            return _after_decision(evidence, may_decide=may_decide)
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
        "may_retract": may_retract and not may_decide,
        "may_hand_in_again": evidence.state in (EvidenceState.REFUSED, EvidenceState.WITHDRAWN)
        and proved.contains(evidence.incubator),
        "days_left": evidence.days_left(on=today_in_jakarta()),
    }
    return render(request, "incubators/evidence_detail.html", context, status=status)


def _after_decision(evidence: Evidence, *, may_decide: bool) -> HttpResponse:
    """A reviewer goes on with the queue; who took evidence back sees what is missing now."""
    if may_decide:
        waiting = urlencode({"antrean": EvidenceQueue.WAITING.value})
        return redirect(f"{reverse('incubators:evidence-list')}?{waiting}")
    return redirect("incubators:incubator-detail", pk=evidence.incubator_id)


def _decide(
    request: SignedInRequest, evidence: Evidence, *, may_decide: bool
) -> tuple[ReasonForm, Refused | None]:
    """Carry out the decision that was sent; the form with the reason, and the refusal if any."""
    verb, form = request.POST.get("putusan", ""), ReasonForm(request.POST)
    if not may_decide and verb != "tarik":
        raise PermissionDenied(gettext("Your role decides on no evidence."))
    told = {"criterion": evidence.criterion, "name": evidence.incubator.in_full()}
    try:
        if verb == "verifikasi":
            form = ReasonForm()
            evidence.verify(by=request.user)
            done = gettext("Verified, and counts from today on: %(criterion)s of %(name)s.")
        elif verb not in ("tolak", "tarik"):
            return form, Refused(gettext("Choose a decision first."))
        elif not form.is_valid():
            return form, None
        elif verb == "tolak":
            evidence.refuse(by=request.user, reason=form.cleaned_data["reason"])
            done = gettext("Refused: %(criterion)s of %(name)s.")
        else:
            act = evidence.withdraw if may_decide else evidence.take_back
            act(by=request.user, reason=form.cleaned_data["reason"])
            done = gettext("Withdrawn: %(criterion)s of %(name)s.")
    except Refused as refusal:
        evidence.refresh_from_db()
        return form, refusal
    messages.success(request, done % told)
    return form, None
