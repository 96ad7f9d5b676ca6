"""Refusals as problem+json (RFC 9457): what happened, and what to do, in the language asked for."""

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from json import JSONDecodeError
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, RequestDataTooBig
from django.core.signals import got_request_exception
from django.db.utils import OperationalError
from django.http import Http404, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5

logger = logging.getLogger(__name__)


class UnknownParameter(exceptions.ValidationError):
    """The address names a parameter that it does not have."""


class WriteRefused(exceptions.APIException):
    """A write that was not carried out. detail: what to do, where it is more than its kind says.

    wait: after how many seconds it may be tried again. etag: of what stands there now.
    """

    def __init__(self, detail: object = "", *, wait: int = 0, etag: str = "") -> None:
        super().__init__(str(detail) or None)
        self.told, self.wait, self.etag = str(detail), wait, etag


class KeyMissing(WriteRefused):
    """A write that could happen twice, since it names no key."""


class KeyReused(WriteRefused):
    """The key belongs to another request."""


class InProgress(WriteRefused):
    """The first request with this key is still at work."""


class Conflict(WriteRefused):
    """What stands there now does not allow it: a report that was sent, a cancelled cohort."""


class Unconditional(WriteRefused):
    """A change of something that exists, without saying which state of it was read."""


class Changed(WriteRefused):
    """What was read is no longer what stands there."""


class ContentRefused(WriteRefused):
    """The body holds faults, each with its place and its cure; nothing was stored."""

    def __init__(self, faults: Sequence[Mapping[str, object]]) -> None:
        super().__init__()
        self.faults = faults


class InvalidToken(exceptions.AuthenticationFailed):
    """The header names a token that is worth nothing, or no longer."""


class MissingScope(exceptions.PermissionDenied):
    """The token of a partner's system does not cover what it asks for."""


class WrongNetwork(exceptions.PermissionDenied):
    """The system of a partner asks from an address that was not agreed."""


class CopyOutdated(exceptions.APIException):
    """What has changed since the moment that is named cannot be told."""


@dataclass(frozen=True)
class Problem:
    """One kind of refusal. title: what happened. detail: what to do, unless the code says more.

    of_writing: only a request that writes meets it.
    """

    code: str
    status: HTTPStatus
    title: object
    detail: object
    of_writing: bool = False


