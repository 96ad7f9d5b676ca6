"""The administration of the people of the register: accounts, operators, areas."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from blk_portal.accounts.admin import UserAdmin
from blk_portal.accounts.admin_scope import ScopedAdmin, ScopedInlineMixin
from blk_portal.accounts.models import User
from blk_portal.accounts.requests import person_of
from blk_portal.accounts.roles import Reach, Role
from institutions.forms import (
    AreaFormSet,
    MembershipFormSet,
    PersonForm,
)
from institutions.models import (
    AreaAssignment,
    Membership,
)
from institutions.models.membership import LastOperator

ROLES_WITH_AREA = (Role.AREA_REVIEWER, Role.OBSERVER, Role.AUDITOR)


class PersonInlineMixin(ScopedInlineMixin, admin.TabularInline):
    extra = 0

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        names = (field.name for field in self.model._meta.fields if field.is_relation)
        return super().get_queryset(request).select_related(*names)


class AreaAssignmentInline(PersonInlineMixin, admin.TabularInline):
    model = AreaAssignment
    formset = AreaFormSet
    autocomplete_fields = ("office", "province", "regency")
    exclude = ("foundation",)


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
    autocomplete_fields = ("user", "office", "province", "regency", "foundation")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        queryset = super().get_queryset(request)
        if person_of(request).spec.reach == Reach.NATION:
            return queryset
        return queryset.filter(user=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("institutions.delete_areaassignment")
