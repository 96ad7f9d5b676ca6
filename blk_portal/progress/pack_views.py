"""The national-meeting pack: asking for it, seeing how far it is, and fetching its files."""

from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.progress import figures
from blk_portal.progress.models import MeetingPack, Publication
from blk_portal.progress.pack.monthly import PDF, XLSX
from blk_portal.progress.pack.records import RIGHT
from blk_portal.progress.pack_forms import PackForm
from blk_portal.progress.tasks import ring_for_pack

MEDIA = {"pdf": PDF, "xlsx": XLSX}
SHOWN = 20
takes_packs = permission_required(RIGHT, raise_exception=True)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@takes_packs
def pack_list(request: SignedInRequest) -> HttpResponse:
    """The packs of a budget year, and the form that asks for another one."""
    known = figures.years()
    year = figures.chosen_year(known, request.GET.get("tahun"))
    if year is None and (request.GET.get("tahun") or request.method == "POST"):
        raise Http404
    packs = MeetingPack.objects.visible_to(request.user).filter(programme_year=year).for_lists()
    published = Publication.objects.visible_to(request.user).filter(programme_year=year)
    given = request.POST if request.method == "POST" else None
    form = PackForm(given, publications=list(published.latest_first()))
    if year and form.is_valid():
        asked = packs.ask(year, by=request.user, **form.subject())
        if asked.is_at_work:
            transaction.on_commit(lambda: ring_for_pack(asked.pk))
        return redirect("progress:pack-detail", asked.pk)
    context = {"years": known, "year": year, "form": form, "packs": packs[:SHOWN]}
    status = 400 if form.errors else 200
    return render(request, "progress/pack_list.html", context, status=status)


def _pack(request: SignedInRequest, pk: int) -> MeetingPack:
    return get_object_or_404(MeetingPack.objects.visible_to(request.user).for_lists(), pk=pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@takes_packs
def pack_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One pack: how far it is, or its files; a POST has one that failed made again."""
    pack = _pack(request, pk)
    if request.method == "POST":
        if pack.try_again():
            transaction.on_commit(lambda: ring_for_pack(pack.pk))
        return redirect("progress:pack-detail", pack.pk)
    return render(request, "progress/pack_detail.html", {"pack": pack, "year": pack.programme_year})


@never_cache
@require_safe
@takes_packs
def pack_progress(request: SignedInRequest, pk: int) -> HttpResponse:
    """How far the worker is; once it is through, the whole page is asked for again."""
    pack = _pack(request, pk)
    answer = render(request, "progress/_pack_progress.html", {"pack": pack})
    if not pack.is_at_work:
        answer["HX-Refresh"] = "true"
    return answer


@never_cache
@require_safe
@takes_packs
def pack_file(request: SignedInRequest, pk: int, form: str) -> HttpResponse:
    """The paper or the workbook of a pack."""
    return handed_out(_pack(request, pk), form)


def handed_out(pack: MeetingPack, form: str) -> HttpResponse:
    """One file of a pack that is ready, to be opened or to be kept; else 404."""
    if form not in MEDIA or pack.state != MeetingPack.State.READY:
        raise Http404
    file = pack.paper if form == "pdf" else pack.workbook
    with file.open("rb") as file_on_disk:
        response = HttpResponse(file_on_disk.read(), content_type=MEDIA[form])
    kind = "inline" if form == "pdf" else "attachment"
    response["Content-Disposition"] = f'{kind}; filename="{pack.filename(form)}"'
    return response