PROBLEMS: dict[str, Problem] = {
    problem.code: problem
    for problem in (
        Problem(
            "unknown-parameter",
            HTTPStatus.BAD_REQUEST,
            _("Unknown parameter"),
            _("This address does not know the parameters named below. Leave them out."),
        ),
        Problem(
            "invalid-value",
            HTTPStatus.BAD_REQUEST,
            _("Invalid value"),
            _("The parameters named below have values that cannot be used. Mend or omit them."),
        ),
        Problem(
            "bad-request",
            HTTPStatus.BAD_REQUEST,
            _("The request cannot be read"),
            _("Compare the request with the documentation."),
        ),
        Problem(
            "not-logged-in",
            HTTPStatus.UNAUTHORIZED,
            _("Not logged in"),
            _(
                "Send the access token of your client as “Authorization: Bearer …”, or log in to "
                "the portal."
            ),
        ),
        Problem(
            "invalid-token",
            HTTPStatus.UNAUTHORIZED,
            _("The access token is not accepted"),
            _(
                "It has expired, or your client has ended or was revoked. Ask for a new token; "
                "where that is refused as well, ask the ministry."
            ),
        ),
        Problem(
            "not-allowed",
            HTTPStatus.FORBIDDEN,
            _("Not allowed"),
            _("Your role does not read this."),
        ),
        Problem(
            "missing-scope",
            HTTPStatus.FORBIDDEN,
            _("The scope is missing"),
            _("Ask for a token with this scope; your client gets scopes from the ministry."),
        ),
        Problem(
            "wrong-network",
            HTTPStatus.FORBIDDEN,
            _("Not from this address"),
            _(
                "Your client may ask from agreed addresses only, and this is none of them. Ask "
                "from your server, or let the ministry add its address."
            ),
        ),
        Problem(
            "not-found",
            HTTPStatus.NOT_FOUND,
            _("Not found"),
            _("There is nothing at this address for you. Addresses end in a slash."),
        ),
        Problem(
            "method-not-offered",
            HTTPStatus.METHOD_NOT_ALLOWED,
            _("Method not offered"),
            _("Use one of the methods that the header Allow names."),
        ),
        Problem(
            "not-acceptable",
            HTTPStatus.NOT_ACCEPTABLE,
            _("Format not offered"),
            _("Only application/json is offered here."),
        ),
        Problem(
            "key-missing",
            HTTPStatus.BAD_REQUEST,
            _("Idempotency-Key is missing"),
            _(
                "Send a header Idempotency-Key of 8 to 128 signs, a new one for each new write; "
                "repeat it when you repeat the request."
            ),
            of_writing=True,
        ),
        Problem(
            "conflict",
            HTTPStatus.CONFLICT,
            _("Not possible as it stands now"),
            _("Read the draft again to see how it stands now."),
            of_writing=True,
        ),
        Problem(
            "in-progress",
            HTTPStatus.CONFLICT,
            _("The first request with this key is still at work"),
            _("Send the same request again after the seconds given in Retry-After."),
            of_writing=True,
        ),
        Problem(
            "changed",
            HTTPStatus.PRECONDITION_FAILED,
            _("Somebody has changed it meanwhile"),
            _("Read it again, apply your change to that, and send its ETag as If-Match."),
            of_writing=True,
        ),
        Problem(
            "too-large",
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            _("The request is too large"),
            _("A request may have 6 MB. Send the cohorts one by one."),
            of_writing=True,
        ),
        Problem(
            "invalid-content",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            _("The content has faults"),
            _("Mend the faults listed below and send it again; nothing was stored."),
            of_writing=True,
        ),
        Problem(
            "key-reused",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            _("The Idempotency-Key belongs to another request"),
            _("A repeated request has the same address and the same bytes; a new one a new key."),
            of_writing=True,
        ),
        Problem(
            "unsupported-media-type",
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            _("The format of the body is not read"),
            _("Send the body as JSON, with the header Content-Type: application/json."),
            of_writing=True,
        ),
        Problem(
            "unconditional",
            HTTPStatus.PRECONDITION_REQUIRED,
            _("If-Match is missing"),
            _(
                "This exists already. Read it, and send its ETag as If-Match, so that nobody's "
                "work is overwritten unseen."
            ),
            of_writing=True,
        ),
        Problem(
            "copy-outdated",
            HTTPStatus.GONE,
            _("The copy is outdated"),
            _(
                "What has changed since cannot be told any more. Read everything again with "
                "updated_since=0, and keep only what is told then."
            ),
        ),
        Problem(
            "too-many-requests",
            HTTPStatus.TOO_MANY_REQUESTS,
            _("Too many requests"),
            _("Wait for the seconds given in Retry-After, then go on more slowly."),
        ),
        Problem(
            "server-error",
            HTTPStatus.INTERNAL_SERVER_ERROR,
            _("Fault of the portal"),
            _("The fault has been recorded. Try again later."),
        ),
        Problem(
            "busy",
            HTTPStatus.SERVICE_UNAVAILABLE,
            _("The portal is busy"),
            _("Try again after the seconds given in Retry-After."),
        ),
    )
}

