"""The targets with their rules and versions; staff split them and copy them to the next year."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import number
from blk_portal.progress import asked, splitting
from blk_portal.progress.boundaries import sees_every_province
from blk_portal.progress.figures import targets_visible_to
from blk_portal.progress.splitting import Key
from blk_portal.progress.target_forms import CopyForm, SplitForm
from blk_portal.progress.targets import Promise, TargetRefused, promises_of
from institutions.models import ProgrammeYear

keep_targets = permission_required("progress.change_target", raise_exception=True)


@require_safe
def target_list(request: HttpRequest) -> HttpResponse:
    """What is promised for a budget year: value, rule, law, source, versions, and its split."""
    known, year = asked.year_of(request)
    promises: list[Promise] = []
    if year:
        promises = promises_of(targets_visible_to(request.user).covering(year.year))
    context = {
        "years": known, "year": year, "promises": promises,
        "may_keep": request.user.has_perm("progress.change_target"),
        "sees_all": sees_every_province(request.user),
    }  # fmt: skip
    return render(request, "progress/target_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@keep_targets
def target_split(request: SignedInRequest, pk: int) -> HttpResponse:
    """Split a target of the nation over the provinces, from a proposal or from what stands."""
    visible = targets_visible_to(request.user).for_lists()
    target = get_object_or_404(visible, pk=pk, province=None, replaced_at=None)
    key = request.GET.get("dasar", Key.INSTITUTIONS)
    if key not in Key.values:
        raise Http404
    proposal = splitting.proposal(target, key)
    form = SplitForm(_sent(request), target=target, proposed=proposal.parts)
    if form.is_valid():
        try:
            changed = splitting.split(target, form.parts(), by=request.user)
        except TargetRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _told_split(changed))
            return redirect(f"{reverse('progress:targets')}?tahun={target.programme_year.year}")
    context: dict[str, Any] = {
        "form": form, "target": target, "keys": Key.choices, "key": key, "remark": proposal.remark,
    }  # fmt: skip
    status = 400 if form.is_bound else 200
    return render(request, "progress/target_split.html", context, status=status)


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, also where that is nothing at all."""
    return request.POST if request.method == "POST" else None


def _told_split(changed: int) -> str:
    return ngettext(
        "The split is saved: %(n)s province has a new target.",
        "The split is saved: %(n)s provinces have a new target.",
        changed,
    ) % {"n": number(changed)}


@require_http_methods(["GET", "HEAD", "POST"])
@keep_targets
def target_copy(request: SignedInRequest, year: int) -> HttpResponse:
    """Copy the targets of a year to a later one, times a factor."""
    source = get_object_or_404(ProgrammeYear, year=year)
    targets = splitting.to_copy(source)
    if not targets:
        raise Http404
    form = CopyForm(_sent(request), year=source)
    if form.is_valid():
        to = form.cleaned_data["to"]
        try:
            splitting.copy(source, by=request.user, **form.cleaned_data)
        except TargetRefused as refusal:
            form.add_error("to", str(refusal))
        else:
            messages.success(request, gettext("The targets of %(year)s are set.") % {"year": to})
            return redirect(f"{reverse('progress:targets')}?tahun={to.year}")
    context: dict[str, Any] = {"form": form, "year": source, "targets": targets}
    status = 400 if form.is_bound else 200
    return render(request, "progress/target_copy.html", context, status=status)
