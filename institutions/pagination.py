"""Lists of the interface, a page at a time: the keyset of the pages, told as JSON."""

from django.core.exceptions import BadRequest
from django.db.models import QuerySet
from django.utils.translation import gettext
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from blk_portal.formats import number
from institutions.keyset import CURSOR, keyset_page

SIZE = "jumlah"
DEFAULT_SIZE, MAX_SIZE = 50, 100


class KeysetPagination(BasePagination):
    """`{"results": [...], "next": address or null}` in the view's `order`."""

    parameter_names = (CURSOR, SIZE)

    def paginate_queryset(self, queryset: QuerySet, request: Request, view: APIView) -> list:
        size = self.size_of(request)
        try:
            page = keyset_page(request, queryset, order=view.order, size=size)
        except (BadRequest, OverflowError, RecursionError, UnicodeEncodeError) as error:
            raise ValidationError(
                {CURSOR: [gettext("Use the address given as “next” as it is.")]}
            ) from error
        self.next_url = request.build_absolute_uri(page.next_url) if page.next_url else None
        return page.rows

    def size_of(self, request: Request) -> int:
        """How many rows the page shall have."""
        text = request.query_params.get(SIZE, str(DEFAULT_SIZE))
        is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MAX_SIZE))
        if not is_number or not 1 <= int(text) <= MAX_SIZE:
            raise ValidationError(
                {SIZE: [gettext("Give a number from 1 to %(most)s.") % {"most": number(MAX_SIZE)}]}
            )
        return int(text)

    def get_paginated_response(self, data: list) -> Response:
        return Response({"results": data, "next": self.next_url})

    def get_paginated_response_schema(self, schema: dict) -> dict:
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

    def get_schema_operation_parameters(self, view: APIView) -> list[dict]:
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
