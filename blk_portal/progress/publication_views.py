"""The pages of publications: what was published, for everybody, and the one that publishes."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.progress import published, publishing
from blk_portal.progress.indicators import HEADLINES, INDICATORS
from blk_portal.progress.models import MeetingPack, Publication
from blk_portal.progress.pack_views import handed_out
from blk_portal.progress.past_forms import PublishForm
from blk_portal.progress.tasks import ring_for_packs
from blk_portal.reporting.refusals import Refused
from institutions.models import ProgrammeYear


@require_safe
@login_not_required
def publication_detail(request: HttpRequest, year: int, slug: str) -> HttpResponse:
    """One publication: its figures, what has changed since the one before, and all the others."""
    of_year = get_object_or_404(ProgrammeYear, year=year)
    publications = Publication.objects.visible_to(request.user)
    found = publications.numbered(of_year, slug)
    if found is None:
        raise Http404
    before = publications.before(found)
    history = list(publications.of(of_year).latest_first())
    changes = published.changes(
        published.nation_of(found), published.nation_of(before) if before else None
    )
    context = {
        "publication": found,
        "year": of_year,
        "before": before,
        "later": history[0] if history[0] != found else None,
        "history": history,
        "changes": changes,
        "falls": any((change.difference or 0) < 0 for change in changes),
        "heads": [INDICATORS[code] for code in HEADLINES],
        "provinces": published.provinces_of(found),
        "pack": MeetingPack.objects.visible_to(request.user).public_of(found),
        "sees_bridge": request.user.is_authenticated and request.user.spec.looks_over_areas,
    }
    return render(request, "progress/publication_detail.html", context)


@require_safe
@login_not_required
def publication_pack(request: HttpRequest, year: int, slug: str, form: str) -> HttpResponse:
    """The public meeting pack of a publication, for everybody."""
    of_year = get_object_or_404(ProgrammeYear, year=year)
    found = Publication.objects.visible_to(request.user).numbered(of_year, slug)
    packs = MeetingPack.objects.visible_to(request.user).for_lists()
    pack = packs.public_of(found) if found else None
    if pack is None:
        raise Http404
    return handed_out(pack, form)


@require_http_methods(["GET", "HEAD", "POST"])
@permission_required("progress.publish_figures", raise_exception=True)
def publication_create(request: SignedInRequest, year: int) -> HttpResponse:
    """Publish the figures of a day under the next number, or as a correction of the last one."""
    of_year = get_object_or_404(ProgrammeYear, year=year)
    last = Publication.objects.visible_to(request.user).of(of_year).latest_first().first()
    form = PublishForm(request.POST or None, is_first=last is None)
    context: dict[str, Any] = {"year": of_year, "last": last, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            made = _publish(request, of_year, last, form)
        except Refused as refusal:
            form.add_error(None, f"{refusal.message} {refusal.cure}".strip())
        else:
            transaction.on_commit(ring_for_packs)
            messages.success(request, gettext("%(label)s is public now.") % {"label": made.label})
            return redirect("progress:publication-detail", of_year.year, made.slug)
    status = 400 if form.errors else 200
    return render(request, "progress/publication_create.html", context, status=status)


def _publish(
    request: SignedInRequest, year: ProgrammeYear, last: Publication | None, form: PublishForm
) -> Publication:
    given = form.cleaned_data
    if last is not None and form.is_correction:
        return publishing.correct(last, day=given["per"], note=given["catatan"], by=request.user)
    return publishing.publish(
        year, day=given["per"], title=given["judul"], note=given["catatan"], by=request.user
    )
