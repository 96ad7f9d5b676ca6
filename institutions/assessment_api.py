"""Assessments through the interface: the class of an institution, and what it was given for."""

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated

from blk_portal.accounts.scopes import Scope
from blk_portal.rest.serializers import ReadSerializer
from blk_portal.rest.views import ReadViewSet
from institutions.api import HasArea
from institutions.filters import StrictFilterSet, by_province, by_year, choice
from institutions.maturity import Maturity
from institutions.models import Assessment, AssessmentAnswer


class AssessmentFilter(StrictFilterSet):
    """By budget year of the criteria, class and province."""

    tahun = by_year()
    kelas = choice(_("Maturity class"), choices=Maturity.choices, field_name="maturity")
    provinsi = by_province()

    class Meta:
        model = Assessment
        fields: list[str] = []


class FoundSerializer(ReadSerializer):
    criterion = serializers.CharField(source="criterion.code", label=_("criterion"))
    text = serializers.CharField(source="criterion.text", label=_("text"))

    class Meta:
        model = AssessmentAnswer
        fields = ("criterion", "text", "is_met")


class AssessmentSerializer(ReadSerializer):
    institution = serializers.CharField(source="institution.code", label=_("institution"))
    criteria_of = serializers.IntegerField(
        source="programme_year.year", label=_("budget year"),
        help_text=_("Whose criteria were asked."),
    )  # fmt: skip
    answers = FoundSerializer(many=True, help_text=_("Without the evidence, which is on file."))

    class Meta:
        model = Assessment
        fields = ("id", "institution", "criteria_of", "assessed_on", "maturity", "answers")


class AssessmentViewSet(ReadViewSet):
    """The standing assessments of the institutions one sees, in the order they were written."""

    read_scope = Scope.ASSESSMENTS
    title = _("Assessments")
    title_of_one = _("One assessment")
    about = _(
        "Final assessments that were not withdrawn: the class follows from the criteria of the "
        "budget year. The latest one of an institution says its class."
    )
    permission_classes = [IsAuthenticated, HasArea]
    serializer_class = AssessmentSerializer
    filterset_class = AssessmentFilter
    order = ("id",)
    lookup_value_regex = "[0-9]{1,18}"
    queryset = Assessment.objects.none()

    def get_queryset(self) -> QuerySet[Assessment]:
        answers = AssessmentAnswer.objects.select_related("criterion")
        standing = Assessment.objects.visible_to(self.request.user).standing()
        rows = standing.select_related("institution", "programme_year")
        return rows.prefetch_related(Prefetch("answers", answers))
