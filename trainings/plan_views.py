"""The plan of a cohort: written, looked at, changed, cancelled, and brought back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import today_in_jakarta
from institutions.entry_forms import ReasonForm
from institutions.models import Institution
from institutions.recording import Record, recorded
from trainings import planning
from trainings.aid_views import steps_for
from trainings.models import Cohort, CohortReport, TrainingAid
from trainings.plan_forms import CohortForm
from trainings.planning import PlanRefused
from trainings.views import file_reports


@require_http_methods(["GET", "HEAD", "POST"])
@file_reports
def cohort_create(request: SignedInRequest) -> HttpResponse:
    """Plan a cohort; its closing report and the obligation come with it."""
    form = CohortForm(request.POST or None, user=request.user)
    return _saved(request, form, gettext("The cohort is planned. Next: upload its roster."))


@require_http_methods(["GET", "HEAD", "POST"])
@file_reports
def cohort_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change the plan of a cohort that has not been reported on yet."""
    cohort = get_object_or_404(Cohort.objects.editable_by(request.user).for_plan(), pk=pk)
    form = CohortForm(request.POST or None, user=request.user, instance=cohort)
    if request.method != "POST":
        try:
            planning.ensure_open(cohort)
        except PlanRefused as refusal:
            messages.error(request, f"{refusal.message} {refusal.cure}")
            return redirect("trainings:cohort-plan", pk)
    return _saved(request, form, gettext("The plan is changed."))


def _saved(request: SignedInRequest, form: CohortForm, done: str) -> HttpResponse:
    """The form again with what was typed, or on to the cohort when it is stored."""
    refusal, status, pk = None, 400 if form.is_bound else 200, form.instance.pk
    if form.is_bound:
        try:
            with transaction.atomic():
                cohort = form.save() if form.is_valid() else None
        except PlanRefused as reason:
            refusal, status, cohort = reason, reason.status, None
        if cohort is not None:
            messages.success(request, done)
            return redirect("trainings:cohort-plan" if pk else "trainings:cohort-detail", cohort.pk)
    context = {"form": form, "refusal": refusal, "cohort": form.instance if pk else None}
    return render(request, "trainings/cohort_form.html", context, status=status)


@require_safe
def cohort_plan(request: SignedInRequest, pk: int) -> HttpResponse:
    """All that was planned: how, by whom, for whose money; what came, and who changed what."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user).for_plan(), pk=pk)
    closing = get_object_or_404(
        CohortReport.objects.visible_to(request.user),
        cohort=cohort, kind=CohortReport.Kind.CLOSING,
    )  # fmt: skip
    aid = TrainingAid.objects.visible_to(request.user).for_page().filter(cohort=cohort).first()
    is_open = planning.is_open(cohort, closing)
    may_file = request.user.has_perm("trainings.file_cohortreport")
    siblings = Cohort.objects.visible_to(request.user).filter(
        institution=cohort.institution, programme_year=cohort.programme_year
    )
    context = {
        "cohort": cohort,
        "aid": aid,
        "aid_state": aid and aid.state_on(today_in_jakarta()),
        "aid_steps": steps_for(request, cohort, aid),
        "may_change": may_file and is_open,
        "may_restore": cohort.is_cancelled and may_restore(request, cohort),
        "seats_of_year": siblings.seats_planned(),
        "steps": cohort.steps.select_related("by"),
    }
    return render(request, "trainings/cohort_plan.html", context)


def may_restore(request: SignedInRequest, cohort: Cohort) -> bool:
    """Whether the person may undo a cancelling: staff who answer for the institution."""
    own = Institution.objects.editable_by(request.user)
    return request.user.spec.reviews_trainings and own.contains(cohort.institution)


@require_http_methods(["GET", "HEAD", "POST"])
@file_reports
def cohort_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Cancel a cohort that is not held, with the reason."""
    cohort = get_object_or_404(Cohort.objects.editable_by(request.user).for_plan(), pk=pk)
    form = ReasonForm(request.POST or None)
    record = Record(
        page=gettext("Cancel the cohort"), title=gettext("Cancel: %(cohort)s") % {"cohort": cohort},
        intro=gettext(
            "The cohort stays in the lists, marked as cancelled. Its reports are no longer "
            "expected. Only staff of the responsible office can undo this."
        ),
        button=gettext("Cancel the cohort"), done=gettext("The cohort is cancelled."),
        back_url=reverse("trainings:cohort-plan", args=[pk]), back_label=str(cohort),
    )  # fmt: skip
    return recorded(
        request, cohort.institution, form, record, refusals=PlanRefused,
        act=lambda: planning.cancel(cohort, by=request.user, **form.cleaned_data),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def cohort_restore(request: SignedInRequest, pk: int) -> HttpResponse:
    """Undo a cancelling, with the reason; for staff who answer for the institution."""
    cohort = get_object_or_404(Cohort.objects.visible_to(request.user).for_plan(), pk=pk)
    if not may_restore(request, cohort):
        raise PermissionDenied(gettext("Your role does not undo the cancelling of a cohort."))
    form = ReasonForm(request.POST or None)
    record = Record(
        page=gettext("Undo the cancelling"),
        title=gettext("Undo the cancelling: %(cohort)s") % {"cohort": cohort},
        intro=gettext("The cohort stands as before, and its reports are expected again."),
        button=gettext("Undo the cancelling"), done=gettext("The cancelling is undone."),
        back_url=reverse("trainings:cohort-plan", args=[pk]), back_label=str(cohort),
    )  # fmt: skip
    return recorded(
        request, cohort.institution, form, record, refusals=PlanRefused,
        act=lambda: planning.restore(cohort, by=request.user, **form.cleaned_data),
    )  # fmt: skip
