"""The administration of the register, and of the people in it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db import models, transaction
from django.db.models.fields.related import RelatedField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.admin import UserAdmin
from blk_portal.accounts.admin_moves import MovesAdmin
from blk_portal.accounts.admin_scope import LogInline, ScopedAdmin, ScopedInlineMixin
from blk_portal.accounts.models import User
from blk_portal.accounts.requests import person_of
from blk_portal.accounts.roles import Reach, Role
from institutions.forms import (
    AliasForm,
    AliasFormSet,
    AreaFormSet,
    BulkStepForm,
    InstitutionForm,
    MembershipFormSet,
    PersonForm,
)
from institutions.lifecycle import IN_PREPARATION, MOVES
from institutions.models import (
    AreaAssignment,
    FieldAlias,
    Foundation,
    Institution,
    InstitutionTransition,
    Membership,
    Milestone,
    ProgrammeYear,
    Province,
    Regency,
    TrainingOffice,
    VocationalField,
)
from institutions.models.institution import MoveRefused
from institutions.models.membership import LastOperator

ROLES_WITH_AREA = (Role.AREA_REVIEWER, Role.OBSERVER, Role.AUDITOR)
PLACE_AND_KIND = ("regency", "office", "host_type", "field")


class PersonInlineMixin(ScopedInlineMixin, admin.TabularInline):
    extra = 0

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        names = (field.name for field in self.model._meta.fields if field.is_relation)
        return super().get_queryset(request).select_related(*names)


class AreaAssignmentInline(PersonInlineMixin, admin.TabularInline):
    model = AreaAssignment
    formset = AreaFormSet
    autocomplete_fields = ("office", "province", "regency")


class MembershipInlineMixin(PersonInlineMixin):
    """Memberships come and go; one that was changed would go from an institution unasked."""

    model = Membership
    formset = MembershipFormSet

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MembershipOfUserInline(MembershipInlineMixin, admin.TabularInline):
    autocomplete_fields = ("institution",)


class MembershipOfInstitutionInline(MembershipInlineMixin, admin.TabularInline):
    autocomplete_fields = ("user",)

    model = Membership
    related_names = ("user", "institution")
    fields = ("user",)
    readonly_fields = fields


@admin.register(User)
class PersonAdmin(UserAdmin):
    """Accounts with what they reach: areas for staff, Dinas and audits, else institutions."""

    form = PersonForm
    inlines = (AreaAssignmentInline, MembershipOfUserInline)

    def get_inlines(self, request: HttpRequest, obj: User | None) -> tuple:
        """What the role has use for; a new account first gets its role."""
        if obj is None:
            return ()
        if obj.role in ROLES_WITH_AREA:
            return (AreaAssignmentInline,)
        return (MembershipOfUserInline,) if obj.role == Role.OPERATOR else ()


@admin.register(Province)
class ProvinceAdmin(ScopedAdmin):
    """Provinces come from the reference tables."""

    list_display = ("code", "name", "label", "time_zone", "valid_from")
    search_fields = ("^code", "name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Regency)
class RegencyAdmin(ScopedAdmin):
    """Regencies come from the reference tables; which office guides them is decided here."""

    list_display = ("code", "name", "province", "office")
    list_filter = ("province", "office")
    list_select_related = ("province", "office")
    search_fields = ("^code", "name")
    autocomplete_fields = ("office",)
    readonly_fields = ("province", "code", "name", "valid_from", "valid_to", "successor")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(TrainingOffice)
class TrainingOfficeAdmin(ScopedAdmin):
    list_display = ("name", "kind", "parent", "phone", "email")
    list_filter = ("kind",)
    list_select_related = ("parent",)
    search_fields = ("name", "^code")
    autocomplete_fields = ("parent",)
    prepopulated_fields = {"code": ("name",)}

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict:
        return self.prepopulated_fields if obj is None else {}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple:
        return () if obj is None else ("code",)


class FieldAliasInline(admin.TabularInline):
    model = FieldAlias
    form = AliasForm
    formset = AliasFormSet
    extra = 1


@admin.register(VocationalField)
class VocationalFieldAdmin(ScopedAdmin):
    """Vocational fields with the spellings under which rosters and lists name them."""

    list_display = ("code", "name")
    search_fields = ("^code", "name", "aliases__spelling")
    inlines = (FieldAliasInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple:
        return () if obj is None else ("code",)


@admin.register(ProgrammeYear)
class ProgrammeYearAdmin(ScopedAdmin):
    list_display = ("__str__", "guideline", "cohort_size", "report_due_days", "is_closed")
    search_fields = ("year",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple:
        return () if obj is None else ("year",)


@admin.register(Foundation)
class FoundationAdmin(ScopedAdmin):
    list_display = ("name", "tax_number")
    search_fields = ("name", "^tax_number")


class MilestoneInline(LogInline):
    model = Milestone
    related_names = ("programme_year", "recorded_by")
    fields = (
        "kind", "happened_on", "document_number", "programme_year", "recorded_at", "recorded_by",
        "withdrawn_at", "withdrawn_because",
    )  # fmt: skip
    readonly_fields = fields


class TransitionInline(LogInline):
    model = InstitutionTransition
    related_names = ("by",)
    fields = ("happened_on", "from_status", "to_status", "by", "recorded_at", "reason")
    readonly_fields = fields


@admin.register(Institution)
class InstitutionAdmin(MovesAdmin):
    """Institutions: corrected here, moved only by their verbs."""

    form = InstitutionForm
    moves = MOVES
    move_permission = "institutions.move_institution"
    move_form = BulkStepForm
    refusals = (MoveRefused,)
    list_display = ("name", "place", "guided_by", "programme_year", "status")
    list_filter = ("status", "programme_year", "host_type", "regency__province", "office", "field")
    list_select_related = ("regency", "office", "programme_year")
    search_fields = ("name", "^code", "^vin")
    autocomplete_fields = ("foundation", "regency", "replaces")
    inlines = (MilestoneInline, TransitionInline, MembershipOfInstitutionInline)
    fieldsets = (
        (None, {"fields": ("code", "name", "foundation", "host_type", "status", "replaces")}),
        (
            _("Place and subject"),
            {"fields": ("regency", "office", "field", "programme_year", "address")},
        ),
        (_("Identifiers and contact"), {"fields": ("vin", "contact_name", "contact_phone")}),
    )

    # Columns of relations never wrap in Django's lists: they would push the status off the page.
    @admin.display(description=_("regency or city"), ordering="regency__name")
    def place(self, institution: Institution) -> str:
        return institution.regency.name

    @admin.display(description=_("guided by"), ordering="office__name", empty_value="–")
    def guided_by(self, institution: Institution) -> str | None:
        return institution.office.name if institution.office else None

    def name_of(self, row: Institution) -> str:
        return f"{row.name} ({row.code})"

    def view_on_site(self, institution: Institution) -> str:
        return reverse("institutions:institution-detail", args=[institution.pk])

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple:
        """The status moves by verbs; the budget year stays once papers count in it."""
        if obj is None:
            return ("status",)
        settled = () if obj.status in IN_PREPARATION else ("programme_year",)
        national = () if person_of(request).spec.reach == Reach.NATION else ("replaces",)
        return ("status", "code", *settled, *national)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related(*self.list_select_related)

    def get_field_queryset(
        self, db: str | None, db_field: RelatedField, request: HttpRequest
    ) -> models.QuerySet:
        queryset = super().get_field_queryset(db, db_field, request)
        if db_field.name == "office" and person_of(request).spec.reach == Reach.OFFICE:
            return queryset.filter(pk__in=person_of(request).area_assignments.values("office"))
        return queryset

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Institution, form: Any, change: bool) -> None:
        """Place and kind go through `relocate`; the rest writes only what was changed."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        obj.relocate(**{name: getattr(obj, name) for name in PLACE_AND_KIND})
        if names := [name for name in form.changed_data if name not in PLACE_AND_KIND]:
            obj.save(update_fields=names)


