"""Lists of the interface, a page at a time: the keyset of the pages, told as JSON."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from django.core.exceptions import BadRequest
from django.db.models import Model, QuerySet
from django.utils.translation import gettext
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from blk_portal.formats import number
from blk_portal.rest.rows import Rows, Told
from institutions.chosen import Chosen
from institutions.keyset import CURSOR, Page, address_after, keys_asked, keyset_page, page_of

if TYPE_CHECKING:
    from blk_portal.rest.views import ListViewSet  # whose module asks for this one

SIZE = "jumlah"
DEFAULT_SIZE, MAX_SIZE = 50, 100
COUNT, YES = "count", "ya"
MOST_COUNTED = 10_000

Row = TypeVar("Row", bound=Model)
Read = TypeVar("Read")


class KeysetPagination(BasePagination):
    """`{"results": [...], "next": address or null}` in the view's `order`."""

    parameter_names = (CURSOR, SIZE)
    count: dict[str, object] | None = None

    def paginate_queryset(  # type: ignore[override]  # every list is a queryset of a ListViewSet
        self, queryset: QuerySet[Row], request: Request, view: "ListViewSet"
    ) -> list[Row]:
        self.count_asked(queryset, request)
        size = self.size_of(request)
        return self._rows_of(
            request, lambda: keyset_page(request, queryset, order=view.order, size=size)
        )

    def paginate_values(
        self, chosen: Chosen, request: Request, view: "ListViewSet", rows: Rows
    ) -> list[Told]:
        """A page of rows that the database writes."""
        self.count_asked(chosen.queryset, request)
        size = self.size_of(request)

        def read() -> tuple[list[Told], str]:
            after = keys_asked(request, chosen.queryset.model, view.order)
            found, keys = rows.told(chosen.keys(after, view.order, size + 1), size)
            return found, address_after(request, keys) if keys else ""

        found, next_url = self._read(read)
        self.next_url = request.build_absolute_uri(next_url) if next_url else None
        return found

    def paginate_rows(self, rows: Sequence[Row], request: Request) -> list[Row]:
        """A page of rows that are at hand, in the order of their keys."""
        size = self.size_of(request)
        return self._rows_of(request, lambda: page_of(request, rows, size=size))

    def _rows_of(self, request: Request, read: Callable[[], Page[Row]]) -> list[Row]:
        page = self._read(read)
        self.next_url = request.build_absolute_uri(page.next_url) if page.next_url else None
        return page.rows

    def _read(self, read: Callable[[], Read]) -> Read:
        try:
            return read()
        except (BadRequest, OverflowError, RecursionError, UnicodeEncodeError) as error:
            raise ValidationError(
                {CURSOR: [gettext("Use the address given as “next” as it is.")]}
            ) from error

    def count_asked(self, queryset: QuerySet[Row], request: Request) -> None:
        """Count the whole list where that is asked for, up to MOST_COUNTED."""
        self.count = None
        if COUNT not in request.query_params:
            return
        if request.query_params[COUNT] != YES:
            raise ValidationError({COUNT: [gettext("Write “ya”, or leave it out.")]})
        found = queryset.order_by().values("pk")[: MOST_COUNTED + 1].count()
        self.count = {"rows": min(found, MOST_COUNTED), "is_at_least": found > MOST_COUNTED}

    def size_of(self, request: Request) -> int:
        """How many rows the page shall have."""
        text = request.query_params.get(SIZE, str(DEFAULT_SIZE))
        is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MAX_SIZE))
        if not is_number or not 1 <= int(text) <= MAX_SIZE:
            raise ValidationError(
                {SIZE: [gettext("Give a number from 1 to %(most)s.") % {"most": number(MAX_SIZE)}]}
            )
        return int(text)

    def get_paginated_response(self, data: list[object]) -> Response:
        counted = {"count": self.count} if self.count else {}
        return Response({"results": data, "next": self.next_url, **counted})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["results", "next"],
            "properties": {
                "results": schema | {"maxItems": MAX_SIZE},
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": gettext("The next page; null on the last one."),
                },
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [
            {
                "name": CURSOR,
                "in": "query",
                "description": gettext("Where the page begins; taken over from “next”."),
                "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]+$"},
            },
            {
                "name": SIZE,
                "in": "query",
                "description": gettext("Rows on a page."),
                "schema": {
                    "type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": DEFAULT_SIZE,
                },
            },
        ]  # fmt: skip


class SyncedPagination(KeysetPagination):
    """A page of a list that other systems keep a copy of; see `SyncedViewSet`."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described = super().get_paginated_response_schema(schema)
        described["properties"] |= {
            "gone": {
                "type": "array",
                "items": {"type": "integer"},
                "maxItems": MAX_SIZE,
                "description": gettext(
                    "With updated_since only: the ids of rows that were removed or that you no "
                    "longer see. Remove them from your copy."
                ),
            },
            "updated_since": {
                "type": ["string", "null"],
                "description": gettext(
                    "With updated_since only, on the last page: the value to ask with next time."
                ),
            },
            "count": {
                "type": "object",
                "required": ["rows", "is_at_least"],
                "properties": {
                    "rows": {"type": "integer", "maximum": MOST_COUNTED},
                    "is_at_least": {"type": "boolean"},
                },
                "description": gettext(
                    "With count=ya only: how many rows the whole list has, or that there are "
                    "more than are counted."
                ),
            },
        }
        return described
