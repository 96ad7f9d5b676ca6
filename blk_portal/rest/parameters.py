"""Query parameters: those an address knows, read by the FilterSet of the page, and no others."""

from collections.abc import Iterable
from typing import Any, TypeVar, cast

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

from blk_portal.rest.problems import UnknownParameter
from blk_portal.rest.shapes import is_date

Row = TypeVar("Row", bound=models.Model)
Answer = TypeVar("Answer")


def refuse_unknown(request: Request, known: Iterable[str]) -> None:
    """Raise for parameters the address does not know, and for empty or repeated ones.

    A misspelt filter that is passed over would answer more rows than were asked for.
    """
    known = set(known)
    listed = ", ".join(sorted(known)) or "–"
    unknown = {
        name: [gettext("This address knows: %(names)s.") % {"names": listed}]
        for name in request.query_params
        if name not in known
    }
    if unknown:
        raise UnknownParameter(unknown)
    faults = {}
    for name, values in request.query_params.lists():
        if len(values) > 1:
            faults[name] = [gettext("Give this parameter once.")]
        elif not values[0].strip():
            faults[name] = [gettext("Give this parameter a value, or leave it out.")]
    if faults:
        raise ValidationError(faults)


def refuse_other_dates(request: Request, form: forms.Form) -> None:
    """Raise for days that are not written as the interface writes them; pages take other ways too.

    A system that puts the month first would ask for another day unnoticed.
    """
    text = gettext("Write the day as year-month-day, for example 2022-08-31.")
    unfit = {
        name: [text]
        for name, field in form.fields.items()
        if isinstance(field, forms.DateField)
        and (given := request.query_params.get(name))
        and not is_date(given)
    }
    if unfit:
        raise ValidationError(unfit)


class FilterSetBackend(BaseFilterBackend):
    """Filters a list by the view's `filterset_class`, the same that its page uses."""

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Row, Answer], view: APIView
    ) -> QuerySet[Row, Answer]:
        filterset_class = getattr(view, "filterset_class", None)
        if getattr(view, "detail", False) or filterset_class is None:
            return queryset
        filters = filterset_class(request.query_params, queryset=queryset, request=request)
        refuse_other_dates(request, filters.form)
        if filters.form.errors:
            raise ValidationError(filters.form.errors)
        found: QuerySet[Row, Answer] = filters.qs
        return found

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        filterset_class = getattr(view, "filterset_class", None)
        if getattr(view, "detail", False) or filterset_class is None:
            return []
        fields = filterset_class(data=None, queryset=None).form.fields
        return [
            {
                "name": name,
                "in": "query",
                "description": described(field),
                "schema": schema_of(field),
            }
            for name, field in fields.items()
        ]


def described(field: forms.Field) -> str:
    """What a parameter means, and its values where they are few and fixed."""
    if isinstance(field, forms.ModelChoiceField) or not isinstance(field, forms.ChoiceField):
        return str(field.label)
    values = "\n".join(f"* `{value}` - {label}" for value, label in _values(field))
    return f"{field.label}\n\n{values}"


def schema_of(field: forms.Field) -> dict[str, Any]:
    """The JSON schema of one query parameter."""
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
        key = field.queryset.model._meta.get_field(field.to_field_name)
        if isinstance(key, models.IntegerField):
            return {"type": "integer"}
        return {"type": "string", "pattern": "^[A-Za-z0-9._-]+$", "maxLength": key.max_length}
    if isinstance(field, forms.ChoiceField):
        return {"type": "string", "enum": [value for value, _label in _values(field)]}
    if isinstance(field, forms.DateField):
        return {"type": "string", "format": "date"}
    assert isinstance(field, forms.CharField), "a filter of a kind the schema does not know yet"
    return {"type": "string", "pattern": r"\S", "maxLength": field.max_length}


def _values(field: forms.ChoiceField) -> list[tuple[str, object]]:
    choices = cast("Iterable[tuple[str, object]]", field.choices)
    return [(value, label) for value, label in choices if value != ""]
