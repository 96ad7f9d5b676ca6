"""Serializers of the read side."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class ReadSerializer(serializers.ModelSerializer[Any]):
    """Rows as they are told to others: every field is read-only, and always there."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        for field in fields.values():
            field.read_only, field.required = True, False
        return fields


class FaultSerializer(serializers.Serializer[Any]):
    """One fault of a body: where it is, what it is, and how it is mended."""

    row = serializers.IntegerField(
        allow_null=True, help_text=_("Which row of the list, counted from 1; null outside of it.")
    )
    external_id = serializers.CharField(
        allow_null=True, help_text=_("The id that your system gave the row.")
    )
    field = serializers.CharField(
        allow_null=True, help_text=_("Which field; null for the row as a whole.")
    )
    code = serializers.CharField(help_text=_("What is wrong, for a program."))
    is_warning = serializers.BooleanField(
        help_text=_("A warning keeps nothing from being stored, but asks for a look.")
    )
    value_class = serializers.CharField(
        help_text=_("What stood there by its kind only, for example digits(15): never the value.")
    )
    detail = serializers.CharField(help_text=_("What is wrong, in one sentence."))
    cure = serializers.CharField(help_text=_("How it is mended, in one sentence."))


class ProblemSerializer(serializers.Serializer[Any]):
    """A refusal after RFC 9457, in the language asked for."""

    type = serializers.CharField(help_text=_("Where the documentation explains this problem."))
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.DictField(  # type: ignore[assignment]  # a field called as a property
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text=_("What is wrong, by parameter."),
    )
    faults = FaultSerializer(
        many=True, required=False, help_text=_("What is wrong in the body, place by place.")
    )
