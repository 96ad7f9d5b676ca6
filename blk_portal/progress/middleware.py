"""Refusals that any page may meet, turned into one plain sentence and the right status."""

from collections.abc import Callable

from django.conf import settings
from django.db.utils import OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from blk_portal.progress.errors import refusal_page
from blk_portal.reporting.refusals import Refused

DRAIN_BYTES = 64 * 1024 * 1024
CHUNK_BYTES = 1024 * 1024


class BodyLimitMiddleware:
    """413 for a body no form of ours needs, before anything parses it.

    The body is read and thrown away up to a limit, since a browser shows no page to a connection
    that closes while it still sends.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) <= settings.REQUEST_MAX_BYTES:
            return self.get_response(request)
        left = min(int(length), DRAIN_BYTES)
        while left > 0 and (chunk := request.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
        request.user = None
        return refusal_page(
            request,
            status=413,
            message=gettext("The file is larger than 5 MB."),
            cure=gettext(
                "Save only the sheet with the roster, without pictures, and upload it again."
            ),
            back_url=request.path,
        )


class RefusalMiddleware:
    """Turns a refused verb into its page: 403 for one's own report, 409 for one that has moved."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return refusal_page(
                request,
                status=exception.status,
                message=exception.message,
                cure=exception.cure,
                back_url=request.path if request.method == "GET" else _back(request),
            )
        if isinstance(exception, OperationalError):
            response = refusal_page(request, status=503)
            response["Retry-After"] = "5"
            return response
        return None


def _back(request: HttpRequest) -> str:
    """The page the form stood on, when the browser names one of ours."""
    origin = f"{request.scheme}://{request.get_host()}"
    referrer = request.headers.get("Referer", "")
    return referrer.removeprefix(origin) if referrer.startswith(f"{origin}/") else ""
