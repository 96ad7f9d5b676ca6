"""The search box of the administration: related rows are chosen first, the rows by their keys.

In one statement the database would compare the words with the institution of every row: half a
second over the cohorts of ten years.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.constants import LOOKUP_SEP
from django.utils.text import smart_split, unescape_string_literal

NOTHING = Q(pk__in=())

Row = TypeVar("Row", bound=models.Model)


def search(
    queryset: models.QuerySet[Row], fields: Iterable[str], words: str
) -> models.QuerySet[Row]:
    """The rows in which every word stands in one of the fields; quotes hold a phrase together.

    fields: as `search_fields` of Django's administration: "name" holds the word, "^code" begins
    with it, "=id" is it (as written, where Django's own would cast every number to text).
    Rows whose queryset offers `named(phrase)` say themselves what else names them. A word without
    a letter and a digit is passed over beside others.
    """
    given = list(_words(words))
    for word in [word for word in given if any(map(str.isalnum, word))] or given:
        queryset = queryset.filter(_holds(queryset.model, fields, word))
    return queryset


def _words(text: str) -> Iterable[str]:
    for word in smart_split(text.replace("\x00", "")):
        is_quoted = word[0] in "\"'" and word[0] == word[-1] and len(word) > 1
        yield unescape_string_literal(word) if is_quoted else word


def _holds(model: type[models.Model], fields: Iterable[str], word: str) -> Q:
    """The condition that one of the fields holds the word."""
    asked: dict[str, Q] = defaultdict(lambda: NOTHING)
    for field in fields:
        relation, _separator, name = field.lstrip("^=").rpartition(LOOKUP_SEP)
        asked[relation] |= _compares(_related(model, relation), field[0], name, word)
    found = asked.pop("", NOTHING) | _named(model, word)
    for relation, condition in asked.items():
        related = _related(model, relation)
        rows = related._default_manager.filter(condition | _named(related, word))
        found |= Q(**{f"{relation}__in": list(rows.order_by().values_list("pk", flat=True))})
    return found


def _named(model: type[models.Model], phrase: str) -> Q:
    """The rows of a model that knows itself what names them."""
    rows = model._default_manager.all()
    return Q(pk__in=rows.named(phrase).order_by().values("pk")) if hasattr(rows, "named") else Q()


def _related(model: type[models.Model], relation: str) -> type[models.Model]:
    """The model at the end of a path such as "cohort__institution"; the model itself for ""."""
    for step in filter(None, relation.split(LOOKUP_SEP)):
        related = model._meta.get_field(step).related_model
        assert related is not None, "a search field names relations up to its last step"
        model = related
    return model


def _compares(model: type[models.Model], sign: str, name: str, word: str) -> Q:
    if sign != "=":
        return Q(**{f"{name}__{'istartswith' if sign == '^' else 'icontains'}": word})
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field), "what a word equals is a column"
    try:
        value = field.to_python(word)
    except ValidationError:
        return NOTHING
    # A number in the digits of another script is not the number as written.
    is_other = isinstance(value, int) and not word.isascii()
    return NOTHING if is_other else Q(**{name: value})
