"""From where the system of a partner may ask: addresses and networks, as its client names them."""

from collections.abc import Iterable, Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


def is_network(text: str) -> None:
    """Raises ValidationError for what is neither an address nor a network."""
    try:
        ip_network(text)
    except ValueError:
        raise ValidationError(
            _(
                "“%(text)s” is no address and no network. Write it as 203.0.113.7 or as "
                "203.0.113.0/24."
            ),
            params={"text": text},
        ) from None


def address_of(meta: Mapping[str, Any]) -> str:
    """The address that a request came from, by the proxies that are trusted; empty if unknown.

    meta: the environment of the request, as WSGI has it.
    """
    request = HttpRequest()
    request.META = dict(meta)
    try:
        found: str = get_adapter().get_client_ip(request)
    except PermissionDenied:
        return ""
    return found


def stands_in(address: str, networks: Iterable[str]) -> bool:
    """Whether an address is one of these, or in one of these networks."""
    if not address:
        return False
    asking = ip_address(address)
    if isinstance(asking, IPv6Address) and asking.ipv4_mapped:
        asking = asking.ipv4_mapped
    return any(asking in ip_network(network) for network in networks)
