"""The reviewers' queue of persons found in two cohorts at once, and the decision on each."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import SignedInRequest
from blk_portal.reporting.refusals import Refused
from institutions.keyset import keyset_page
from trainings.check_forms import OverlapForm
from trainings.models import Cohort, Overlap, Participant
from trainings.queue_views import verify_reports


@dataclass(frozen=True)
class Side:
    """One of the two cohorts as a reviewer sees it; one of another area shows nothing."""

    cohort: Cohort | None = None
    participant: Participant | None = None


def note_sides(pairs: Iterable[Overlap], user: User) -> None:
    """Put on each pair its `sides`, the reader's own first."""
    pairs = list(pairs)
    both = {pk for pair in pairs for pk in (pair.first_cohort_id, pair.second_cohort_id)}
    own = set(Cohort.objects.visible_to(user).filter(pk__in=both).values_list("pk", flat=True))
    for pair in pairs:
        sides = [
            Side(cohort, pair.participant_in(cohort)) if cohort.pk in own else Side()
            for cohort in (pair.first_cohort, pair.second_cohort)
        ]
        pair.sides = sorted(sides, key=lambda side: side.cohort is None)


@require_safe
@verify_reports
def overlap_list(request: SignedInRequest) -> HttpResponse:
    """Pairs that wait for a decision, the longest waiting first; on request those decided."""
    pairs = Overlap.objects.visible_to(request.user)
    is_decided = request.GET.get("putusan") == "sudah"
    shown = pairs.standing().exclude(verdict="") if is_decided else pairs.undecided()
    page = keyset_page(request, shown.for_lists(), order=("found_at", "id"))
    note_sides(page.rows, request.user)
    context = {"page": page, "count": pairs.undecided().count(), "is_decided": is_decided}
    return render(request, "trainings/overlap_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@verify_reports
def overlap_decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Look at one pair and allow it, or say in which cohort the person may not take part."""
    pair = get_object_or_404(Overlap.objects.visible_to(request.user).for_lists(), pk=pk)
    note_sides([pair], request.user)
    decisions = list(pair.decisions.select_related("by", "refused_cohort"))
    cohorts = [side.cohort for side in pair.sides if side.cohort]
    form = OverlapForm(request.POST or None, cohorts=cohorts, initial={"seen": len(decisions)})
    refusal, status = None, 400 if form.is_bound else 200
    if form.is_valid():
        try:
            pair.decide(by=request.user, **form.decision())
        except Refused as refused:
            refusal, status = refused, refused.status
        else:
            messages.success(request, gettext("The decision is kept."))
            return redirect("trainings:overlap-list")
    context = {
        "pair": pair, "form": form, "decisions": decisions, "refusal": refusal,
        "own": {cohort.pk for cohort in cohorts},
    }  # fmt: skip
    return render(request, "trainings/overlap_decide.html", context, status=status)
