"""Every address of the interface says which scope a partner's system needs for it."""

import pytest
from django.urls import URLResolver, get_resolver
from rest_framework.views import APIView

from blk_portal.accounts.scopes import Scope
from blk_portal.rest.scopes import EVERY_CLIENT, HasScope
from blk_portal.rest.views import PortalView

WRITING = {"post", "put", "patch", "delete"}
KNOWN = {None, EVERY_CLIENT, *Scope.values}


def _views(resolver: URLResolver) -> dict[type[APIView], set[str]]:
    """The classes that answer below a resolver, each with the methods that it is asked by."""
    found: dict[type[APIView], set[str]] = {}
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            inner = _views(entry)
        else:
            view = getattr(entry.callback, "cls", object)
            methods = getattr(entry.callback, "actions", None) or {
                name for name in WRITING if hasattr(view, name)
            }
            inner = {view: set(methods)} if issubclass(view, APIView) else {}
        for view, methods in inner.items():
            found.setdefault(view, set()).update(methods)
    return found


VIEWS = _views(get_resolver())


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_each_address_says_its_scope(view: type[APIView]):
    assert issubclass(view, PortalView), "it would ask for no scope at all"
    names = ["read_scope", *(["write_scope"] if VIEWS[view] & WRITING else [])]
    for name in names:
        assert hasattr(view, name), f"say {name}; None closes the address to partners"
        said = getattr(view, name)
        # One that depends on the action is a property; the matrix of accesses tries each of them.
        assert isinstance(said, property) or said in KNOWN, said


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.__name__)
def test_each_address_asks_for_the_scope_first(view: type[APIView]):
    assert isinstance(view().get_permissions()[0], HasScope)
