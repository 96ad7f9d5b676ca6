"""The page of the visits to an institution, and what becomes of their follow-ups."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.accounts.roles import Reach
from institutions.entry_forms import ReasonForm, keep_paper
from institutions.models import Institution, Visit
from institutions.models.visit import VisitRefused
from institutions.visit_forms import ConfirmForm, DoneForm, VisitForm

PAGE = "institutions:visit-list"


def institution_of(request: SignedInRequest, pk: int) -> Institution:
    """The institution; 404 outside the area, 403 for roles that do not work with findings."""
    visible = Institution.objects.visible_to(request.user)
    institution = get_object_or_404(visible.for_lists(), pk=pk)
    if not request.user.spec.sees_papers:
        raise PermissionDenied(gettext("Your role does not read the findings of visits."))
    return institution


def may_record(request: SignedInRequest, institution: Institution) -> bool:
    """Whether the person records visits there and confirms follow-ups."""
    return Institution.objects.editable_by(request.user).contains(institution)


def visits_page(
    request: SignedInRequest,
    institution: Institution,
    *,
    may_edit: bool,
    status: int = 200,
    **forms_back: object,
) -> HttpResponse:
    """The page, with a form that came back where there is one."""
    visits = list(
        Visit.objects.visible_to(request.user).filter(institution=institution).for_lists()
    )
    is_operator = request.user.spec.reach == Reach.OWN
    context = {
        "institution": institution,
        "visits": visits,
        "open_visits": sorted(
            (visit for visit in visits if visit.is_open),
            key=lambda visit: (visit.follow_up_due_on, visit.pk),
        ),
        "may_record": may_edit,
        "may_report": is_operator,
        "form": VisitForm() if may_edit else None,
    }
    return render(request, "institutions/visit_list.html", context | forms_back, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def visit_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """Read the visits to an institution; staff of the area record another one."""
    institution = institution_of(request, pk)
    may_edit = may_record(request, institution)
    if request.method != "POST":
        return visits_page(request, institution, may_edit=may_edit)
    if not may_edit:
        raise PermissionDenied(gettext("Your role does not record visits."))
    form = VisitForm(request.POST, request.FILES)
    if not form.is_valid():
        return visits_page(request, institution, may_edit=True, status=400, form=form)
    facts = dict(form.cleaned_data)
    try:
        with transaction.atomic():
            paper = keep_paper(
                facts.pop("file"), kind="laporan-kunjungan", institution=institution,
                by=request.user, dated_on=facts["visited_on"],
            )  # fmt: skip
            institution.visits.create(officer=request.user, paper=paper, **facts)
    except forms.ValidationError as refusal:
        form.add_error("file", refusal)
        return visits_page(request, institution, may_edit=True, status=400, form=form)
    messages.success(request, gettext("The visit is recorded."))
    return redirect(PAGE, pk)


def visit_of(request: SignedInRequest, institution: Institution, pk: int) -> Visit:
    rows = Visit.objects.visible_to(request.user).filter(institution=institution)
    return get_object_or_404(rows, pk=pk)


@require_POST
def visit_follow_up(request: SignedInRequest, pk: int, visit: int) -> HttpResponse:
    """The operator reports a follow-up as done, or staff of the area confirm it."""
    institution = institution_of(request, pk)
    found = visit_of(request, institution, visit)
    may_edit = may_record(request, institution)
    is_operator = request.user.spec.reach == Reach.OWN
    if not (may_edit or is_operator):
        raise PermissionDenied(gettext("Your role does not follow up visits."))
    form: forms.Form = ConfirmForm(request.POST) if may_edit else DoneForm(request.POST)
    if not form.is_valid():
        back = {"answered": found.pk, "done": form}
        return visits_page(request, institution, may_edit=may_edit, status=400, **back)
    verb = found.confirm_done if may_edit else found.report_done
    try:
        verb(by=request.user, note=form.cleaned_data["note"])
    except VisitRefused as refusal:
        return visits_page(request, institution, may_edit=may_edit, status=409, refusal=refusal)
    thanks = gettext("The follow-up is confirmed.") if may_edit else gettext(
        "Your report is kept. The follow-up ends when an officer confirms it."
    )  # fmt: skip
    messages.success(request, thanks)
    return redirect(PAGE, pk)


@require_POST
def visit_withdraw(request: SignedInRequest, pk: int, visit: int) -> HttpResponse:
    """Take a visit that was recorded by mistake out of force, with a reason."""
    institution = institution_of(request, pk)
    found = visit_of(request, institution, visit)
    if not may_record(request, institution):
        raise PermissionDenied(gettext("Your role does not record visits."))
    reason = ReasonForm(request.POST)
    if not reason.is_valid():
        back = {"withdrawing": found.pk, "reason": reason}
        return visits_page(request, institution, may_edit=True, status=400, **back)
    try:
        found.withdraw(by=request.user, reason=reason.cleaned_data["reason"])
    except VisitRefused as refusal:
        return visits_page(request, institution, may_edit=True, status=409, refusal=refusal)
    messages.success(request, gettext("The visit is withdrawn."))
    return redirect(PAGE, pk)
