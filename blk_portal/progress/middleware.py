"""Refusals that any page may meet, turned into one plain sentence and the right status."""

import logging
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import DisallowedHost, RequestDataTooBig
from django.db.utils import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.progress.errors import failure_page, refusal_page
from blk_portal.reporting.refusals import Refused
from blk_portal.rest.problems import bare_problem
from trainings.drafts import keep_of_refused

logger = logging.getLogger(__name__)
DRAIN_BYTES = 64 * 1024 * 1024
CHUNK_BYTES = 1024 * 1024
INTERFACE = "/api/"
ROW_PAGE = re.compile(r"/[^/]+/\d+/")


UNIQUE_VIOLATION = "23505"
KEPT = _("What you typed is kept: it comes back on the page of the form once that is open again.")


def is_double(error: IntegrityError) -> bool:
    """Whether the row is there already; any other broken constraint is a fault of ours."""
    return getattr(error.__cause__, "pgcode", "") == UNIQUE_VIOLATION


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
        if int(length) <= (most := _most_bytes(request.path_info)):
            return self.get_response(request)
        left = min(int(length), DRAIN_BYTES)
        while left > 0 and (chunk := request.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
        if request.path_info.startswith(INTERFACE):
            return bare_problem(RequestDataTooBig())
        request.user = AnonymousUser()
        return refusal_page(
            request,
            status=413,
            message=gettext("The file is larger than %(limit)s MB.")
            % {"limit": most // CHUNK_BYTES - 1},
            cure=gettext(
                "A roster may have 5 MB and a paper 10 MB. Make the file smaller and upload it "
                "again."
            ),
            back_url=_row_page(request.path),
        )


class CompressMiddleware(GZipMiddleware):
    """Sends pages and the answers of the interface compressed, for bad lines and long lists.

    Files are compressed by their own kind; an answer with a token of a client is no page and is
    left alone. Django pads each answer by chance, so that its length tells nothing of what is
    secret in it.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        is_page = response.get("Content-Type", "").startswith("text/html")
        if not is_page and not request.path_info.startswith(INTERFACE):
            return response
        return super().process_response(request, response)


def _most_bytes(path: str) -> int:
    """How much the view behind an address takes, where it says so itself."""
    try:
        view = resolve(path).func
    except Resolver404:
        return settings.REQUEST_MAX_BYTES
    most: int = getattr(view, "max_bytes", settings.REQUEST_MAX_BYTES)
    return most


class RefusalMiddleware:
    """Turns a refused verb into its page: 403 for one's own report, 409 for one that has moved.

    Also gives a page to the 405 of an address that only takes a form: the login sends people there
    whose session ended while the form was open, and browsers open it again after an error.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            # Names must not stay in the browser of a shared machine after somebody logs out.
            response["Cache-Control"] = "private, no-store"
        if not isinstance(response, HttpResponseNotAllowed) or request.method != "GET":
            return response
        if not (back_url := _row_page(request.path)):
            return response
        context = {"status": response.status_code, "back_url": back_url}
        page = render(request, "403_csrf.html", context, status=response.status_code)
        page["Allow"] = response["Allow"]
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            kept = keep_of_refused(request) is not None
            return refusal_page(
                request,
                status=exception.status,
                message=exception.message,
                cure=f"{exception.cure} {KEPT}" if kept else exception.cure,
                back_url=request.path if request.method == "GET" else page_of_form(request),
            )
        if isinstance(exception, IntegrityError) and is_double(exception):
            # Two saved the same at once: the forms check first, the constraint has the last word.
            # The database's own words quote the row, so only the constraint is logged.
            cause: Any = exception.__cause__
            logger.warning("refused by %s", cause.diag.constraint_name)
            return refusal_page(
                request,
                status=409,
                message=gettext("Somebody else saved the same at this moment."),
                cure=gettext("Go back, load the page again and look at what is there now."),
                back_url=page_of_form(request),
            )
        if isinstance(exception, OperationalError):
            response = failure_page(status=503)
            response["Retry-After"] = "5"
            return response
        return None


def page_of_form(request: HttpRequest) -> str:
    """The page the form stood on, when the browser names one of ours."""
    try:
        origin = f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return ""
    referrer = request.headers.get("Referer", "")
    return referrer.removeprefix(origin) if referrer.startswith(f"{origin}/") else ""


def _row_page(path: str) -> str:
    """The page of the row that an address speaks of: the forms of a row are sent below it."""
    if not (match := ROW_PAGE.match(path)):
        return ""
    try:
        resolve(match[0])
    except Resolver404:
        return ""
    return match[0]
