"""Serializers of the read side."""

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers


class ReadSerializer(serializers.ModelSerializer):
    """Rows as they are told to others: every field is read-only, and always there."""

    def get_fields(self) -> dict:
        fields = super().get_fields()
        for field in fields.values():
            field.read_only, field.required = True, False
        return fields


class ProblemSerializer(serializers.Serializer):
    """A refusal after RFC 9457, in the language asked for."""

    type = serializers.CharField(help_text=_("Where the documentation explains this problem."))
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text=_("What is wrong, by parameter."),
    )
