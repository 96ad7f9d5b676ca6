"""Every address the portal answers, read from the resolver itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver

ADMIN_KINDS = ("changelist", "add", "change", "delete", "history")


@dataclass(frozen=True)
class Address:
    """One pattern: its name with namespaces, or its route where it has no name."""

    key: str
    route: str

    def __str__(self) -> str:
        return self.key


def _walk(resolver: URLResolver, route: str = "", space: str = "") -> Iterator[Address]:
    for entry in resolver.url_patterns:
        here = route + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield Address(space + entry.name if entry.name else here, here)
        else:
            yield from _walk(entry, here, space + f"{entry.namespace}:" * bool(entry.namespace))


def all_addresses() -> list[Address]:
    return sorted(_walk(get_resolver()), key=lambda address: address.key)


def registered_models() -> list[str]:
    """The labels of the models that the administration shows."""
    return sorted(model._meta.label_lower for model in admin.site._registry)


def admin_address(key: str) -> tuple[str, str] | None:
    """The model and the kind of page of an address that the administration makes for each model."""
    named = re.fullmatch(r"admin:([a-z]+)_([a-z]+)_([a-z]+)", key)
    if named and named[3] in ADMIN_KINDS and f"{named[1]}.{named[2]}" in registered_models():
        return f"{named[1]}.{named[2]}", named[3]
    bare = re.fullmatch(r"admin/([a-z]+)/([a-z]+)/<path:object_id>/", key)
    return (f"{bare[1]}.{bare[2]}", "bare") if bare else None
