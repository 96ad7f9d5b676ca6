"""Long answers: rows as the database wrote them, as lines of JSON, and chosen fields."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

from blk_portal.rest.rows import Told, Written, opened

FIELDS = "fields"
LINES = "application/x-ndjson"
# Lines that go out at once.
LINES_A_PIECE = 500


class RowsRenderer(JSONRenderer):
    """JSON, with rows in it that are written already: one alone, or those of a page."""

    def render(self, data: Any, media_type: Any = None, renderer_context: Any = None) -> bytes:
        if isinstance(data, Written):
            return data.encode()
        rows = data.get("results") if isinstance(data, dict) else None
        if not rows or not isinstance(rows[0], Written):
            rendered: bytes = super().render(data, media_type, renderer_context)
            return rendered
        rest = {name: value for name, value in data.items() if name != "results"}
        around: bytes = super().render(rest, media_type, renderer_context)
        return b'{"results":[' + ",".join(rows).encode() + b"]," + around.removeprefix(b"{")


class LinesRenderer(BaseRenderer):
    """Names the format; the lines are written as they are read, and refusals as JSON."""

    media_type = LINES
    format = "ndjson"
    charset = None

    def render(self, data: Any, media_type: Any = None, renderer_context: Any = None) -> bytes:
        rendered: bytes = JSONRenderer().render(data)
        return rendered


def as_lines(rows: Iterable[Told]) -> Iterator[bytes]:
    """Each row a line, some hundred lines a piece."""
    encode = JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    piece: list[str] = []
    for row in rows:
        piece.append(row if isinstance(row, Written) else encode(row))
        if len(piece) == LINES_A_PIECE:
            yield ("\n".join(piece) + "\n").encode()
            piece.clear()
    if piece:
        yield ("\n".join(piece) + "\n").encode()


def fields_asked(request: Request, known: Iterable[str]) -> list[str] | None:
    """The fields that shall be told, in the order of the row; None for all of them."""
    text = request.query_params.get(FIELDS)
    if text is None:
        return None
    known, asked = list(known), set(text.split(","))
    if unknown := sorted(asked - set(known)):
        told = {"unknown": ", ".join(unknown)[:200], "names": ", ".join(known)}
        fault = gettext("There is no field “%(unknown)s”. This list knows: %(names)s.") % told
        raise ValidationError({FIELDS: [fault]})
    return [name for name in known if name in asked]


def only(names: list[str] | None, rows: list[Told]) -> list[Told]:
    """The rows with these fields only."""
    if names is None:
        return rows
    return [{name: row[name] for name in names} for row in map(opened, rows)]
