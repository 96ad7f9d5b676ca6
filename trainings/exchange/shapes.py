"""What a draft looks like as JSON, going in and coming back."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from blk_portal.reporting.verbs import ReportStatus
from blk_portal.rest.serializers import FaultSerializer
from trainings.models import Cohort, ExternalId, Participant
from trainings.models.programme import MOST_HOURS

MOST_ROWS = 10_000
MOST_ID = 60
System = ExternalId.System


def page_field() -> serializers.URLField:
    """The page on which the operator goes on with a draft."""
    return serializers.URLField(
        help_text=_("Where the operator looks over the draft and sends it.")
    )


class InstructorShape(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=100)
    competence_number = serializers.CharField(
        max_length=60, required=False, allow_blank=True,
        help_text=_("The number of the competence certificate, if there is one."),
    )  # fmt: skip


class ExternalIdsShape(serializers.Serializer[Any]):
    skillhub = serializers.CharField(
        max_length=MOST_ID, required=False, allow_null=True, label=System.SKILLHUB.label
    )
    proglat = serializers.CharField(
        max_length=MOST_ID, required=False, allow_null=True, label=System.PROGLAT.label
    )


class PlanShape(serializers.Serializer[Any]):
    """The plan; what a change leaves out stays as it is."""

    institution = serializers.CharField(
        max_length=60, label=_("institution"), help_text=_("Its code.")
    )
    programme_year = serializers.IntegerField(
        min_value=2000, max_value=2100, label=_("budget year")
    )
    field = serializers.CharField(
        max_length=3, label=_("vocational field"), help_text=_("Its code.")
    )
    programme = serializers.CharField(
        max_length=150, label=_("programme"), help_text=_("Its name in the catalogue.")
    )
    programme_version = serializers.CharField(
        max_length=20, required=False, allow_null=True,
        help_text=_("Only where another than the current version is meant."),
    )  # fmt: skip
    batch = serializers.IntegerField(min_value=1, max_value=32767, label=_("batch number"))
    starts_on = serializers.DateField(label=_("starts on"))
    ends_on = serializers.DateField(label=_("ends on"))
    method = serializers.ChoiceField(
        choices=Cohort.Method.choices, required=False, label=_("method")
    )
    seats = serializers.IntegerField(
        min_value=1, max_value=32767, required=False, allow_null=True, label=_("seats"),
        help_text=_("Null for the usual number of the budget year."),
    )  # fmt: skip
    instructors = InstructorShape(many=True, required=False, help_text=_("No NIK."))
    funding = serializers.ChoiceField(choices=Cohort.Funding.choices, label=_("funding source"))
    partner = serializers.IntegerField(
        min_value=1, max_value=2**31, required=False, allow_null=True,
        label=_("funding partner"), help_text=_("Its id; only for CSR and partners."),
    )  # fmt: skip
    cost_planned = serializers.IntegerField(
        min_value=1, max_value=10**15 - 1, required=False, allow_null=True,
        label=_("planned cost in rupiah"),
    )  # fmt: skip
    external_ids = ExternalIdsShape(required=False, label=_("ids in other systems"))


class ParticipantShape(serializers.Serializer[Any]):
    """One row of the roster. It finds its participant by NIK, else by name and birth date."""

    external_id = serializers.CharField(
        max_length=MOST_ID, required=False, allow_null=True,
        help_text=_("The id of the row in your system: comes back with its result, is not kept."),
    )  # fmt: skip
    name = serializers.CharField(max_length=150, label=_("name"))
    nik = serializers.CharField(
        max_length=32, required=False, allow_null=True, allow_blank=True,
        help_text=_("16 digits as text; null while there is none yet."),
    )  # fmt: skip
    sex = serializers.ChoiceField(choices=Participant.Sex.choices, label=_("sex"))
    birth_place = serializers.CharField(max_length=100, required=False, allow_blank=True)
    birth_date = serializers.DateField(label=_("birth date"))
    education = serializers.CharField(max_length=60, required=False, allow_blank=True)
    address = serializers.CharField(max_length=300, required=False, allow_blank=True)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    disability = serializers.ChoiceField(
        choices=Participant.Disability.choices, required=False, label=_("disability")
    )
    is_santri = serializers.BooleanField(required=False, allow_null=True, label=_("santri"))
    result = serializers.ChoiceField(
        choices=Participant.Result.choices, required=False, allow_null=True, label=_("result")
    )
    attendance = serializers.IntegerField(
        min_value=0, max_value=100, required=False, allow_null=True, label=_("attendance (%)")
    )
    pre_test = serializers.IntegerField(
        min_value=0, max_value=100, required=False, allow_null=True, label=_("pre-test")
    )
    post_test = serializers.IntegerField(
        min_value=0, max_value=100, required=False, allow_null=True, label=_("post-test")
    )


class ExplanationShape(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=40, help_text=_("The code of the warnings."))
    text = serializers.CharField(
        max_length=500, allow_blank=True,
        help_text=_("Why they are in order; an empty text takes it back. No NIK."),
    )  # fmt: skip


class DraftShape(serializers.Serializer[Any]):
    external_id = serializers.CharField(
        max_length=MOST_ID, required=False, allow_null=True, label=_("id in your system"),
        help_text=_("What your system calls the cohort; no other system sees it. No NIK."),
    )  # fmt: skip
    plan = PlanShape()
    participants: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=ParticipantShape(), required=False, max_length=MOST_ROWS, label=_("Participants"),
        help_text=_(
            "The roster, at most 10,000 rows. Rows are added and changed; a participant that it "
            "lacks stays and is counted as absent. What a row leaves out stays as it is."
        ),
    )  # fmt: skip
    explanations = ExplanationShape(
        many=True, required=False,
        help_text=_("Why warnings are in order, one text a code."),
    )  # fmt: skip


class PlanChangeShape(PlanShape):
    """A plan of which only what changes is sent."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        fields = super().get_fields()
        for field in fields.values():
            field.required = False
        return fields


