"""The page of an institution's milestones, and how staff record and withdraw them."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import long_date, today_in_jakarta
from institutions.lifecycle import ENDED, RECORDED_MILESTONES, MilestoneKind
from institutions.models.milestone import MilestoneRefused
from institutions.record_forms import MilestoneForm, WithdrawForm
from institutions.recording import (
    Record,
    institution_to_read,
    institution_to_record,
    may_record,
    recorded,
)


@require_safe
def milestone_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every dated fact of one institution, with what may be recorded beside it."""
    institution = institution_to_read(request, pk)
    is_open = institution.status not in ENDED
    context = {
        "institution": institution,
        "milestones": institution.milestones.select_related(
            "programme_year", "recorded_by", "withdrawn_by", "document"
        ).order_by("-happened_on", "-pk"),
        "may_record": may_record(request, institution),
        "kinds": RECORDED_MILESTONES if is_open else [],
        "sees_papers": request.user.spec.sees_papers,
        "today": today_in_jakarta(),
    }
    return render(request, "institutions/milestone_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def milestone_record(request: SignedInRequest, pk: int, kind: str) -> HttpResponse:
    """Record one fact with its date, its number and its paper."""
    institution = institution_to_record(request, pk)
    if kind not in RECORDED_MILESTONES:
        raise Http404
    what = MilestoneKind(kind)
    form = MilestoneForm(request.POST or None, request.FILES or None, kind=what)
    name = gettext("Record: %(milestone)s") % {"milestone": what.label}
    record = Record(
        page=name, title=name, button=gettext("Record the milestone"),
        done=gettext("Recorded: %(step)s.") % {"step": what.label},
        back_url=reverse("institutions:milestone-list", args=[pk]),
        back_label=gettext("Milestones"),
    )  # fmt: skip
    return recorded(
        request, institution, form, record, refusals=MilestoneRefused,
        act=lambda: institution.milestones.record(
            institution=institution, kind=what, by=request.user,
            **form.facts(institution, request.user),
        ),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def milestone_withdraw(request: SignedInRequest, pk: int, milestone: int) -> HttpResponse:
    """Withdraw a fact that was recorded by mistake; it stays readable with the reason."""
    institution = institution_to_record(request, pk)
    fact = get_object_or_404(institution.milestones.select_related("institution"), pk=milestone)
    form = WithdrawForm(request.POST or None)
    told = {"milestone": fact.get_kind_display(), "day": long_date(fact.happened_on)}
    record = Record(
        page=gettext("Withdraw a milestone"),
        title=gettext("Withdraw “%(milestone)s” of %(day)s?") % told,
        intro=gettext("It stays readable with your reason, and no figure counts it any longer."),
        button=gettext("Withdraw the milestone"),
        done=gettext("Withdrawn: %(milestone)s of %(day)s.") % told,
        back_url=reverse("institutions:milestone-list", args=[pk]),
        back_label=gettext("Milestones"),
    )  # fmt: skip
    return recorded(
        request, institution, form, record, refusals=MilestoneRefused,
        act=lambda: fact.withdraw(by=request.user, reason=form.cleaned_data["reason"]),
    )  # fmt: skip
