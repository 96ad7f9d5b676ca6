"""What the systems of partners may ask: each address says which scope it needs."""

from typing import Any

from django.utils.translation import gettext
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from blk_portal.rest.problems import MissingScope

# For what every client may read: reference lists, and the description of the interface itself.
EVERY_CLIENT = "*"


class HasScope(BasePermission):
    """Whether the access token covers the address; people with a session need none.

    A view names `read_scope` and, where it takes anything, `write_scope`. None, or no name at all,
    closes the address to partners.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        token: Any = request.auth
        if token is None:
            return True
        scope = scope_of(view, request.method or "")
        if scope is None:
            raise PermissionDenied(gettext("This address is not open to the systems of partners."))
        if scope != EVERY_CLIENT and not token.allow_scopes([scope]):
            raise MissingScope(lacks(scope))
        return True


def lacks(scope: str) -> str:
    """What a partner's system is told that asks without a scope, and what cures it."""
    text = gettext(
        "This address needs the scope %(scope)s. Ask for a token with it; your client gets scopes "
        "from the ministry."
    )
    return text % {"scope": scope}


def scope_of(view: APIView, method: str) -> str | None:
    """The scope that an address needs for a method; None where it is closed to partners."""
    name = "read_scope" if method in SAFE_METHODS else "write_scope"
    scope: str | None = getattr(view, name, None)
    return scope
