"""Taking a list away: at once where it is short, else written by a worker."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from blk_portal.accounts.requests import SignedInRequest
from institutions.export_progress import progress_of
from institutions.exporting import AT_ONCE, EXPORTABLE, MEDIA, Exportable, may_export
from institutions.models import ListExport
from institutions.tasks import ring_for_list


def _kind(request: SignedInRequest, name: str, form: str) -> Exportable:
    kind = EXPORTABLE.get(name)
    if kind is None or form not in MEDIA:
        raise Http404
    if not may_export(request.user, kind):
        raise PermissionDenied(gettext("Your role does not have this list."))
    return kind


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def list_export(request: SignedInRequest, kind: str, form: str) -> HttpResponse:
    """The filtered list as a file; a long one is asked for, and written by a worker."""
    found = _kind(request, kind, form)
    query = request.GET.urlencode()
    rows = found.found(request.user, query)
    count = rows.order_by()[: AT_ONCE + 1].count()
    asked = ListExport(
        kind=kind, form=form, query=query[:2000], language=get_language() or "id",
        asked_by=request.user, asked_at=timezone.now(),
    )  # fmt: skip
    if request.method == "POST":
        asked.save()
        transaction.on_commit(lambda: ring_for_list(asked.pk))
        return redirect("institutions:export-detail", asked.pk)
    if count > AT_ONCE:
        context = {"kind": found, "form": form, "limit": AT_ONCE}
        return render(request, "institutions/export_ask.html", context)
    disposition = {"Content-Disposition": f'attachment; filename="{asked.filename}"'}
    return HttpResponse(found.table(rows, form), content_type=MEDIA[form], headers=disposition)


@never_cache
@require_safe
def export_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whether the list is ready, and the way to it."""
    kept = _own(request, pk)
    context = {"title": EXPORTABLE[kept.kind].title, "progress": progress_of(pk)}
    return render(request, "institutions/export_detail.html", context | {"kept": kept})


@never_cache
@require_safe
def export_progress(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far the worker is; in the end the way to the file."""
    context = {"kept": _own(request, pk), "progress": progress_of(pk)}
    return render(request, "institutions/_export_state.html", context)


def _own(request: SignedInRequest, pk: int) -> ListExport:
    return get_object_or_404(
        ListExport.objects.visible_to(request.user).kept_for(request.user), pk=pk
    )


@never_cache
@require_safe
def export_file(request: SignedInRequest, pk: int) -> FileResponse:
    """The list itself, for the person who asked for it."""
    kept = _own(request, pk)
    if kept.state != ListExport.State.READY:
        raise Http404
    _kind(request, kept.kind, kept.form)
    return FileResponse(
        kept.file.open("rb"), as_attachment=True, filename=kept.filename,
        content_type=MEDIA[kept.form],
    )  # fmt: skip
