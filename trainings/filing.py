"""Who may fill in a cohort's reports: its operators, and an officer who does it on their behalf."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import SignedInRequest
from trainings.models import StandIn

FILE, REVIEW = "trainings.file_cohortreport", "trainings.verify_cohortreport"


def may_file(user: User, cohort: int | None = None) -> bool:
    """Whether a person fills in reports, or those of this cohort on an operator's behalf."""
    if user.has_perm(FILE):
        return True
    if cohort is None or not user.has_perm(REVIEW):
        return False
    return StandIn.objects.editable_by(user).open().filter(report__cohort=cohort).exists()


def file_reports(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for those who file reports, of the cohort `pk` or of a report that is passed on."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        cohort = args[0].cohort_id if args else kwargs.get("pk")
        if not may_file(request.user, cohort):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded
