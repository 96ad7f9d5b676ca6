"""Staff without a second factor are led to the set-up, where the installation demands one."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from rest_framework.exceptions import PermissionDenied
from rest_framework.views import APIView

from blk_portal.accounts.second_factor import owes_second_factor
from blk_portal.rest.problems import bare_problem

SET_UP = "mfa_activate_totp"
# What somebody who owes a factor still reaches: setting it up, leaving, and what is no page.
OPEN_NAMES = {
    "account_login", "account_logout", "account_reauthenticate", "accounts:invitation",
    "healthz", "readyz", "progress:language",
}  # fmt: skip


class StaffSecondFactorMiddleware:
    """Sends staff that owe a second factor to its set-up page; the interface answers 403."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in OPEN_NAMES or name.startswith("mfa_") or not owes_second_factor(request.user):
            return None
        if issubclass(getattr(view, "cls", object), APIView):
            return bare_problem(
                PermissionDenied(
                    gettext("Your role needs a second factor. Set it up on the portal's pages.")
                )
            )
        return redirect(SET_UP)
