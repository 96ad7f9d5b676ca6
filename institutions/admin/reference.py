"""The administration of what the register refers to: areas, offices, fields, years, owners."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from blk_portal.accounts.admin_scope import ScopedAdmin
from institutions.forms import (
    AliasForm,
    AliasFormSet,
)
from institutions.models import (
    FieldAlias,
    Foundation,
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
    list_display = (
        "__str__",
        "guideline",
        "cohort_size",
        "report_due_days",
        "lpj_due_days",
        "is_closed",
    )
    search_fields = ("year",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple:
        return () if obj is None else ("year",)


@admin.register(Foundation)
class FoundationAdmin(ScopedAdmin):
    list_display = ("name", "tax_number")
    search_fields = ("name", "^tax_number")
