"""Who asks, and with what request: the types that the rules of every room name."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from blk_portal.accounts.models import User

# Whoever a query must answer: a person with a login, or a stranger.
Visitor = User | AnonymousUser


class SignedInRequest(HttpRequest):
    """What a view behind the login receives: there is always a person with a role."""

    user: User


def person_of(request: HttpRequest) -> User:
    """The person behind a request, where the signature belongs to Django and says less."""
    assert isinstance(request.user, User), "the login let a stranger through"
    return request.user
