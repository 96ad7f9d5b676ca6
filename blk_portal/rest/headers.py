"""The headers of answers, as the description of the interface tells them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from blk_portal.rest.lines import LINES

Schema = dict[str, Any]

COUNT = {"type": "integer", "minimum": 0}
HEADERS: dict[str, tuple[Schema, object]] = {
    "ETag": (
        {"type": "string"},
        _("Stands for what is told; sent as If-None-Match, it is answered by 304 if that is still "
          "the same."),
    ),
    "Retry-After": (COUNT, _("After how many seconds the same request may be sent again.")),
    "RateLimit-Limit": (COUNT, _("How many requests your system has in a minute.")),
    "RateLimit-Remaining": (COUNT, _("How many of them are left in the running minute.")),
    "RateLimit-Reset": (COUNT, _("In how many seconds the next minute begins.")),
    "Updated-Since": (
        {"type": "string"},
        _("Of lines of JSON: the value for “updated_since” the next time. It is a mark for the "
          "whole list without filters."),
    ),
}  # fmt: skip
RATE_LIMITS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
# Refused before the request is counted.
UNCOUNTED = {"401", "405", "406"}
WAITS = {"409", "429", "503"}


def with_headers(result: Schema, **kwargs: object) -> Schema:
    """Add the headers that answers of all addresses carry; those of writing are told by its views.

    None is marked as required: people without credentials and failing servers get answers without.
    """
    result["components"]["headers"] = {
        name: {"description": str(text), "schema": schema}
        for name, (schema, text) in HEADERS.items()
    }
    for operations in result["paths"].values():
        for operation in operations.values():
            answers = operation["responses"]
            for status, answer in answers.items():
                names = _names(status, answer, is_validated="304" in answers)
                told = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
                if told:
                    answer["headers"] = told | answer.get("headers", {})
    return result


def _names(status: str, answer: Schema, *, is_validated: bool) -> list[str]:
    """The headers of one answer. is_validated: whether the address knows If-None-Match."""
    names = [] if status in UNCOUNTED else list(RATE_LIMITS)
    if status in WAITS:
        names.append("Retry-After")
    if is_validated and status in ("200", "304"):
        names.append("ETag")
    if LINES in answer.get("content", {}):
        names.append("Updated-Since")
    return names
