"""Refusals as problem+json (RFC 9457): what happened, and what to do, in the language asked for."""

import logging
import math
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied
from django.core.signals import got_request_exception
from django.db.utils import OperationalError
from django.http import Http404, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 5

logger = logging.getLogger(__name__)


class UnknownParameter(exceptions.ValidationError):
    """The address names a parameter that it does not have."""


class CopyOutdated(exceptions.APIException):
    """What has changed since the moment that is named cannot be told."""


@dataclass(frozen=True)
class Problem:
    """One kind of refusal. title: what happened. detail: what to do, unless the code says more."""

    code: str
    status: HTTPStatus
    title: object
    detail: object


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
            _("Log in to the portal first; requests with its session are answered."),
        ),
        Problem(
            "not-allowed",
            HTTPStatus.FORBIDDEN,
            _("Not allowed"),
            _("Your role does not read this."),
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
            _("This address is only read: use GET or HEAD."),
        ),
        Problem(
            "not-acceptable",
            HTTPStatus.NOT_ACCEPTABLE,
            _("Format not offered"),
            _("Only application/json is offered here."),
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
    (exceptions.ValidationError, "invalid-value"),
    ((exceptions.ParseError, exceptions.UnsupportedMediaType, BadRequest), "bad-request"),
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
    return Response(
        body, status=problem.status, headers=_headers(error, problem), content_type=MEDIA_TYPE
    )


def bare_problem(error: Exception) -> JsonResponse:
    """The answer to what is refused before an endpoint is reached."""
    problem = problem_of(error)
    body = _body(error, problem)
    return JsonResponse(body, status=problem.status, content_type=MEDIA_TYPE)


def _body(error: Exception, problem: Problem) -> dict[str, object]:
    return {
        "type": f"{reverse('api:docs')}#{problem.code}",
        "title": str(problem.title),
        "status": int(problem.status),
        "detail": _detail(error, problem),
    }


def _detail(error: Exception, problem: Problem) -> str:
    """The reason of the refusing code where it gave one, else that of the kind."""
    if problem.code == "not-allowed" and str(error):
        return str(error)
    return str(problem.detail)


def _headers(error: Exception, problem: Problem) -> dict[str, str]:
    if header := getattr(error, "auth_header", None):
        return {"WWW-Authenticate": header}
    if wait := getattr(error, "wait", None):
        return {"Retry-After": str(math.ceil(wait))}
    if problem.status == HTTPStatus.SERVICE_UNAVAILABLE:
        return {"Retry-After": str(RETRY_SECONDS)}
    return {}


def _report(error: Exception, request: Request) -> None:
    """Django logs and signals only what leaves the view; this answer does not."""
    logger.error("Fault in %s", request.path, exc_info=error)
    got_request_exception.send(sender=None, request=request._request)
