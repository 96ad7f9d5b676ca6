"""Partners through the interface: who they are, and what they agreed to."""

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.views import APIView

from blk_portal.accounts.models import Partner
from blk_portal.accounts.scopes import Scope
from blk_portal.rest.serializers import ReadSerializer
from blk_portal.rest.views import ReadViewSet
from institutions.models import Partnership
from institutions.partner_filters import PartnerFilter, for_lists


class ReadsPartners(BasePermission):
    """As with the pages: operators read of partners on the page of their institution."""

    message = _("Your role reads of partners on an institution's page.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        return user.is_authenticated and user.spec.looks_over_areas


class AgreementSerializer(ReadSerializer):
    institution = serializers.CharField(
        source="institution.code", allow_null=True, label=_("institution"),
        help_text=_("Null for an agreement with the ministry itself."),
    )  # fmt: skip

    class Meta:
        model = Partnership
        fields = ("number", "institution", "starts_on", "ends_on", "purpose")


class PartnerSerializer(ReadSerializer):
    reached = serializers.IntegerField(
        label=_("institutions reached"), help_text=_("Of those that you may see.")
    )
    agreements = AgreementSerializer(
        source="seen_agreements", many=True,
        help_text=_("With the ministry, and with institutions that you may see."),
    )  # fmt: skip

    class Meta:
        model = Partner
        fields = ("id", "name", "kind", "phone", "website", "is_active", "reached", "agreements")


class PartnerViewSet(ReadViewSet):
    """The partners, by name."""

    read_scope = Scope.PARTNERS
    title = _("Partners")
    title_of_one = _("One partner")
    about = _(
        "Units of the ministry, other ministries, banks, universities and industry that the "
        "programme works with, with their agreements."
    )
    permission_classes = [IsAuthenticated, ReadsPartners]
    serializer_class = PartnerSerializer
    filterset_class = PartnerFilter
    order = ("name", "id")
    lookup_value_regex = "[0-9]{1,18}"
    queryset = Partner.objects.none()

    def get_queryset(self) -> QuerySet[Partner]:
        agreements = Partnership.objects.visible_to(self.request.user).select_related("institution")
        seen = Prefetch("partnerships", agreements, to_attr="seen_agreements")
        return for_lists(self.request.user).prefetch_related(seen)
