"""Incubators through the interface: how far each BLKK of a round has come."""

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated

from blk_portal.accounts.scopes import Scope
from blk_portal.formats import today_in_jakarta
from blk_portal.rest.serializers import ReadSerializer
from incubators.counting import Figure, why_not
from incubators.filters import IncubatorFilter
from incubators.models import Incubator, IncubatorTransition
from institutions.api import HasArea
from institutions.models import Change
from institutions.synced_api import SyncedViewSet


class IncubatorSerializer(ReadSerializer):
    institution = serializers.CharField(source="institution.code", label=_("institution"))
    institution_name = serializers.CharField(source="institution.name")
    programme_year = serializers.IntegerField(
        source="round.programme_year.year", label=_("budget year")
    )
    decree = serializers.CharField(source="round.decree", label=_("decree"))
    stage_since = serializers.DateField(
        allow_null=True, label=_("In this stage since"),
        help_text=_("Null while it is on the short list."),
    )  # fmt: skip
    replaces = serializers.IntegerField(
        source="replaces_visible", allow_null=True, label=_("takes the place of"),
        help_text=_("Also null where you may not see the other one."),
    )  # fmt: skip

    in_force = serializers.BooleanField(
        label=_("Standing in force"),
        help_text=_("Whether every criterion in force is proved by verified evidence today."),
    )  # fmt: skip
    not_counted_because = serializers.SerializerMethodField(
        label=_("Not counted because"),
        help_text=_(
            "Why the figure of the filter “hitung” does not count the row: empty where it does, "
            "null where no figure was asked about."
        ),
    )  # fmt: skip

    class Meta:
        model = Incubator
        fields = (
            "id", "institution", "institution_name", "programme_year", "decree", "stage",
            "stage_since", "replaces", "listed_on", "rank", "score", "reserve_position",
            "in_force", "not_counted_because",
        )  # fmt: skip

    def get_not_counted_because(self, incubator: Incubator) -> str | None:
        figure = self.context["request"].query_params.get("hitung", "")
        return why_not(figure, incubator) if figure in Figure.values else None


class IncubatorViewSet(SyncedViewSet):
    """The incubators of the institutions a person may see."""

    read_scope = Scope.INCUBATORS
    title = _("Incubators")
    title_of_one = _("One incubator")
    about = _("The institutions of your area that are, or were, in a round of incubators.")
    permission_classes = [IsAuthenticated, HasArea]
    serializer_class = IncubatorSerializer
    filterset_class = IncubatorFilter
    kind = Change.Kind.INCUBATOR
    order = ("id",)
    lookup_value_regex = "[0-9]{1,18}"
    queryset = Incubator.objects.none()

    def get_queryset(self) -> QuerySet[Incubator]:
        visible = Incubator.objects.visible_to(self.request.user)
        steps = IncubatorTransition.objects.filter(incubator=OuterRef("pk"))
        latest = steps.standing().latest_first()
        listed = visible.with_standing(on=today_in_jakarta())
        return listed.select_related("institution", "round__programme_year").annotate(
            stage_since=Subquery(latest.values("happened_on")[:1]),
            replaces_visible=Subquery(visible.filter(pk=OuterRef("replaces")).values("pk")),
        )
