"""How staff of the ministry undo the last step of an institution."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.formats import long_date
from institutions.models.institution import MoveRefused
from institutions.record_forms import WithdrawForm
from institutions.recording import Record, institution_to_read, recorded
from institutions.undoing import may_undo, undo


@require_http_methods(["GET", "HEAD", "POST"])
def step_undo(request: SignedInRequest, pk: int, step: int) -> HttpResponse:
    """Undo a step that was recorded by mistake; it stays readable with the reason."""
    institution = institution_to_read(request, pk)
    if not may_undo(request.user):
        raise PermissionDenied(gettext("Only staff of the ministry undo a step."))
    taken = get_object_or_404(institution.transitions, pk=step)
    form = WithdrawForm(request.POST or None)
    told = {"step": str(taken), "day": long_date(taken.happened_on),
            "before": taken.get_from_status_display()}  # fmt: skip
    record = Record(
        page=gettext("Undo a step"),
        title=gettext("Undo “%(step)s” of %(day)s?") % told,
        intro=gettext(
            "The status goes back to “%(before)s”, and the milestone of the step no longer counts. "
            "Both stay readable with your reason."
        ) % told,
        button=gettext("Undo the step"),
        done=gettext("Undone: %(step)s. The status is “%(before)s” again.") % told,
        back_url=reverse("institutions:institution-detail", args=[pk]),
        back_label=institution.name,
    )  # fmt: skip
    return recorded(
        request, institution, form, record, refusals=MoveRefused,
        act=lambda: undo(taken, by=request.user, reason=form.cleaned_data["reason"]),
    )  # fmt: skip