@admin.register(Membership)
class MembershipAdmin(ScopedAdmin):
    """Which operator belongs to which institution."""

    scope_path = "institution"
    list_display = ("user", "institution")
    list_select_related = ("user", "institution")
    search_fields = ("user__name", "user__username", "institution__name", "^institution__code")
    autocomplete_fields = ("user", "institution")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple:
        return () if obj is None else ("user", "institution")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("institutions.delete_membership")

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        back = reverse("admin:institutions_membership_change", args=[object_id])
        return self.or_back(request, back, super().delete_view, object_id, extra_context)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        back = reverse("admin:institutions_membership_changelist")
        return self.or_back(request, back, super().changelist_view, extra_context)

    def or_back(
        self, request: HttpRequest, back: str, view: Callable[..., HttpResponse], *args: Any
    ) -> HttpResponse:
        """All of it or nothing, when an institution would lose its last operator."""
        try:
            with transaction.atomic():
                return view(request, *args)
        except LastOperator as refusal:
            messages.error(request, str(refusal))
            return redirect(back)


@admin.register(AreaAssignment)
class AreaAssignmentAdmin(ScopedAdmin):
    """Who answers for which office, province or regency."""

    list_display = ("user", "office", "province", "regency")
    list_filter = ("office", "province")
    list_select_related = ("user", "office", "province", "regency")
    search_fields = ("user__name", "user__username")
    autocomplete_fields = ("user", "office", "province", "regency")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        queryset = super().get_queryset(request)
        if person_of(request).spec.reach == Reach.NATION:
            return queryset
        return queryset.filter(user=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("institutions.delete_areaassignment")
