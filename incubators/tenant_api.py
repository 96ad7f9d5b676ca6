"""Tenants through the interface: the businesses of the incubators, without their owners."""

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated

from blk_portal.accounts.scopes import Scope
from blk_portal.rest.serializers import ReadSerializer
from blk_portal.rest.views import ReadViewSet
from incubators.models import Legality, Tenant
from incubators.tenant_filters import TenantFilter, for_lists
from institutions.api import HasArea


class TenantSerializer(ReadSerializer):
    institution = serializers.CharField(source="incubator.institution.code", label=_("institution"))
    programme_year = serializers.IntegerField(
        source="incubator.round.programme_year.year", label=_("budget year")
    )
    permits = serializers.SerializerMethodField(label=_("permits"))
    latest_turnover = serializers.IntegerField(
        allow_null=True, label=_("turnover of the latest verified quarter"),
        help_text=_("In whole rupiah; null while no quarter is verified."),
    )  # fmt: skip
    latest_workers = serializers.IntegerField(
        allow_null=True, label=_("workers of the latest verified quarter"),
        help_text=_("Null while no quarter is verified."),
    )  # fmt: skip

    class Meta:
        model = Tenant
        fields = (
            "id", "business", "incubator", "institution", "programme_year", "division", "kbli",
            "entered_on", "stage", "stage_since", "permits", "baseline_turnover",
            "latest_turnover", "latest_workers",
        )  # fmt: skip

    def get_permits(self, tenant: Tenant) -> list[str]:
        return sorted(permit.kind for permit in tenant.legalities.all())


class TenantViewSet(ReadViewSet):
    """The tenants of the incubators of one's area."""

    read_scope = Scope.TENANTS
    title = _("Tenants")
    title_of_one = _("One tenant")
    about = _("The businesses in the incubators of your area, without their owners.")
    permission_classes = [IsAuthenticated, HasArea]
    serializer_class = TenantSerializer
    filterset_class = TenantFilter
    order = ("id",)
    lookup_value_regex = "[0-9]{1,18}"
    queryset = Tenant.objects.none()

    def get_queryset(self) -> QuerySet[Tenant]:
        user = self.request.user
        permits = Prefetch("legalities", Legality.objects.visible_to(user))
        return for_lists(user).prefetch_related(permits)
