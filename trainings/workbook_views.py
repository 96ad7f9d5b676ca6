"""The operator takes workbooks away: the rows to mend, and the sheet to fill in."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.privacy.models import note_reading
from trainings.filing import file_reports
from trainings.models import Cohort
from trainings.workbooks import mending_workbook, template_workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _open_cohort(request: SignedInRequest, pk: int) -> Cohort:
    cohort = get_object_or_404(Cohort.objects.editable_by(request.user).for_lists(), pk=pk)
    note_reading(request.user, f"trainings.cohort:{cohort.pk}")
    return cohort


def _download(workbook: bytes, kind: str, cohort: Cohort) -> HttpResponse:
    name = f"{kind}-{slugify(cohort.programme.name)[:60]}-{cohort.batch}.xlsx"
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(workbook, content_type=XLSX, headers=disposition)


@never_cache
@require_safe
@file_reports
def mending_download(request: SignedInRequest, pk: int) -> HttpResponse:
    """The rows to mend as a workbook; it comes back by the same form as any roster."""
    cohort = _open_cohort(request, pk)
    waiting = list(cohort.pending_rows.all())
    if not cohort.closing.is_open or not waiting:
        return redirect("trainings:cohort-detail", cohort.pk)
    return _download(mending_workbook(cohort, waiting), "perbaikan", cohort)


@never_cache
@require_safe
@file_reports
def template_download(request: SignedInRequest, pk: int) -> HttpResponse:
    """A sheet to fill in, made for the cohort."""
    cohort = _open_cohort(request, pk)
    if not cohort.closing.is_open:
        return redirect("trainings:cohort-detail", cohort.pk)
    participants = list(cohort.participants.shown())
    return _download(template_workbook(cohort, participants), "lembar-isian", cohort)
