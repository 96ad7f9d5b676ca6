"""The administration of mentors and their sessions, and of tenants with their verbs."""

from typing import Any, cast

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.admin_moves import MovesAdmin
from blk_portal.accounts.admin_scope import LogInline, ReadOnlyAdmin, ScopedAdmin
from blk_portal.accounts.models import User
from blk_portal.reporting.admin import TransitionInline
from blk_portal.reporting.refusals import Refused
from incubators.forms import BulkStepForm
from incubators.models import (
    IncubationReport,
    IncubationReportTransition,
    Legality,
    Mentor,
    MentoringSession,
    Tenant,
    TenantChange,
    TenantQuarter,
    TenantTransition,
)
from incubators.tenancy import TENANT_MOVES
from institutions.kbli import division_name


class ToldHistoryMixin(ScopedAdmin):
    """The steps of a row and what was corrected are told on its page; its history leads there."""

    object_history_template = "admin/told_history.html"

    def told_at(self, row: Any) -> str:
        """The address of that page."""
        raise NotImplementedError

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        told = {"told_at": self.told_at(row) if row else ""}
        return super().history_view(request, object_id, told | (extra_context or {}))


@admin.register(Mentor)
class MentorAdmin(ScopedAdmin):
    """Mentors: kept here by national staff; who no longer mentors has a last day."""

    list_display = ("name", "partner", "expertise", "active_from", "active_to")
    list_select_related = ("partner",)
    list_filter = ("partner__kind",)
    search_fields = ("name", "expertise", "partner__name")
    autocomplete_fields = ("partner",)
    fields = ("name", "partner", "expertise", "phone", "email", "active_from", "active_to")


@admin.register(MentoringSession)
class MentoringSessionAdmin(ReadOnlyAdmin):
    """The log of mentoring, to be read: operators write it."""

    list_display = ("held_on", "mentor", "incubator", "tenant", "topic", "hours", "withdrawn_at")
    list_select_related = ("mentor", "incubator__institution", "tenant")
    list_filter = ("mentor__partner__kind",)
    search_fields = ("mentor__name", "topic", "incubator__institution__name")
    fields = (
        "incubator", "tenant", "mentor", "held_on", "topic", "hours", "outcome", "recorded_at",
        "recorded_by", "withdrawn_at", "withdrawn_by", "withdrawn_because",
    )  # fmt: skip


class ReportLogInline(TransitionInline):
    model = IncubationReportTransition


@admin.register(IncubationReport)
class IncubationReportAdmin(ReadOnlyAdmin):
    """Quarterly reports, to be read: they move by the pages of operators and reviewers."""

    list_display = ("incubator", "year", "quarter", "status", "submitted_at", "verified_at")
    list_select_related = ("incubator__institution",)
    list_filter = ("status", "year", "quarter")
    search_fields = ("incubator__institution__name", "^incubator__institution__code")
    fields = (
        "incubator", "year", "quarter", "status", "version", "submitted_at", "submitted_by",
        "verified_at", "verified_by",
    )  # fmt: skip
    inlines = (ReportLogInline,)


class TenantLogInline(LogInline):
    model = TenantTransition
    related_names = ("by",)
    fields = ("happened_on", "from_stage", "to_stage", "by", "recorded_at", "reason")
    readonly_fields = fields


class TenantChangeInline(LogInline):
    model = TenantChange
    related_names = ("by",)
    fields = ("at", "field", "stood", "stands", "by")
    readonly_fields = fields

    @admin.display(description=_("before"))
    def stood(self, change: TenantChange) -> str:
        return change.before

    @admin.display(description=_("after"))
    def stands(self, change: TenantChange) -> str:
        return change.after


class LegalityInline(LogInline):
    model = Legality
    fields = ("kind", "number", "issued_on")
    readonly_fields = fields


class TenantQuarterInline(LogInline):
    model = TenantQuarter
    related_names = ("report",)
    fields = ("quarter", "turnover", "workers_male", "workers_female", "operating")
    readonly_fields = fields

    @admin.display(description=_("quarter"))
    def quarter(self, row: TenantQuarter) -> str:
        return str(row.report.period)

    @admin.display(description=_("still operating"))
    def operating(self, row: TenantQuarter) -> str:
        return gettext("yes") if row.is_operating else gettext("no")


@admin.register(Tenant)
class TenantAdmin(ToldHistoryMixin, MovesAdmin):
    """Tenants: entered by operators, corrected here, moved only by their verbs."""

    moves = TENANT_MOVES
    state_field = "stage"
    move_permission = "incubators.change_tenant"
    move_form = BulkStepForm
    refusals = (Refused,)
    list_display = ("business", "incubator", "code", "stage", "stage_since", "line", "entered_on")
    list_filter = (
        "stage", "incubator__round__programme_year", "incubator__institution__regency__province",
    )  # fmt: skip
    list_select_related = ("incubator__institution",)
    ordering = ("business", "id")
    search_fields = ("business", "incubator__institution__name", "^incubator__institution__code")
    fields = (
        "incubator", "business", "owner_name", "owner_sex", "nik", "phone", "division", "kbli",
        "entered_on", "stage", "stage_since", "contract_number", "contract_on", "had_business",
        "baseline_turnover", "baseline_workers_male", "baseline_workers_female",
    )  # fmt: skip
    readonly_fields = ("incubator", "nik", "entered_on", "stage", "stage_since")
    inlines = (TenantLogInline, TenantChangeInline, LegalityInline, TenantQuarterInline)

    @admin.display(description=_("code"), ordering="incubator__institution__code")
    def code(self, tenant: Tenant) -> str:
        return tenant.incubator.institution.code

    def told_at(self, row: Tenant) -> str:
        return reverse("tenants:tenant-detail", args=[row.pk])

    @admin.display(description=_("line of business (KBLI)"), ordering="division")
    def line(self, tenant: Tenant) -> str:
        # Django would make all choices anew for each row.
        return division_name(tenant.division)

    @admin.display(description="NIK", empty_value="–")
    def nik(self, tenant: Tenant) -> str:
        return tenant.masked_nik

    def save_model(
        self, request: HttpRequest, obj: Tenant, form: "ModelForm[Tenant]", change: bool
    ) -> None:
        """Whether it ran a business at entry may change who is a new entrepreneur."""
        obj.store(by=cast("User", request.user))
        obj.count_anew()

    def has_change_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        """Of an owner who was erased nothing is corrected any more."""
        is_erased = obj is not None and obj.erased_at is not None
        return not is_erased and super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The operator enters a tenant on the page of the incubator, with its owner's NIK."""
        return False
