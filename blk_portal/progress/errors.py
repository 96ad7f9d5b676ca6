"""Pages of refusal and failure: one plain sentence, what to do about it, and the way home."""

import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.template.exceptions import TemplateDoesNotExist
from django.views.decorators.csrf import requires_csrf_token

from blk_portal.progress.navigation import frame
from trainings.drafts import keep_of_refused


def refusal_page(
    request: HttpRequest,
    *,
    status: int,
    title: str = "",
    message: str = "",
    cure: str = "",
    back_url: str = "",
) -> HttpResponse:
    """The page of a refusal; what is left empty is said by the page of that status.

    title: the sentence at the top. message: what happened. cure: what the person can do now.
    back_url: where the work goes on, for example the report that somebody else moved.
    """
    context = {"title": title, "message": message, "cure": cure, "back_url": back_url}
    return render(request, template_of(status), context | {"status": status}, status=status)


def failure_page(*, status: int) -> HttpResponse:
    """The page of a failure: needs neither a database nor a known person."""
    page = loader.get_template(template_of(status))
    return HttpResponse(page.render({**frame(), "status": status}), status=status)


def template_of(status: int) -> str:
    """The template of a status; a status without its own page reads as a bad request."""
    name = f"{status}.html"
    try:
        loader.get_template(name)
    except TemplateDoesNotExist:
        return "400.html"
    return name


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal_page(request, status=400)


@requires_csrf_token
def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403; says the reason where the refusing code gave one."""
    return refusal_page(request, status=403, message=str(exception or ""))


@requires_csrf_token
def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal_page(request, status=404)


@requires_csrf_token
def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return refusal_page(request, status=429)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; but 503 while the database is away, which may show before any view is reached."""
    is_away = isinstance(sys.exc_info()[1], OperationalError)
    return failure_page(status=503 if is_away else 500)


@requires_csrf_token
def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open longer than its session; what was typed is kept, or in the browser."""
    if answer := keep_of_refused(request):
        return answer
    return render(request, "403_csrf.html", {"status": 403}, status=403)
