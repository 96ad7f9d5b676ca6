"""The register through the interface: institutions, areas, offices, fields and budget years."""

from typing import Any

import django_filters
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.permissions import BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from blk_portal.accounts.models import today
from blk_portal.accounts.roles import Reach
from blk_portal.accounts.scopes import Scope
from blk_portal.rest.scopes import EVERY_CLIENT
from blk_portal.rest.serializers import ReadSerializer
from blk_portal.rest.views import ReadViewSet
from institutions.filters import NOT_LISTED, InstitutionFilter
from institutions.maturity import Maturity
from institutions.models import (
    Case,
    Change,
    FieldAlias,
    Institution,
    Milestone,
    ProgrammeYear,
    Province,
    Regency,
    TrainingOffice,
    VocationalField,
)
from institutions.models.assessment import latest_of
from institutions.pagination import SyncedPagination
from institutions.synced_api import SyncedViewSet

# What stands in the address of one row; whether there is such a row, the query says.
CODE = "[A-Za-z0-9._-]{1,40}"


class HasArea(BasePermission):
    """For roles that reach rows at all; which rows, the querysets say."""

    message = _("Your account has no area: no institution belongs to it.")

    def has_permission(self, request: Request, view: APIView) -> bool:
        return request.user.is_authenticated and request.user.spec.reach != Reach.NOTHING


class MilestoneSerializer(ReadSerializer):
    programme_year = serializers.IntegerField(
        source="programme_year.year", label=Milestone._meta.get_field("programme_year").verbose_name
    )

    class Meta:
        model = Milestone
        fields = (
            "kind", "programme_year", "happened_on", "document_number", "expires_on", "percent",
        )  # fmt: skip


class CaseSerializer(ReadSerializer):
    """An open case without its reason, which may name people and sums."""

    class Meta:
        model = Case
        fields = ("kind", "opened_on", "grace_until")


class InstitutionSerializer(ReadSerializer):
    """An institution by codes; no contact person: the interface has no use for one."""

    foundation = serializers.CharField(source="foundation.name", label=_("legal owner"))
    province = serializers.CharField(source="regency.province.code", label=_("province"))
    province_name = serializers.CharField(source="regency.province.name")
    regency = serializers.CharField(source="regency.code", label=_("regency or city"))
    regency_name = serializers.CharField(source="regency.name")
    office = serializers.CharField(source="office.code", allow_null=True, label=_("guided by"))
    field = serializers.CharField(source="field.code", label=_("vocational field"))
    programme_year = serializers.IntegerField(source="programme_year.year", label=_("budget year"))
    replaces = serializers.CharField(
        source="replaces_code", allow_null=True, label=_("takes the place of"),
        help_text=_("Also null where you may not see the other one."),
    )  # fmt: skip
    status = serializers.ChoiceField(
        source="status_shown", choices=Institution.Status.choices, label=_("status"),
        help_text=_("As of the day asked for, else the present one."),
    )  # fmt: skip
    vin = serializers.CharField(label=_("VIN"))
    cases = CaseSerializer(
        source="open_cases", many=True, help_text=_("Cases that are open now.")
    )  # fmt: skip
    maturity = serializers.ChoiceField(
        choices=Maturity.choices, allow_null=True, label=_("class"),
        help_text=_("Of the latest standing assessment; null where nobody has assessed yet."),
    )  # fmt: skip
    assessed_on = serializers.DateField(allow_null=True, label=_("date of the assessment"))
    milestones = MilestoneSerializer(
        source="standing_milestones", many=True,
        help_text=_("Dated facts that stand; withdrawn ones are left out."),
    )  # fmt: skip

    class Meta:
        model = Institution
        fields = (
            "id", "code", "name", "foundation", "host_type", "status", "province", "province_name",
            "regency", "regency_name", "office", "field", "programme_year", "replaces", "vin",
            "address", "maturity", "assessed_on", "milestones", "cases",
        )  # fmt: skip


