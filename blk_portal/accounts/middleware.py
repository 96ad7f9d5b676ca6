"""Staff without a second factor are led to its set-up; requests of partners' systems are noted."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from rest_framework.exceptions import PermissionDenied
from rest_framework.views import APIView

from blk_portal.accounts.models import ClientRequest, PartnerClient
from blk_portal.accounts.second_factor import owes_second_factor
from blk_portal.rest.problems import bare_problem

SET_UP = "mfa_activate_totp"
# What somebody who owes a factor still reaches: setting it up, leaving, and what is no page.
OPEN_NAMES = {
    "account_login", "account_logout", "account_reauthenticate", "accounts:invitation",
    "healthz", "readyz", "progress:language",
}  # fmt: skip

logger = logging.getLogger(__name__)


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


class ClientRequestMiddleware:
    """Notes each request of a partner's system once it is answered to the last byte.

    A log that cannot be written keeps no answer back.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        client: PartnerClient | None = getattr(request, "partner_client", None)
        if client is None:
            return response

        def note(sent_bytes: int) -> None:
            passed = time.perf_counter() - started
            match = request.resolver_match
            try:
                ClientRequest.objects.create(
                    client=client,
                    method=str(request.method)[:8],
                    route=(match.view_name if match else "")[:80],
                    status=response.status_code,
                    milliseconds=round(passed * 1000),
                    sent_bytes=sent_bytes,
                )
            except DatabaseError:
                logger.warning("a request of a partner was not noted", exc_info=True)

        if response.streaming:
            stream = cast(StreamingHttpResponse, response)
            chunks = cast("Iterable[bytes]", stream.streaming_content)
            stream.streaming_content = _counted(chunks, note)
        else:
            note(len(response.content))
        return response


def _counted(chunks: Iterable[bytes], note: Callable[[int], None]) -> Iterator[bytes]:
    """The chunks of an answer; how many bytes went out is noted also where the reader left."""
    sent = 0
    try:
        for chunk in chunks:
            sent += len(chunk)
            yield chunk
    finally:
        note(sent)
