"""What the drafts of certification and placement look like as JSON, going in and coming back."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from institutions.kbli import Section
from trainings.exchange.shapes import MissingShape, ReportShape, page_field
from trainings.models import Certification, Placement, ReportKind

# Each row is checked by the form of the page.
MOST_OUTCOMES = 1000
KINDS = [
    (kind.value, kind.label)
    for kind in (ReportKind.CERTIFICATION, ReportKind.PLACEMENT_3, ReportKind.PLACEMENT_6)
]


class OutcomeShape(serializers.Serializer[Any]):
    """What became of one participant; what a row leaves out stays as it is, null takes it away."""

    participant = serializers.IntegerField(
        min_value=1, max_value=10**18, help_text=_("The participant's id here.")
    )


class CertificationRowShape(OutcomeShape):
    competency = serializers.ChoiceField(
        choices=Certification.Competency.choices, required=False, allow_null=True,
        label=_("competency"),
    )  # fmt: skip
    certified_by = serializers.ChoiceField(
        choices=Certification.Body.choices, required=False, allow_null=True,
        label=_("certified by"),
    )  # fmt: skip
    number = serializers.CharField(
        max_length=60, required=False, allow_null=True, allow_blank=True,
        label=_("certificate number"), help_text=_("Only of who is competent. No NIK."),
    )  # fmt: skip


class PlacementRowShape(OutcomeShape):
    outcome = serializers.ChoiceField(
        choices=Placement.Outcome.choices, required=False, allow_null=True,
        label=_("what they do now"),
    )  # fmt: skip
    workplace = serializers.CharField(
        max_length=150, required=False, allow_null=True, allow_blank=True,
        label=_("employer or own business"), help_text=_("Only of who works. No NIK."),
    )  # fmt: skip
    section = serializers.ChoiceField(
        choices=Section.choices, required=False, allow_null=True,
        label=_("line of business (KBLI)"),
    )  # fmt: skip
    domicile = serializers.CharField(
        max_length=2, required=False, allow_null=True, allow_blank=True,
        label=_("lives in (province)"), help_text=_("Null: in the province of the institution."),
    )  # fmt: skip


def _rows(shape: OutcomeShape) -> Any:
    return serializers.ListSerializer(
        child=shape, max_length=MOST_OUTCOMES, label=_("Participants"),
        help_text=_("Those who passed, at most 1,000 in one request; others stay as they are."),
    )  # fmt: skip


class CertificationDraftShape(serializers.Serializer[Any]):
    participants = _rows(CertificationRowShape())


class PlacementDraftShape(serializers.Serializer[Any]):
    participants = _rows(PlacementRowShape())


class EnteredShape(serializers.Serializer[Any]):
    participant = serializers.IntegerField(help_text=_("The participant's id here."))
    is_entered = serializers.BooleanField(help_text=_("Whether anything is entered."))
    is_complete = serializers.BooleanField(help_text=_("Whether nothing more is asked."))


class OutcomeStateShape(serializers.Serializer[Any]):
    """How such a draft stands: of whom something lacks, not what is entered."""

    cohort = serializers.IntegerField(label=_("cohort"))
    kind = serializers.ChoiceField(choices=KINDS, label=_("kind"))
    report = ReportShape(label=_("Report"))
    participants = EnteredShape(many=True, help_text=_("Those who passed."))
    missing = MissingShape(
        many=True, help_text=_("What lacks before the operator can send the report.")
    )
    page = page_field()


class OutcomeWrittenShape(OutcomeStateShape):
    changed = serializers.IntegerField(help_text=_("How many participants changed."))
    is_dry_run = serializers.BooleanField(help_text=_("Tried only: nothing was stored."))