class StatusPagination(SyncedPagination):
    """A page of institutions, and how many of the whole list stand in each status."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.statuses: dict[str, int] = queryset.by_status_shown()
        return super().paginate_queryset(queryset, request, view)

    def get_paginated_response(self, data: list[object]) -> Response:
        answer = super().get_paginated_response(data)
        answer.data["statuses"] = self.statuses
        return answer

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described = super().get_paginated_response_schema(schema)
        described["properties"]["statuses"] = {
            "type": "object",
            "propertyNames": {"enum": list(Institution.Status.values)},
            "additionalProperties": {"type": "integer", "minimum": 1},
            "description": gettext(
                "How many institutions of the whole list stand in each status, on the day asked "
                "for; a status without any is left out."
            ),
        }
        return described


class InstitutionViewSet(SyncedViewSet):
    """The institutions a person may see, by name."""

    read_scope = Scope.INSTITUTIONS
    title = _("Institutions")
    title_of_one = _("One institution")
    about = _("Each BLK Komunitas of your area, with its place, its status and its milestones.")
    permission_classes = [IsAuthenticated, HasArea]
    serializer_class = InstitutionSerializer
    filterset_class = InstitutionFilter
    pagination_class = StatusPagination
    kind = Change.Kind.INSTITUTION
    order = ("name", "id")
    lookup_field = "code"
    lookup_value_regex = CODE
    queryset = Institution.objects.none()

    def get_queryset(self) -> QuerySet[Institution]:
        visible = Institution.objects.visible_to(self.request.user)
        replaced = visible.filter(pk=OuterRef("replaces")).values("code")
        standing = Milestone.objects.standing().select_related("programme_year")
        return (
            visible.for_lists()
            .select_related("foundation")
            .annotate(
                replaces_code=Subquery(replaced),
                maturity=latest_of(today(), "maturity"),
                assessed_on=latest_of(today(), "assessed_on"),
            )
            .prefetch_related(
                Prefetch("milestones", standing, to_attr="standing_milestones"),
                Prefetch("cases", Case.objects.open(), to_attr="open_cases"),
            )
        )


class ProvinceSerializer(ReadSerializer):
    successor = serializers.CharField(source="successor.code", allow_null=True)
    split_from = serializers.CharField(
        source="split_from.code", allow_null=True,
        label=Province._meta.get_field("split_from").verbose_name,
        help_text=Province._meta.get_field("split_from").help_text,
    )  # fmt: skip

    class Meta:
        model = Province
        fields = (
            "code", "bps_code", "name", "label", "time_zone", "valid_from", "valid_to",
            "successor", "split_from",
        )  # fmt: skip


class ProvinceViewSet(ReadViewSet):
    """The provinces: reference data, the same for everybody."""

    read_scope = EVERY_CLIENT
    title = _("Provinces")
    title_of_one = _("One province")
    about = _("The provinces by Kemendagri code.")
    serializer_class = ProvinceSerializer
    queryset = Province.objects.select_related("successor", "split_from")
    order = ("code",)
    lookup_field = "code"
    lookup_value_regex = CODE


class RegencyFilter(django_filters.FilterSet):
    """By province and guiding office."""

    provinsi = django_filters.ModelChoiceFilter(
        field_name="province", to_field_name="code", queryset=Province.objects.all(),
        label=_("Province"), error_messages=NOT_LISTED,
    )  # fmt: skip
    uptp = django_filters.ModelChoiceFilter(
        field_name="office", to_field_name="code", queryset=TrainingOffice.objects.all(),
        label=_("Guided by"), error_messages=NOT_LISTED,
    )  # fmt: skip

    class Meta:
        model = Regency
        fields: list[str] = []


class RegencySerializer(ReadSerializer):
    province = serializers.CharField(source="province.code", label=_("province"))
    office = serializers.CharField(source="office.code", allow_null=True, label=_("guided by"))
    successor = serializers.CharField(source="successor.code", allow_null=True)
    former_province = serializers.CharField(
        source="former_province.code", allow_null=True,
        label=Regency._meta.get_field("former_province").verbose_name,
    )  # fmt: skip

    class Meta:
        model = Regency
        fields = (
            "code", "bps_code", "name", "province", "office", "valid_from", "valid_to",
            "successor", "former_code", "former_province",
        )  # fmt: skip


class RegencyViewSet(ReadViewSet):
    """The regencies and cities: reference data, the same for everybody."""

    read_scope = EVERY_CLIENT
    title = _("Regencies and cities")
    title_of_one = _("One regency or city")
    about = _("The regencies and cities by Kemendagri code, with the office that guides them.")
    serializer_class = RegencySerializer
    queryset = Regency.objects.select_related("province", "office", "successor", "former_province")
    filterset_class = RegencyFilter
    order = ("code",)
    lookup_field = "code"
    lookup_value_regex = CODE


class OfficeSerializer(ReadSerializer):
    parent = serializers.CharField(  # type: ignore[assignment]  # a field called as a property
        source="parent.code", allow_null=True, label=_("parent office")
    )
    email = serializers.CharField(label=_("e-mail"))

    class Meta:
        model = TrainingOffice
        fields = ("code", "name", "kind", "parent", "phone", "email")


class OfficeViewSet(ReadViewSet):
    """The UPTP: reference data, the same for everybody."""

    read_scope = EVERY_CLIENT
    title = _("Training offices (UPTP)")
    title_of_one = _("One training office (UPTP)")
    about = _("The offices that guide institutions.")
    serializer_class = OfficeSerializer
    queryset = TrainingOffice.objects.select_related("parent")
    order = ("code",)
    lookup_field = "code"
    lookup_value_regex = CODE


class FieldSerializer(ReadSerializer):
    spellings: serializers.SlugRelatedField[FieldAlias] = serializers.SlugRelatedField(
        source="aliases", many=True, slug_field="spelling", read_only=True,
        help_text=_("How the field is written in rosters."),
    )  # fmt: skip

    class Meta:
        model = VocationalField
        fields = ("code", "name", "spellings")


class FieldViewSet(ReadViewSet):
    """The vocational fields: reference data, the same for everybody."""

    read_scope = EVERY_CLIENT
    title = _("Vocational fields")
    title_of_one = _("One vocational field")
    about = _("The vocational fields with their codes.")
    serializer_class = FieldSerializer
    queryset = VocationalField.objects.prefetch_related("aliases")
    order = ("code",)
    lookup_field = "code"
    lookup_value_regex = CODE


class ProgrammeYearSerializer(ReadSerializer):
    class Meta:
        model = ProgrammeYear
        fields = ("year", "guideline", "cohort_size", "report_due_days", "is_closed")


class ProgrammeYearViewSet(ReadViewSet):
    """The budget years: reference data, the same for everybody."""

    read_scope = EVERY_CLIENT
    title = _("Budget years")
    title_of_one = _("One budget year")
    about = _("The budget years (TA), latest first, with the guideline that ruled them.")
    serializer_class = ProgrammeYearSerializer
    queryset = ProgrammeYear.objects.all()
    order = ("-year",)
    lookup_field = "year"
    lookup_value_regex = "[0-9]{1,9}"
