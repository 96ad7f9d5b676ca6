"""The options of a select: Django writes each by two templates, too slow for 514 regencies."""

import html
from collections.abc import Iterable
from typing import Any

from django import template
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.filter
def options(groups: Iterable[tuple[str | None, list[dict[str, Any]], int]]) -> SafeString:
    """{{ widget.optgroups|options }}: what Django's own templates write, in their groups."""
    parts = []
    for name, choices, _number in groups:
        found = mark_safe("".join(map(_option, choices)))  # noqa: S308, escaped one by one
        parts.append(
            format_html('<optgroup label="{}">{}</optgroup>', name, found) if name else found
        )
    return mark_safe("".join(parts))  # noqa: S308, likewise


def _option(choice: dict[str, Any]) -> str:
    value, label = html.escape(str(choice["value"])), _text(choice["label"])
    attributes = flatatt(choice["attrs"]) if choice["attrs"] else ""
    return f'<option value="{value}"{attributes}>{label}</option>'


def _text(label: object) -> str:
    return str(label) if hasattr(label, "__html__") else html.escape(str(label))
