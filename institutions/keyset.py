"""Pages of a list by its keys: as fast at the end of ten million rows as at the start."""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.contrib.admin.utils import get_fields_from_path
from django.core.exceptions import BadRequest, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import BooleanField, F, Func, Model, Q, QuerySet
from django.db.models.expressions import Col
from django.http import HttpRequest
from django.utils.translation import gettext

CURSOR = "sesudah"
PAGE_SIZE = 25
# The largest number the database keeps; for a larger one it would leave its index.
MOST = 2**63 - 1

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list: its rows, and the addresses of the next page and of the first."""

    rows: list[Row] = field(default_factory=list)
    previous_url: str = ""
    next_url: str = ""
    summary: str = ""

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


def _encode(values: Sequence[Any]) -> str:
    text = json.dumps(list(values), cls=DjangoJSONEncoder, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _fields(model: type[Model], names: Sequence[str]) -> list[Any]:
    return [get_fields_from_path(model, name)[-1] for name in names]


def _decode(cursor: str, model: type[Model], names: list[str]) -> list[Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded.encode()))
        fields = zip(_fields(model, names), values, strict=True)
        decoded = [field.to_python(value) for field, value in fields]
        "".join(map(str, decoded)).encode()
    except (ValueError, TypeError, OverflowError, RecursionError, ValidationError) as error:
        raise BadRequest(gettext("The address of this page is incomplete.")) from error
    if any(value is None or "\x00" in str(value) for value in decoded):
        raise BadRequest(gettext("The address of this page is incomplete."))
    return [max(-MOST, min(value, MOST)) if isinstance(value, int) else value for value in decoded]


class _Together(Func):
    """The condition that keys, taken together, lie beyond some values: one comparison of rows,
    which Django writes in half the time of what it stands for.

    sign: < or >. also: columns that are equal to the first key.
    """

    output_field = BooleanField()

    def __init__(
        self, *keys: F, sign: str, fields: Sequence[Any], values: Sequence[Any], also: Sequence[Col]
    ) -> None:
        super().__init__(*keys, *also)
        self.sign, self.fields, self.values = sign, fields, values

    def as_sql(
        self, compiler: Any, connection: Any, *_args: Any, **_context: Any
    ) -> tuple[str, Any]:
        columns = [compiler.compile(one)[0] for one in self.get_source_expressions()]
        pairs = zip(self.fields, self.values, strict=True)
        taken = [field.get_db_prep_value(value, connection) for field, value in pairs]
        size = len(taken)
        keys, values = ", ".join(columns[:size]), ", ".join(["%s"] * size)
        bounds = [f" AND {column} {self.sign}= %s" for column in columns[size:]]
        text = f"({keys}) {self.sign} ({values}){''.join(bounds)}"
        return text, [*taken, *taken[:1] * len(bounds)]


def _one_by_one(values: Sequence[Any], order: tuple[str, ...]) -> Q:
    """The same of keys that have different directions, or stand in other rows."""
    condition, equal = Q(), Q()
    for name, value in zip(order, values, strict=True):
        key, step = name.removeprefix("-"), "lt" if name.startswith("-") else "gt"
        condition |= equal & Q(**{f"{key}__{step}": value})
        equal &= Q(**{key: value})
    # Said once more of the first key, so that an index is entered there and not read up to there.
    first, bound = names_of(order)[0], "lte" if order[0].startswith("-") else "gte"
    return condition & Q(**{f"{first}__{bound}": values[0]})


def beyond(queryset: QuerySet[Row], values: Sequence[Any], order: tuple[str, ...]) -> QuerySet[Row]:
    """The rows of a list that come after the one with the given key values in the order."""
    names = names_of(order)
    signs = {"<" if name.startswith("-") else ">" for name in order}
    if len(signs) > 1 or any("__" in name for name in names):
        return queryset.filter(_one_by_one(values, order))
    fields = _fields(queryset.model, names)
    condition = _Together(
        *map(F, names), sign=signs.pop(), fields=fields, values=values,
        also=_pointed_at(queryset, fields[0]),
    )  # fmt: skip
    return queryset.filter(condition)


def _pointed_at(queryset: QuerySet[Row], key: Any) -> list[Col]:
    """The key of the row that a foreign key points to, where that row is joined.

    PostgreSQL hands on only what is equal, and would read that table from its start.
    """
    table = key.related_model._meta.db_table if key.related_model else ""
    joined: Any = queryset.query.alias_map.get(table)
    if not queryset.query.alias_refcount.get(table) or joined.join_field is not key:
        return []
    return [Col(table, key.target_field)]


def keys_asked(request: HttpRequest, model: type[Model], order: tuple[str, ...]) -> list[Any]:
    """The keys after which the page begins; none for the first. Raises BadRequest as
    `keyset_page`."""
    cursor = request.GET.get(CURSOR, "")
    return _decode(cursor, model, names_of(order)) if cursor else []


def names_of(order: tuple[str, ...]) -> list[str]:
    """The keys of an order, without their direction."""
    return [name.removeprefix("-") for name in order]


def address_after(request: HttpRequest, values: Sequence[Any]) -> str:
    """The query of the page that begins after a row with these keys."""
    query = dict(request.GET.lists()) | {CURSOR: [_encode(values)]}
    return f"?{urlencode(query, doseq=True)}"


def keyset_page(
    request: HttpRequest, queryset: QuerySet[Row], *, order: tuple[str, ...], size: int = PAGE_SIZE
) -> Page[Row]:
    """The page of a list that the address asks for.

    order: names of fields that are never empty, the last one unique; "-" turns one round, and
    "__" reaches over to another row. Raises BadRequest for a cursor that no page of ours wrote.
    """
    if after := keys_asked(request, queryset.model, order):
        queryset = beyond(queryset, after, order)
    queryset = queryset.order_by(*order)
    # The rows are chosen first and joined after: with all joins at once the planner gives up
    # looking for the order that starts from the few rows a person may see.
    chosen = list(queryset.values_list("pk", flat=True)[: size + 1])
    rows = list(queryset.filter(pk__in=chosen)) if chosen else []
    first_url = ""
    if request.GET.get(CURSOR, ""):
        query = request.GET.copy()
        query.pop(CURSOR)
        first_url = f"?{query.urlencode()}"
    next_url = ""
    if len(rows) > size:
        rows = rows[:size]
        next_url = address_after(request, keys_of(rows[-1], order))
    return Page(rows=rows, previous_url=first_url, next_url=next_url)


def keys_of(row: object, order: tuple[str, ...]) -> list[Any]:
    """What a row has of the keys of an order."""
    return [attrgetter(name.replace("__", "."))(row) for name in names_of(order)]


def page_of(request: HttpRequest, rows: Sequence[Row], *, size: int = PAGE_SIZE) -> Page[Row]:
    """The page that the address asks for of rows at hand, which are in the order of their keys.

    Raises BadRequest as `keyset_page` does.
    """
    cursor = request.GET.get(CURSOR, "")
    if cursor and rows:
        (last,) = _decode(cursor, type(rows[0]), ["id"])
        rows = [row for row in rows if row.pk > last]
    next_url = ""
    if len(rows) > size:
        next_url = address_after(request, [rows[size - 1].pk])
    return Page(rows=list(rows[:size]), next_url=next_url)
