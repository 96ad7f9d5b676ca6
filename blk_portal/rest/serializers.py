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
