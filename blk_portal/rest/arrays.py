"""Keys handed over as one array: a statement stays the same however many there are."""

from collections.abc import Iterable

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Value


class AnyOf(Func):
    """The condition that a column is one of these keys."""

    arg_joiner = " = ANY("
    template = "%(expressions)s)"
    output_field = BooleanField()

    def __init__(self, column: str, keys: Iterable[int]) -> None:
        array = Value(list(keys), output_field=ArrayField(BigIntegerField()))
        super().__init__(F(column), array)
