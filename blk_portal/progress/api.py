"""Progress through the interface: targets with rule and source, and the stored cells."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, cast

from django.db.models import BigIntegerField, Case, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from blk_portal.accounts.requests import Visitor
from blk_portal.accounts.scopes import Scope
from blk_portal.progress import boundaries
from blk_portal.progress.boundaries import Boundaries
from blk_portal.progress.figures import (
    offices_visible_to,
    provinces_visible_to,
    targets_visible_to,
)
from blk_portal.progress.filters import (
    BREAKDOWN_CHOICES,
    INDICATOR_CHOICES,
    NATION,
    OFFICE,
    PROVINCE,
    UNBROKEN,
    ActualFilter,
    TargetFilter,
)
from blk_portal.progress.models import Actual, Breakdown, PendingRollup, RollupRun, Target
from blk_portal.progress.opening.counting import BUCKET
from blk_portal.progress.past import PastCell, end_of, figures_on
from blk_portal.rest.serializers import ReadSerializer
from blk_portal.rest.views import ListViewSet, ReadViewSet
from institutions.pagination import KeysetPagination


def actuals_visible_to(user: Visitor, *, reading: str = Boundaries.NOW) -> QuerySet[Actual]:
    """The nation's cells are public; those of provinces and offices as the dashboard shows them.

    As reported, a province of the past needs the right to see all of its parts.
    """
    provinces = provinces_visible_to(user)
    then = reading == Boundaries.THEN
    of_provinces = boundaries.with_all_parts_in(provinces) if then else Q(province__in=provinces)
    return boundaries.cells(reading).filter(
        Q(province=None, office=None) | of_provinces | Q(office__in=offices_visible_to(user))
    )


class TargetSerializer(ReadSerializer):
    indicator = serializers.ChoiceField(choices=INDICATOR_CHOICES, label=_("indicator"))
    programme_year = serializers.IntegerField(source="programme_year.year", label=_("budget year"))
    province = serializers.CharField(
        source="province.code", allow_null=True, label=_("province"),
        help_text=_("Null for a target of the nation."),
    )  # fmt: skip
    last_year = serializers.IntegerField(
        source="ends_in.year", label=_("until budget year"),
        help_text=_("The same as the first for a target of one budget year."),
    )  # fmt: skip
    field = serializers.CharField(
        source="field.code", allow_null=True, label=_("vocational field"),
        help_text=_("Null for a target over all fields."),
    )  # fmt: skip
    unit = serializers.CharField(label=_("Unit"), help_text=_("What is counted, in words."))
    version = serializers.IntegerField(
        label=_("version"), help_text=_("Grows with each change; the latest one is given."),
    )  # fmt: skip

    class Meta:
        model = Target
        fields = (
            "id", "indicator", "programme_year", "last_year", "province", "field", "value", "unit",
            "rule", "legal_basis", "source", "version", "set_at",
        )  # fmt: skip


class TargetViewSet(ReadViewSet):
    """What the ministry has promised."""

    read_scope = Scope.PROGRESS
    title = _("Targets")
    title_of_one = _("One target")
    about = _(
        "What is promised for a budget year or for several, with the counting rule, its legal "
        "basis and the source. A change is a new version under a new number; only the latest "
        "version is given."
    )
    serializer_class = TargetSerializer
    filterset_class = TargetFilter
    order = ("id",)
    lookup_value_regex = "[0-9]{1,18}"
    queryset = Target.objects.none()

    def get_queryset(self) -> QuerySet[Target]:
        visible = targets_visible_to(self.request.user)
        return visible.filter(replaced_at=None).select_related(
            "programme_year", "last_year", "province", "field"
        )


class ActualSerializer(ReadSerializer):
    programme_year = serializers.IntegerField(source="programme_year.year", label=_("budget year"))
    indicator = serializers.ChoiceField(choices=INDICATOR_CHOICES, label=_("indicator"))
    area = serializers.SerializerMethodField(label=_("Kind of area"))
    province = serializers.CharField(source="province.code", allow_null=True, label=_("province"))
    office = serializers.CharField(
        source="office.code", allow_null=True, label=_("training office (UPTP)")
    )
    breakdown = serializers.ChoiceField(
        choices=BREAKDOWN_CHOICES, source="breakdown_word", label=_("Broken down by"),
        help_text=_("Each breakdown adds up to the whole; never add different ones together."),
    )  # fmt: skip
    bucket = serializers.CharField(
        label=_("Bucket"), help_text=_("The value of the breakdown; empty for the whole.")
    )
    value = serializers.IntegerField(label=_("Value"))
    opening_balance = serializers.IntegerField(
        allow_null=True, label=_("Opening balance in it"),
        help_text=_(
            "How much of the value is opening balance: approved figures from before the portal, "
            "without rows. Null by host type, where it is not told apart."
        ),
    )  # fmt: skip
    counted_at = serializers.DateTimeField(
        allow_null=True, label=_("Counted at"),
        help_text=_("When the figures of the budget year were last recounted."),
    )  # fmt: skip
    owed_since = serializers.DateTimeField(
        allow_null=True, label=_("Recount owed since"),
        help_text=_("Null while the figures hold everything that is verified."),
    )  # fmt: skip

    class Meta:
        model = Actual
        fields = (
            "programme_year", "indicator", "area", "province", "office", "breakdown", "bucket",
            "value", "opening_balance", "counted_at", "owed_since",
        )  # fmt: skip

    def get_area(self, cell: Actual) -> Literal["nation", "province", "office"]:
        if cell.province_id:
            return PROVINCE
        return OFFICE if cell.office_id else NATION


def opening_in(cells: QuerySet[Actual]) -> Case:
    """How much of a cell is opening balance, among cells on the same map."""
    same = cells.filter(
        programme_year=OuterRef("programme_year"), indicator=OuterRef("indicator"),
        breakdown=Breakdown.FIELD, bucket=BUCKET,
    ).values("value")  # fmt: skip
    of_province = same.filter(province=OuterRef("province"), office=None)
    of_office = same.filter(province=None, office=OuterRef("office"))
    whole = Q(breakdown="")
    # One lookup for each kind of area, so that each finds its cell by the index.
    return Case(
        When(bucket=BUCKET, then=F("value")),
        When(breakdown=Breakdown.HOST, then=Value(None)),
        When(whole & Q(province__isnull=False), then=Coalesce(Subquery(of_province), Value(0))),
        When(whole & Q(office__isnull=False), then=Coalesce(Subquery(of_office), Value(0))),
        When(whole, then=Coalesce(Subquery(same.filter(province=None, office=None)), Value(0))),
        default=Value(0),
        output_field=BigIntegerField(),
    )


def _opening_then(cell: PastCell, papers: Mapping[tuple[Any, ...], int]) -> int | None:
    """How much of a past cell is opening balance; `papers`: by area and indicator."""
    if cell.breakdown == Breakdown.HOST:
        return None
    if cell.bucket == BUCKET:
        return cell.value
    return 0 if cell.breakdown else papers.get(cell[:3], 0)


def past_rows(filters: ActualFilter, user: Visitor) -> list[Actual]:
    """The visible cells of a past day, numbered in an order that never changes."""
    year, day = filters.form.cleaned_data["tahun"], cast("date", filters.day)
    if year is None:
        raise ValidationError({"tahun": [gettext("A past day needs the budget year.")]})
    if filters.form.cleaned_data["peta"] == Boundaries.THEN:
        raise ValidationError({"peta": [gettext("A past day is read on today's map.")]})
    provinces = provinces_visible_to(user).in_bulk()
    offices = offices_visible_to(user).in_bulk()
    cells_then = figures_on(year, day).cells
    cells = [
        cell
        for cell in cells_then
        if filters.keeps(cell)
        and (cell.province is None or cell.province in provinces)
        and (cell.office is None or cell.office in offices)
    ]
    cells.sort(key=lambda cell: (cell.province or 0, cell.office or 0, *cell[2:5]))
    papers = {
        cell[:3]: cell.value for cell in cells_then
        if cell.breakdown == Breakdown.FIELD and cell.bucket == BUCKET
    }  # fmt: skip
    found = []
    for number, cell in enumerate(cells, start=1):
        row = Actual(
            pk=number, programme_year=year, indicator=cell.indicator,
            province=provinces.get(cell.province or 0), office=offices.get(cell.office or 0),
            breakdown=cell.breakdown, bucket=cell.bucket, value=cell.value,
        )  # fmt: skip
        # As the query of today's cells annotates them.
        vars(row).update(
            breakdown_word=cell.breakdown or UNBROKEN, counted_at=end_of(day), owed_since=None,
            opening_balance=_opening_then(cell, papers),
        )  # fmt: skip
        found.append(row)
    return found


class ActualViewSet(ListViewSet):
    """What is reached: the cells that dashboard and exports read as well."""

    read_scope = Scope.PROGRESS
    title = _("Actual figures")
    about = _(
        "The stored figures of the nation, of provinces and of offices, with their age. A figure "
        "that is zero is not stored. Figures have no address of their own: a recount may store "
        "them anew. On today's map every year counts on the 38 provinces; as reported, under the "
        "provinces of its time. With `as_of` they are those known at the end of a day that is "
        "over. Without `group_by` each figure comes in every way it is told: for each kind of "
        "area, whole and broken down. `group_by=province` tells one figure a province; with "
        "`rincian=sex` beside it, by sex in each."
    )
    serializer_class = ActualSerializer
    filterset_class = ActualFilter
    order = ("id",)
    queryset = Actual.objects.none()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if "as_of" not in request.query_params:
            return super().list(request, *args, **kwargs)
        filters = ActualFilter(request.query_params, queryset=self.queryset, request=request)
        if filters.form.errors:
            raise ValidationError(filters.form.errors)
        paginator = cast("KeysetPagination", self.paginator)
        page = paginator.paginate_rows(past_rows(filters, request.user), request)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def get_queryset(self) -> QuerySet[Actual]:
        # A word that means nothing is refused by the filters.
        reading = boundaries.chosen(self.request.query_params.get(boundaries.PARAMETER))
        runs = RollupRun.objects.filter(
            programme_year=OuterRef("programme_year"), kind=RollupRun.Kind.RECOUNT
        ).order_by("-id")
        owed = PendingRollup.objects.filter(programme_year=OuterRef("programme_year"))
        reading = reading or Boundaries.NOW
        return (
            actuals_visible_to(self.request.user, reading=reading)
            .select_related("programme_year", "province", "office")
            .annotate(
                opening_balance=opening_in(boundaries.cells(reading)),
                counted_at=Subquery(runs.values("finished_at")[:1]),
                owed_since=Subquery(owed.order_by("id").values("noted_at")[:1]),
                breakdown_word=Case(
                    When(breakdown="", then=Value(UNBROKEN)), default=F("breakdown")
                ),
            )
        )
