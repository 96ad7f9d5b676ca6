"""The catalogue of training programmes through the interface, with the units each teaches."""

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated

from blk_portal.accounts.scopes import Scope
from blk_portal.rest.serializers import ReadSerializer
from blk_portal.rest.views import ReadViewSet
from trainings.api import ROW_ID, SeesCohorts
from trainings.filters import ProgrammeFilter
from trainings.models import CompetencyUnit, Programme


class UnitSerializer(ReadSerializer):
    class Meta:
        model = CompetencyUnit
        fields = ("code", "title")


class ProgrammeSerializer(ReadSerializer):
    field = serializers.CharField(
        source="field.code", label=_("vocational field"), help_text=_("Its code.")
    )
    units = UnitSerializer(many=True, help_text=_("The competency units (SKKNI) that it teaches."))

    class Meta:
        model = Programme
        fields = ("id", "field", "name", "version", "hours", "is_current", "units")


class ProgrammeViewSet(ReadViewSet):
    """The programmes that cohorts are planned with, by name."""

    read_scope = Scope.COHORTS
    title = _("Programmes")
    title_of_one = _("One programme")
    about = _(
        "The catalogue of training programmes, by name: a plan names one by its field and name. "
        "Versions that are no longer taught stay listed, since cohorts were held by them."
    )
    permission_classes = [IsAuthenticated, SeesCohorts]
    serializer_class = ProgrammeSerializer
    filterset_class = ProgrammeFilter
    order = ("name", "id")
    lookup_value_regex = ROW_ID
    queryset = Programme.objects.none()

    def get_queryset(self) -> QuerySet[Programme]:
        return Programme.objects.visible_to(self.request.user).for_lists()
