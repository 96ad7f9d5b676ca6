"""What an operator does about the checks: explain warnings, hand in guardians' consents."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import number
from blk_portal.privacy.models import note_reading
from blk_portal.reporting.refusals import Refused
from institutions.models import Document
from institutions.scans import DocumentRefused
from trainings import checks, entries
from trainings.check_forms import ConsentForm, ConsentWithdrawalForm, ExplainForm
from trainings.models import Cohort, CohortReport, ConsentSheet, GuardianConsent
from trainings.views import file_reports


@require_http_methods(["GET", "HEAD", "POST"])
@file_reports
def explain(request: SignedInRequest, pk: int) -> HttpResponse:
    """Say for each kind of warning why it is in order; what is right is kept at once."""
    reports = CohortReport.objects.editable_by(request.user).closing().for_lists().with_checks()
    report = get_object_or_404(reports, cohort=pk)
    back = reverse("trainings:cohort-detail", args=[pk]) + "#pemeriksaan"
    if request.method != "POST" and not report.is_open:
        return redirect(back)
    groups = checks.examine(report).warnings
    form = ExplainForm(request.POST if request.method == "POST" else None, groups=groups)
    refusal, status = None, 200
    if form.is_bound:
        is_valid, status = form.is_valid(), 400
        try:
            changed = entries.explain_warnings(report.cohort, form.texts(), by=request.user)
        except Refused as refused:
            refusal, status = refused, refused.status
        else:
            _tell_kept(request, changed)
            if is_valid:
                return redirect(back)
    context = {
        "cohort": report.cohort, "report": report, "form": form, "refusal": refusal,
        "rows": [(group, form[name]) for group, name in zip(groups, form.codes, strict=True)],
    }  # fmt: skip
    return render(request, "trainings/cohort_warnings.html", context, status=status)


def _tell_kept(request: SignedInRequest, changed: int) -> None:
    if changed:
        text = ngettext("%(n)s explanation is saved.", "%(n)s explanations are saved.", changed)
        messages.success(request, text % {"n": number(changed)})


@require_http_methods(["GET", "HEAD", "POST"])
def consents(request: SignedInRequest, pk: int) -> HttpResponse:
    """The consents of a cohort's minors: who signed, the sheets, and the form for those lacking."""
    if not request.user.spec.sees_names:
        raise PermissionDenied(gettext("Your role works with figures, not with single trainings."))
    report = get_object_or_404(
        CohortReport.objects.visible_to(request.user).closing().for_lists().with_checks(),
        cohort=pk,
    )
    may_edit = request.user.has_perm("trainings.file_cohortreport") and report.is_open
    if request.method == "POST" and not may_edit:
        raise PermissionDenied(gettext("Consents are handed in while the report is open."))
    note_reading(request.user, f"trainings.cohort:{pk}")
    sheets = list(
        ConsentSheet.objects.visible_to(request.user)
        .filter(cohort=report.cohort_id)
        .select_related("document__uploaded_by")
    )
    minors = checks.minors_of(report.cohort)
    lacking = [person for person in minors if not person.has_consent]
    standing = [sheet for sheet in sheets if sheet.document.withdrawn_at is None]
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ConsentForm(*sent, people=lacking, has_sheet=bool(standing)) if may_edit else None
    if form and form.is_bound and _stored(request, report.cohort, form, standing):
        return redirect(request.path)
    given = GuardianConsent.objects.visible_to(request.user).filter(
        participant__cohort=report.cohort_id
    )
    context = {
        "cohort": report.cohort, "report": report, "form": form, "may_edit": may_edit,
        "minors": minors, "sheets": sheets, "lacking": lacking,
        "given": given.standing().select_related("participant", "sheet__document"),
        "openable": set(
            Document.objects.visible_to(request.user)
            .openable_by(request.user)
            .filter(pk__in=[sheet.document_id for sheet in sheets])
            .values_list("pk", flat=True)
        ),
    }  # fmt: skip
    status = 400 if form and form.is_bound else 200
    return render(request, "trainings/cohort_consents.html", context, status=status)


def _stored(
    request: SignedInRequest, cohort: Cohort, form: ConsentForm, sheets: list[ConsentSheet]
) -> bool:
    """Keep the sheet even where a row is faulty, so that it need not be chosen again."""
    is_valid = form.is_valid()
    if file := form.cleaned_data.get("file"):
        try:
            sheets.append(ConsentSheet.objects.store(cohort=cohort, file=file, by=request.user))
        except DocumentRefused as refusal:
            form.add_error("file", str(refusal))
            return False
        form.has_sheet = True
        messages.success(request, gettext("The sheet is stored."))
    if is_valid:
        covered = form.guardians()
        GuardianConsent.objects.record(sheets[-1], covered, by=request.user)
        text = ngettext("%(n)s consent is recorded.", "%(n)s consents are recorded.", len(covered))
        messages.success(request, text % {"n": number(len(covered))})
    return is_valid


@require_http_methods(["GET", "HEAD", "POST"])
@file_reports
def withdraw_consent(request: SignedInRequest, pk: int, consent: int) -> HttpResponse:
    """Ask why a consent no longer holds, then take it back."""
    own = GuardianConsent.objects.editable_by(request.user).standing()
    given = get_object_or_404(
        own.select_related("participant__cohort__institution", "participant__cohort__programme"),
        pk=consent, participant__cohort=pk,
    )  # fmt: skip
    form = ConsentWithdrawalForm(request.POST if request.method == "POST" else None)
    back = reverse("trainings:cohort-consents", args=[pk])
    if form.is_valid():
        given.withdraw(by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, gettext("The consent is withdrawn."))
        return redirect(back)
    context = {
        "consent": given, "person": given.participant, "cohort": given.participant.cohort,
        "form": form, "back_url": back,
    }  # fmt: skip
    status = 400 if form.is_bound else 200
    return render(request, "trainings/consent_withdraw.html", context, status=status)
