"""Who took over whose place: links in both directions, as far as the reader may see."""

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext

Row = TypeVar("Row", bound=Model)


def replacements(visible: QuerySet[Row], row: Any) -> list[tuple[str, Row | None]]:
    """The one whose place the row took, and its successor; None for one that is not visible.

    visible: the rows of the same model that the reader may see.
    """
    found = {other.pk: other for other in visible.filter(Q(pk=row.replaces_id) | Q(replaces=row))}
    links = []
    if row.replaces_id:
        links.append((gettext("Takes the place of"), found.get(row.replaces_id)))
    if successor := getattr(row, "replaced_by", None):
        links.append((gettext("Replaced by"), found.get(successor.pk)))
    return links
