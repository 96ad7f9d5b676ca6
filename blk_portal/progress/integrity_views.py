"""The integrity checks: what the last run found, and asking for another one."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.progress.integrity.catalogue import CHECKS
from blk_portal.progress.integrity.records import RIGHT
from blk_portal.progress.models import CheckResult, CheckRun
from blk_portal.progress.tasks import ring_for_checks


def ensure_may_check(request: SignedInRequest) -> None:
    if not request.user.has_perm(RIGHT):
        raise PermissionDenied(gettext("Your role does not look over the whole database."))


def _under_way(request: SignedInRequest) -> dict[str, object]:
    """The run that is under way, if any, and how far it is."""
    run = CheckRun.objects.visible_to(request.user).unfinished().first()
    done = run.results.exclude(finished_at=None).count() if run else 0
    whole = len(CHECKS)
    return {"running": run, "done": done, "whole": whole, "percent": 100 * done // whole}


@never_cache
@require_safe
def integrity(request: SignedInRequest) -> HttpResponse:
    """Every check: what the last run found, why it matters, and what to do about it."""
    ensure_may_check(request)
    runs = CheckRun.objects.visible_to(request.user).finished().select_related("asked_by")
    latest = list(CheckResult.objects.visible_to(request.user).of_last_run())
    found = [result for result in latest if not result.is_sound]
    context = {
        "last": runs.first(), "found": found, "count": len(found),
        "sound": [result for result in latest if result.is_sound],
    }  # fmt: skip
    return render(request, "progress/integrity.html", context | _under_way(request))


@never_cache
@require_safe
def integrity_progress(request: SignedInRequest) -> HttpResponse:
    """How far the run is; once it is through, the whole page is asked for again."""
    ensure_may_check(request)
    context = _under_way(request)
    answer = render(request, "progress/_integrity_progress.html", context)
    if context["running"] is None:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def integrity_start(request: SignedInRequest) -> HttpResponse:
    """Ask for a run of all checks; a second click finds the first one under way."""
    ensure_may_check(request)
    CheckRun.objects.visible_to(request.user).start(by=request.user)
    transaction.on_commit(ring_for_checks)
    messages.success(request, gettext("The checks are under way."))
    return redirect("progress:integrity")
