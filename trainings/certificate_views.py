"""The certificates of a cohort: making them, fetching their file, revoking one."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import number
from blk_portal.privacy.models import AccessLog, note_reading
from blk_portal.reporting.refusals import Refused
from trainings.certificate_forms import RevocationForm
from trainings.models import Certificate, CertificateFile, Cohort, CohortReport, Participant
from trainings.tasks import ring_for_certificates

revoke_certificates = permission_required("trainings.revoke_certificate", raise_exception=True)


def _cohort(request: SignedInRequest, pk: int) -> Cohort:
    return get_object_or_404(Cohort.objects.visible_to(request.user).for_lists(), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def certificate_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """The certificates of a cohort; a POST makes those that lack, and their file."""
    if not request.user.spec.sees_names:
        raise PermissionDenied(gettext("Your role works with figures, not with names."))
    if request.method == "POST" and not request.user.has_perm("trainings.issue_certificate"):
        raise PermissionDenied(gettext("Your role makes no certificates."))
    cohort = _cohort(request, pk)
    if request.method != "POST":
        return _page(request, cohort)
    try:
        asked, fresh = CertificateFile.objects.ask(cohort, by=request.user)
    except Refused as refusal:
        messages.error(request, f"{refusal.message} {refusal.cure}".strip())
        return redirect("trainings:certificate-list", cohort.pk)
    if asked.is_at_work:
        transaction.on_commit(lambda: ring_for_certificates(asked.pk))
    if fresh:
        text = ngettext("%(n)s certificate is made.", "%(n)s certificates are made.", fresh)
        messages.success(request, text % {"n": number(fresh)})
    return redirect("trainings:certificate-list", cohort.pk)


def _page(request: SignedInRequest, cohort: Cohort) -> HttpResponse:
    note_reading(request.user, f"trainings.cohort:{cohort.pk}")
    certificates = Certificate.objects.visible_to(request.user).with_report()
    people = (
        Participant.objects.visible_to(request.user)
        .filter(Q(result=Participant.Result.PASSED) | Q(certificates__isnull=False), cohort=cohort)
        .distinct()
        .prefetch_related(
            Prefetch("certificates", certificates.select_related("revoked_by").order_by("-pk"))
        )
    )
    rows = list(people)
    standing = [row for row in rows if any(not c.revoked_at for c in row.certificates.all())]
    passed = sum(row.result == Participant.Result.PASSED for row in rows)
    lost = [row for row in standing if row.result != Participant.Result.PASSED]
    context = {
        "cohort": cohort,
        "rows": rows,
        "standing": len(standing),
        "to_make": passed - (len(standing) - len(lost)),
        "lost": len(lost),
        "is_verified": cohort.closing.status == CohortReport.Status.VERIFIED,
        "kept": CertificateFile.objects.visible_to(request.user).filter(cohort=cohort).first(),
        "may_issue": request.user.has_perm("trainings.issue_certificate"),
        "may_revoke": request.user.has_perm("trainings.revoke_certificate"),
    }
    return render(request, "trainings/certificate_list.html", context)


@never_cache
@require_safe
def certificate_progress(request: SignedInRequest, pk: int, file: int) -> HttpResponse:
    """How far the worker is; once it is through, the whole page is asked for again."""
    visible = CertificateFile.objects.visible_to(request.user)
    kept = get_object_or_404(visible, cohort=pk, pk=file)
    answer = render(request, "trainings/_certificate_progress.html", {"kept": kept})
    if not kept.is_at_work:
        answer["HX-Refresh"] = "true"
    return answer


@never_cache
@require_safe
def certificate_file(request: SignedInRequest, pk: int, file: int) -> HttpResponse:
    """The PDF itself, for those who may see the names on it."""
    ready = CertificateFile.objects.visible_to(request.user).ready()
    kept = get_object_or_404(ready, cohort=pk, pk=file)
    with kept.file.open("rb") as file_on_disk:
        content = file_on_disk.read()
    note_reading(request.user, f"trainings.cohort:{pk}", AccessLog.Action.READ_PAPER)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(True, kept.filename)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@revoke_certificates
def certificate_revoke(request: SignedInRequest, pk: int, certificate: int) -> HttpResponse:
    """Ask why, then revoke a certificate for good."""
    visible = Certificate.objects.visible_to(request.user).with_report()
    found = get_object_or_404(
        visible.select_related("participant__cohort__programme"),
        participant__cohort=pk,
        pk=certificate,
    )
    form = RevocationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        found.revoke(by=request.user, because=form.cleaned_data["reason"])
        text = gettext("Certificate %(number)s is revoked. The public page says so from now on.")
        messages.success(request, text % {"number": found.number})
        return redirect("trainings:certificate-list", pk)
    context = {"certificate": found, "cohort": found.participant.cohort, "form": form}
    status = 400 if form.is_bound else 200
    return render(request, "trainings/certificate_revoke.html", context, status=status)