class DraftChangeShape(DraftShape):
    plan = PlanChangeShape(required=False)


class ReportShape(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=ReportStatus.choices, label=_("Report"))
    version = serializers.IntegerField(label=_("version"))
    due_on = serializers.DateField(label=_("due on"))


class RowToMendShape(serializers.Serializer[Any]):
    row = serializers.IntegerField(label=_("row"))
    faults = FaultSerializer(many=True)


class WarningShape(serializers.Serializer[Any]):
    code = serializers.CharField(label=_("code"))
    title = serializers.CharField()
    cure = serializers.CharField()
    rows = serializers.ListField(child=serializers.IntegerField())
    is_explained = serializers.BooleanField()


class MissingShape(serializers.Serializer[Any]):
    text = serializers.CharField()
    place = serializers.CharField(help_text=_("Where on the page of the cohort it is mended."))


class PlanStateShape(PlanShape):
    hours = serializers.IntegerField(
        max_value=MOST_HOURS, label=_("training hours (JP)"),
        help_text=_("They come with the programme."),
    )  # fmt: skip


class _Standing(serializers.Serializer[Any]):
    """How a draft stands; no participant is named."""

    external_id = serializers.CharField(allow_null=True, label=_("id in your system"))
    plan = PlanStateShape()
    report = ReportShape(label=_("Report"), help_text=_("The closing report."))
    participants = serializers.IntegerField(label=_("Participants"))
    rows_to_mend = RowToMendShape(many=True, label=_("rows to mend"))
    warnings = WarningShape(
        many=True, label=_("warnings"), help_text=_("What is explained before it is sent.")
    )
    missing = MissingShape(
        many=True, help_text=_("What lacks before the operator can send the report.")
    )


class StateShape(_Standing):
    id = serializers.IntegerField()
    page = page_field()


class DraftRowShape(serializers.Serializer[Any]):
    """One draft in the list of those that a system wrote."""

    SENDERS = (("operator", _("Operator")), ("officer", _("Officer, on the operator's behalf")))

    id = serializers.IntegerField()
    external_id = serializers.CharField(allow_null=True, label=_("id in your system"))
    institution = serializers.CharField(label=_("institution"))
    programme_year = serializers.IntegerField(label=_("budget year"))
    field = serializers.CharField(label=_("vocational field"))
    programme = serializers.CharField(label=_("programme"))
    batch = serializers.IntegerField(label=_("batch number"))
    starts_on = serializers.DateField(label=_("starts on"))
    ends_on = serializers.DateField(label=_("ends on"))
    is_cancelled = serializers.BooleanField(label=_("Cancelled"))
    status = serializers.ChoiceField(choices=ReportStatus.choices, label=_("Report"))
    version = serializers.IntegerField(label=_("version"))
    due_on = serializers.DateField(label=_("due on"))
    submitted_at = serializers.DateTimeField(
        allow_null=True, label=_("submitted at"),
        help_text=_("When it was last sent; null while nobody has sent it."),
    )  # fmt: skip
    submitted_by = serializers.ChoiceField(
        choices=SENDERS, allow_null=True, label=_("submitted by"),
        help_text=_("Who sent it last; nobody is named."),
    )  # fmt: skip
    verified_at = serializers.DateTimeField(allow_null=True, label=_("verified at"))
    flags_open = serializers.IntegerField(
        label=_("Open flags"), help_text=_("Flagged places that the operator has still to answer.")
    )
    participants = serializers.IntegerField(label=_("Participants"))
    waiting = serializers.IntegerField(
        label=_("rows to mend"), help_text=_("Rows of the roster that wait for the operator.")
    )
    missing = MissingShape(
        many=True, allow_null=True,
        help_text=_(
            "What lacks before the operator can send the report. Null for a roster of more than "
            "100 rows: read the single draft."
        ),
    )  # fmt: skip
    page = page_field()


class RosterResultShape(serializers.Serializer[Any]):
    created = serializers.IntegerField(label=_("new"))
    changed = serializers.IntegerField(label=_("changed"))
    unchanged = serializers.IntegerField(label=_("unchanged"))
    rejected = serializers.IntegerField(label=_("to mend"))
    absent = serializers.IntegerField(help_text=_("Participants that the roster lacks."))


class RowResultShape(serializers.Serializer[Any]):
    OUTCOMES = (
        ("created", _("new")), ("changed", _("changed")), ("unchanged", _("unchanged")),
        ("rejected", _("to mend")),
    )  # fmt: skip

    row = serializers.IntegerField(label=_("row"))
    external_id = serializers.CharField(allow_null=True)
    outcome = serializers.ChoiceField(choices=OUTCOMES)
    participant = serializers.IntegerField(
        allow_null=True, help_text=_("The participant's id here; null where nothing was stored.")
    )
    faults = FaultSerializer(many=True)


class WrittenShape(_Standing):
    """How a draft stands after a write, and what became of the roster."""

    id = serializers.IntegerField(
        allow_null=True, help_text=_("Null for a new cohort that was only tried.")
    )
    page = serializers.URLField(allow_null=True)
    is_dry_run = serializers.BooleanField(help_text=_("Tried only: nothing was stored."))
    is_new = serializers.BooleanField(help_text=_("Whether the cohort is new."))
    roster = RosterResultShape(
        allow_null=True, help_text=_("What became of the rows; null where none were sent.")
    )
    rows = RowResultShape(many=True)
