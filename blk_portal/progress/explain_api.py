"""The explanation of a figure through the interface, as the page tells it."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema_serializer
from rest_framework import serializers, viewsets
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from blk_portal.accounts.scopes import Scope
from blk_portal.progress.explaining.explanation import LEVELS, Explanation, Part, explain
from blk_portal.progress.explaining.forms import QuestionForm
from blk_portal.progress.explaining.question import Question
from blk_portal.progress.explaining.reasons import REASONS
from blk_portal.progress.filters import BREAKDOWN_CHOICES, INDICATOR_CHOICES, UNBROKEN
from blk_portal.rest.parameters import described, schema_of
from blk_portal.rest.schema import PortalSchema
from blk_portal.rest.views import PortalView
from institutions.keyset import CURSOR
from institutions.pagination import DEFAULT_SIZE

REASON_CHOICES = [(reason.code, reason.label) for reason in REASONS.values()]
LEVEL_CHOICES = [(level, words[0]) for level, words in LEVELS.items()]
OPENING_TOLD = _("How much of what counts is opening balance, without rows.")


class ReasonSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=REASON_CHOICES)
    label = serializers.CharField()  # type: ignore[assignment]  # a field called as a property
    what_follows = serializers.CharField(allow_blank=True)
    rows = serializers.IntegerField()


class RestSerializer(serializers.Serializer[Any]):
    counted = serializers.IntegerField()
    not_counted = serializers.IntegerField(
        allow_null=True, help_text=_("Null where only what counts is told.")
    )


class PartSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    counted = serializers.IntegerField()
    opening_balance = serializers.IntegerField(help_text=OPENING_TOLD)
    not_counted = serializers.IntegerField(help_text=_("Rows that do not count."))
    reasons = serializers.ListField(child=serializers.ChoiceField(choices=REASON_CHOICES))
    explain = serializers.CharField(
        allow_null=True, help_text=_("The address that explains this part; null for the last.")
    )


@extend_schema_serializer(many=False)
class ExplanationSerializer(serializers.Serializer[Any]):
    indicator = serializers.ChoiceField(choices=INDICATOR_CHOICES)
    label = serializers.CharField()  # type: ignore[assignment]  # a field called as a property
    unit = serializers.CharField()
    rule = serializers.CharField()
    excluded = serializers.CharField()
    programme_year = serializers.IntegerField()
    province = serializers.CharField(allow_null=True)
    office = serializers.CharField(allow_null=True)
    regency = serializers.CharField(allow_null=True)
    breakdown = serializers.ChoiceField(choices=BREAKDOWN_CHOICES)
    bucket = serializers.CharField(allow_blank=True)
    institution = serializers.CharField(allow_null=True)
    value = serializers.IntegerField(
        allow_null=True, help_text=_("The figure; null where nothing is known yet.")
    )
    counted = serializers.IntegerField(
        help_text=_("What the rows add up to: the figure, unless a recount is owed.")
    )
    opening_balance = serializers.IntegerField(help_text=OPENING_TOLD)
    recorded = serializers.IntegerField(
        allow_null=True,
        help_text=_(
            "All rows, those that count and the others. Null for the nation where you read a part "
            "of it: rows that do not count are told of your area only."
        ),
    )
    not_counted = serializers.IntegerField(
        help_text=_("Rows that do not count; of the nation, those in your area.")
    )
    counted_at = serializers.DateTimeField(allow_null=True)
    owed_since = serializers.DateTimeField(allow_null=True)
    audited_at = serializers.DateTimeField(allow_null=True)
    reasons = ReasonSerializer(many=True)
    level = serializers.ChoiceField(choices=LEVEL_CHOICES, help_text=_("What the parts are."))
    parts = PartSerializer(many=True)
    rest = RestSerializer(
        allow_null=True, help_text=_("What lies outside the area of the reader, in one sum.")
    )
    next = serializers.CharField(
        allow_null=True, help_text=_("The next page; null on the last one.")
    )


class ExplainSchema(PortalSchema):
    """Takes the parameters from the form that reads them."""

    def get_override_parameters(self) -> list[Any]:
        return [
            OpenApiParameter(
                name, type=schema_of(field), location="query", description=described(field)
            )
            for name, field in QuestionForm.base_fields.items()
        ]


class ExplainViewSet(PortalView, viewsets.GenericViewSet[Any]):
    """Why a figure is what it is."""

    read_scope = Scope.PROGRESS
    title = _("Explanation of a figure")
    about = _(
        "A figure with its rule, the parts that it is the sum of, and the rows that do not count, "
        "each with its reason. Follow “explain” from the nation down to the rows, as far as the "
        "rights of the login lead."
    )
    serializer_class = ExplanationSerializer
    # Its form reads where a page begins, and all pages are of one size.
    pagination_class = None
    schema = ExplainSchema()

    def parameter_names(self) -> list[str]:
        return list(QuestionForm.base_fields)

    def list(self, request: Request) -> Response:
        form = QuestionForm(request.query_params, user=request.user)
        if not form.is_valid():
            faults: Any = form.errors
            raise ValidationError(faults)
        question = form.question(size=DEFAULT_SIZE)
        if question is None:
            raise ValidationError({"tahun": [gettext("No budget year has figures yet.")]})
        return Response(ExplanationSerializer(told(explain(question), request)).data)


def told(answer: Explanation, request: Request) -> dict[str, Any]:
    """The explanation in the words of the interface."""
    question, age = answer.question, answer.freshness()
    indicator = question.indicator
    address = request.build_absolute_uri(request.path)
    after = ".".join(map(str, answer.after or ()))
    return {
        "indicator": indicator.code,
        "label": indicator.label,
        "unit": indicator.unit,
        "rule": indicator.rule,
        "excluded": indicator.excluded,
        "programme_year": question.year.year,
        "province": question.province and question.province.code,
        "office": question.office and question.office.code,
        "regency": question.regency and question.regency.code,
        "breakdown": question.breakdown or UNBROKEN,
        "bucket": question.bucket,
        "institution": question.institution and question.institution.code,
        "value": answer.value,
        "counted": answer.counted.value,
        "opening_balance": answer.opening,
        "recorded": None if answer.left_is_partial else answer.recorded,
        "not_counted": answer.left_rows,
        "counted_at": age.counted_at,
        "owed_since": age.owed_since,
        "audited_at": age.audited_at,
        "reasons": [
            {
                "code": reason.code, "label": reason.label, "what_follows": reason.cure,
                "rows": tally.rows,
            }
            for reason, tally in answer.left
        ],
        "level": answer.level,
        "parts": [_part(part, address) for part in answer.parts],
        "rest": answer.rest and {
            "counted": answer.rest.counted.value,
            "not_counted": answer.rest.left_rows if answer.tells_rest else None,
        },
        "next": f"{address}?{question.query}&{CURSOR}={after}" if after else None,
    }  # fmt: skip


def _part(part: Part, address: str) -> dict[str, Any]:
    assert part.named is not None, "only the rest has no name"
    deeper: Question | None = part.deeper
    return {
        "name": str(part.named.label),
        "detail": str(part.named.detail),
        "counted": part.counted.value,
        "opening_balance": part.opening,
        "not_counted": part.left_rows,
        "reasons": [reason.code for reason in part.reasons],
        "explain": f"{address}?{deeper.query}" if deeper else None,
    }
