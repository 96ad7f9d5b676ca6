"""The administration of partners: who they are, what they agreed to, and what they brought."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse

from blk_portal.accounts.admin_scope import ScopedAdmin
from blk_portal.accounts.models import Partner
from blk_portal.accounts.requests import person_of
from institutions.models import Contribution, Partnership
from institutions.partner_forms import PartnerForm, PartnershipForm


@admin.register(Partner)
class PartnerAdmin(ScopedAdmin):
    form = PartnerForm
    list_display = ("name", "kind", "phone", "website", "is_active")
    list_filter = ("kind", "is_active")
    search_fields = ("name",)

    def view_on_site(self, partner: Partner) -> str:
        return reverse("partners:partner-detail", args=[partner.pk])


@admin.register(Partnership)
class PartnershipAdmin(ScopedAdmin):
    """Agreements with the ministry or with one institution, with their paper."""

    form = PartnershipForm
    list_display = ("partner", "number", "institution", "starts_on", "ends_on")
    list_filter = ("partner__kind",)
    list_select_related = ("partner", "institution")
    search_fields = ("partner__name", "^number", "institution__name")
    autocomplete_fields = ("partner", "institution")
    fields = ("partner", "institution", "number", "starts_on", "ends_on", "purpose", "file")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list:
        """A file is chosen by those who keep agreements; others see which paper there is."""
        fields = super().get_fields(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return fields
        return [name if name != "file" else "paper" for name in fields]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[PartnershipForm]:
        """The form, which stores the paper in the name of the person."""
        form = super().get_form(request, obj, change, **kwargs)
        return type("PartnershipForm", (form,), {"by": request.user})


@admin.register(Contribution)
class ContributionAdmin(ScopedAdmin):
    """What each partner brought to whom."""

    list_display = ("partner", "institution", "kind", "quantity", "given_on")
    list_filter = ("kind", "partner__kind")
    list_select_related = ("partner", "institution")
    search_fields = ("partner__name", "institution__name", "^institution__code")
    autocomplete_fields = ("partner", "institution")

    def save_model(self, request: HttpRequest, obj: Contribution, form: Any, change: bool) -> None:
        if not change:
            obj.recorded_by = person_of(request)
        super().save_model(request, obj, form, change)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related("partner", "institution")
