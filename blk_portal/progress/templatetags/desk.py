"""The desk of staff, where a page of Django's administration shows it."""

from typing import Any

from django import template

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.progress.desk import desk_of

register = template.Library()


@register.inclusion_tag("progress/_desk.html", takes_context=True)
def staff_desk(context: dict[str, Any]) -> dict[str, Any]:
    """What waits for the person behind the request, as a table with its lists."""
    request: SignedInRequest = context["request"]
    return {"lines": desk_of(request.user)}
