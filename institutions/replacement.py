"""Who took over whose place: links in both directions, as far as the reader may see."""

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext

Row = TypeVar("Row", bound=Model)


def replacements(visible: QuerySet[Row], row: Any) -> list[tuple[str, Row | None]]:
    """The one whose place the row took, and its successor; None for one that is not visible.

    visible: the rows of the same model that the reader may see.
    """
    successor = getattr(row, "replaced_by", None)
    near = Q(pk=row.replaces_id) | Q(replaces=row)
    # Of institutions only: rows that were merged into this one.
    if hasattr(row, "merged_into_id"):
        near |= Q(merged_into=row)
    elif not (row.replaces_id or successor):
        return []
    found = {other.pk: other for other in visible.filter(near)}
    merged = [other for other in found.values() if getattr(other, "merged_into_id", None) == row.pk]
    links: list[tuple[str, Row | None]]
    links = [(gettext("Holds the merged row"), other) for other in merged]
    if row.replaces_id:
        links.append((gettext("Takes the place of"), found.get(row.replaces_id)))
    if successor:
        links.append((gettext("Replaced by"), found.get(successor.pk)))
    return links
