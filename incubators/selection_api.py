"""The selection through the interface: who may be a candidate, and what proves a standing."""

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from blk_portal.formats import today_in_jakarta
from blk_portal.rest.serializers import ReadSerializer
from blk_portal.rest.views import ReadViewSet
from incubators.eligibility import Bar, bars_of, with_bars
from incubators.filters import CandidateFilter, EvidenceFilter
from incubators.models import Evidence, Incubator
from incubators.standing import is_in_force
from institutions.api import CODE
from institutions.models import Institution


class SeesSelection(BasePermission):
    """For roles that work with the selection of incubators."""

    message = _("Your role does not work with the selection.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.is_authenticated and request.user.has_perm("incubators.view_incubator")


class SeesPapers(BasePermission):
    """For roles that work with the papers of institutions."""

    message = _("Your role does not work with the papers of institutions.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.is_authenticated and request.user.spec.sees_papers


class CandidateSerializer(ReadSerializer):
    institution = serializers.CharField(source="code", label=_("institution"))
    institution_name = serializers.CharField(source="name")
    province = serializers.CharField(source="regency.province.code", label=_("province"))
    regency = serializers.CharField(source="regency.code", label=_("regency or city"))
    eligible = serializers.BooleanField(source="is_eligible", label=_("Eligible"))
    bars = serializers.SerializerMethodField(
        label=_("Bars"),
        help_text=_("Why it cannot be a candidate today: the register says so. Empty: it may."),
    )
    rounds = serializers.SerializerMethodField(
        label=_("rounds"), help_text=_("The budget years of the rounds it is in already.")
    )

    class Meta:
        model = Institution
        fields = (
            "institution", "institution_name", "province", "regency", "eligible", "bars", "rounds",
        )  # fmt: skip

    def get_bars(self, institution: Institution) -> list[Bar]:
        return bars_of(institution)

    def get_rounds(self, institution: Institution) -> list[int]:
        return sorted(one.round.programme_year.year for one in institution.incubators.all())


class CandidateViewSet(ReadViewSet):
    """Institutions and whether the register lets them be candidates today."""

    read_scope = None
    title = _("Candidates")
    title_of_one = _("One candidate")
    about = _("The institutions of your area, and whether each may be a candidate today.")
    permission_classes = [IsAuthenticated, SeesSelection]
    serializer_class = CandidateSerializer
    filterset_class = CandidateFilter
    order = ("name", "id")
    lookup_field = "code"
    lookup_value_regex = CODE
    queryset = Institution.objects.none()

    def get_queryset(self) -> QuerySet[Institution]:
        user = self.request.user
        listed = Incubator.objects.visible_to(user).select_related("round__programme_year")
        rows = with_bars(Institution.objects.visible_to(user), on=today_in_jakarta())
        return rows.select_related("regency__province").prefetch_related(
            Prefetch("incubators", listed)
        )


class EvidenceSerializer(ReadSerializer):
    institution = serializers.CharField(source="incubator.institution.code", label=_("institution"))
    programme_year = serializers.IntegerField(
        source="incubator.round.programme_year.year", label=_("budget year")
    )
    criterion = serializers.CharField(source="criterion.code", label=_("criterion"))
    criterion_name = serializers.CharField(source="criterion.name")
    in_force = serializers.SerializerMethodField(
        label=_("In force"), help_text=_("Whether it proves its criterion today.")
    )

    class Meta:
        model = Evidence
        fields = (
            "id", "incubator", "institution", "programme_year", "criterion", "criterion_name",
            "state", "valid_from", "valid_to", "submitted_at", "verified_on", "withdrawn_on",
            "in_force",
        )  # fmt: skip

    def get_in_force(self, evidence: Evidence) -> bool:
        return is_in_force(evidence, today_in_jakarta())


class EvidenceViewSet(ReadViewSet):
    """The evidence of incubators, without its papers and without names."""

    read_scope = None
    title = _("Evidence of incubators")
    title_of_one = _("One piece of evidence")
    about = _("What proves the criteria of the incubators of your area, without the papers.")
    permission_classes = [IsAuthenticated, SeesPapers]
    serializer_class = EvidenceSerializer
    filterset_class = EvidenceFilter
    order = ("id",)
    lookup_value_regex = "[0-9]{1,18}"
    queryset = Evidence.objects.none()

    def get_queryset(self) -> QuerySet[Evidence]:
        return Evidence.objects.visible_to(self.request.user).select_related(
            "criterion", "incubator__institution", "incubator__round__programme_year"
        )
