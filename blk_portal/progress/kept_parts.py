"""Under what the large parts of a dashboard are kept once they are written.

A key says all that a part shows, in the language of the page. So a part is never older than its
figures and never stands before somebody who sees others; a recount that changes nothing keeps it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import get_language

from blk_portal.progress.breakdowns import Section

# What else of a page its parts show or lead to.
ASKED = ("asking", "map_query", "figures_query", "reading", "sees_all")


def key_of(context: Mapping[str, Any]) -> str:
    """The key of the tables of areas and breakdowns that a page shows."""
    rows = [
        (type(row).__name__, _columns(getattr(row, kind)), row.values)
        for kind, name in (("province", "rows"), ("office", "office_rows"))
        for row in context.get(name, ())
    ]
    return digest(
        context["year"].year,
        [context.get(name) for name in ASKED],
        rows,
        context.get("without_office"),
        context.get("nation"),
        [_section(section) for column in context["columns"] for section in column],
        context.get("reporting_of_regencies"),
        context.get("filter_name"),
    )


def digest(*told: object) -> str:
    """A short key of what a part tells, in the language of the page."""
    words = repr((get_language(), *told))
    return hashlib.blake2b(words.encode(), digest_size=16).hexdigest()


def _columns(row: Model) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if name != "_state"}


def _section(section: Section) -> tuple[object, ...]:
    parts: Iterable[Any] = section.parts
    told = [(str(part.label), part.code, part.participations, part.people) for part in parts]
    return section.breakdown, section.message, told
