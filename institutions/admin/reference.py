"""The administration of what the register refers to: areas, offices, fields, years, owners."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from blk_portal.accounts.admin_scope import ScopedAdmin
from blk_portal.accounts.requests import person_of
from institutions.admin.assignment import (
    INSTITUTIONS_AT_ONCE,
    preview,
    proposal_for,
    report,
    rows_to_assign,
    seen_offices,
)
from institutions.assignment import carry_out
from institutions.forms import (
    AliasForm,
    AliasFormSet,
)
from institutions.models import (
    FieldAlias,
    Foundation,
    Holiday,
    ProgrammeYear,
    Province,
    Regency,
    TrainingOffice,
    VocationalField,
)


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
    change_form_template = "admin/regency_change_form.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_urls(self) -> list:
        """One more page of a regency: its institutions follow its office, after a preview."""
        view = self.admin_site.admin_view(self.institutions_view)
        address = path("<int:pk>/lembaga/", view, name="institutions_regency_institutions")
        return [address, *super().get_urls()]

    def institutions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give the institutions of a regency to the office that guides the regency."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        regency = get_object_or_404(Regency.objects.exclude(office=None), pk=pk)
        assert regency.office is not None
        user = person_of(request)
        others = regency.institutions.visible_to(user).exclude(office=regency.office)
        rows = rows_to_assign(others)[:INSTITUTIONS_AT_ONCE]
        proposal = proposal_for(rows, regency.office, user)
        if request.method == "POST":
            report(request, carry_out(proposal, by=user, seen=seen_offices(request.POST)))
            return redirect("admin:institutions_regency_change", pk)
        title = gettext("Give its institutions to its office")
        return preview(self, request, proposal, title=title, regency=regency)

    def response_change(self, request: HttpRequest, obj: Regency) -> HttpResponse:
        """Institutions keep their office when that of the regency changes: offer to move them."""
        others = obj.institutions.visible_to(request.user).exclude(office=obj.office)
        if obj.office and others.exists():
            address = reverse("admin:institutions_regency_institutions", args=[obj.pk])
            messages.info(
                request,
                format_html(
                    '{} <a href="{}">{}</a>',
                    gettext("Institutions of this regency still have another office or none."),
                    address,
                    gettext("See which, and move them"),
                ),
            )
        return super().response_change(request, obj)


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
    list_display = (
        "__str__",
        "guideline",
        "cohort_size",
        "most_seats_of_cohort",
        "most_seats_of_institution",
        "report_due_days",
        "lpj_due_days",
        "period_months",
        "is_closed",
    )
    search_fields = ("year",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple:
        return () if obj is None else ("year",)


@admin.register(Holiday)
class HolidayAdmin(ScopedAdmin):
    """Free days beyond the national calendar, by which due dates move on."""

    list_display = ("name", "starts_on", "ends_on", "host_type")
    list_filter = ("host_type",)
    search_fields = ("name",)


@admin.register(Foundation)
class FoundationAdmin(ScopedAdmin):
    list_display = ("name", "tax_number")
    search_fields = ("name", "^tax_number")