# The first fitting row decides.
KINDS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (UnknownParameter, "unknown-parameter"),
    (KeyMissing, "key-missing"),
    (KeyReused, "key-reused"),
    (InProgress, "in-progress"),
    (Conflict, "conflict"),
    (Unconditional, "unconditional"),
    (Changed, "changed"),
    (ContentRefused, "invalid-content"),
    (RequestDataTooBig, "too-large"),
    (exceptions.ValidationError, "invalid-value"),
    # A body of a thousand brackets in each other ends in a RecursionError.
    ((exceptions.ParseError, BadRequest, RecursionError), "bad-request"),
    (exceptions.UnsupportedMediaType, "unsupported-media-type"),
    (InvalidToken, "invalid-token"),
    (MissingScope, "missing-scope"),
    (WrongNetwork, "wrong-network"),
    ((exceptions.NotAuthenticated, exceptions.AuthenticationFailed), "not-logged-in"),
    ((exceptions.PermissionDenied, PermissionDenied), "not-allowed"),
    ((exceptions.NotFound, Http404), "not-found"),
    (CopyOutdated, "copy-outdated"),
    (exceptions.MethodNotAllowed, "method-not-offered"),
    (exceptions.NotAcceptable, "not-acceptable"),
    (exceptions.Throttled, "too-many-requests"),
    (OperationalError, "busy"),
)


def problem_of(error: Exception) -> Problem:
    """The kind of refusal an exception stands for; what nobody foresaw is a fault of ours."""
    fitting = (code for kinds, code in KINDS if isinstance(error, kinds))
    return PROBLEMS[next(fitting, "server-error")]


def problem_response(error: Exception, context: dict[str, Any]) -> Response:
    """The answer to any exception of an endpoint (DRF's EXCEPTION_HANDLER)."""
    problem = problem_of(error)
    if problem.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        _report(error, context["request"])
    body = _body(error, problem)
    if isinstance(error, exceptions.ValidationError) and isinstance(error.detail, dict):
        body["errors"] = error.detail
    if isinstance(error, ContentRefused):
        body["faults"] = error.faults
    return Response(
        body, status=problem.status, headers=_headers(error, problem), content_type=MEDIA_TYPE
    )


def bare_problem(error: Exception) -> JsonResponse:
    """The answer to what is refused before an endpoint is reached."""
    problem = problem_of(error)
    body = _body(error, problem)
    return JsonResponse(body, status=problem.status, content_type=MEDIA_TYPE)


def _body(error: Exception, problem: Problem) -> dict[str, object]:
    return body_of(problem, _detail(error, problem))


def body_of(problem: Problem, detail: str) -> dict[str, object]:
    """What every refusal of this kind tells (RFC 9457), with its own words."""
    return {
        "type": f"{reverse('api:docs')}#{problem.code}",
        "title": str(problem.title),
        "status": int(problem.status),
        "detail": detail,
    }


def _detail(error: Exception, problem: Problem) -> str:
    """The reason of the refusing code where it gave one, else that of the kind."""
    if problem.code in ("not-allowed", "missing-scope") and str(error):
        return str(error)
    if isinstance(error, WriteRefused) and error.told:
        return error.told
    if isinstance(error, exceptions.ParseError):
        return _where_unreadable(error.__context__)
    return str(problem.detail)


def _where_unreadable(error: BaseException | None) -> str:
    """What is wrong with a body that is no JSON, and where; nothing of what stands there."""
    if isinstance(error, JSONDecodeError):
        at = {"line": error.lineno, "column": error.colno}
        return gettext("The body is no JSON from line %(line)s, column %(column)s on.") % at
    return gettext("The body is no JSON in UTF-8. Send it so, and not compressed.")


def _headers(error: Exception, problem: Problem) -> dict[str, str]:
    if header := getattr(error, "auth_header", None):
        return {"WWW-Authenticate": header}
    if wait := getattr(error, "wait", None):
        return {"Retry-After": str(math.ceil(wait))}
    if etag := getattr(error, "etag", None):
        return {"ETag": etag}
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return {"Retry-After": str(RETRY_SECONDS)}
    return {}


def _report(error: Exception, request: Request) -> None:
    """Django logs and signals only what leaves the view; this answer does not."""
    logger.error("Fault in %s", request.path, exc_info=error)
    got_request_exception.send(sender=None, request=request._request)
