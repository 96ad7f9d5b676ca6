"""Keys handed over as one array: a statement stays the same however many there are."""

from collections.abc import Iterable

from django.db.models import BooleanField, CharField, F, Func, Value


def array_of(keys: Iterable[int]) -> str:
    """Keys as PostgreSQL reads an array: one text costs less than hundreds of values."""
    return f"{{{','.join(map(str, keys))}}}"


class AnyOf(Func):
    """The condition that a column is one of these keys."""

    arg_joiner = " = ANY("
    template = "%(expressions)s::bigint[])"
    output_field = BooleanField()

    def __init__(self, column: str, keys: Iterable[int]) -> None:
        super().__init__(F(column), Value(array_of(keys), output_field=CharField()))
