"""Who asks, and with what request: the types that the rules of every room name."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from blk_portal.accounts.models import User

# Whoever a query must answer: a person with a login, or a stranger.
Visitor = User | AnonymousUser


class SignedInRequest(HttpRequest):
    """What a view behind the login receives: there is always a person with a role."""

    user: User


View = TypeVar("View", bound=Callable[..., Any])


def takes_up_to(size: int) -> Callable[[View], View]:
    """A view whose form may send more bytes than others may; the outermost of its decorators."""

    def mark(view: View) -> View:
        vars(view)["max_bytes"] = size  # read by the limit of all requests
        return view

    return mark


def person_of(request: HttpRequest) -> User:
    """The person behind a request, where the signature belongs to Django and says less."""
    assert isinstance(request.user, User), "the login let a stranger through"
    return request.user
