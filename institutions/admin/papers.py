"""The administration of papers: their kinds, what is asked from which step on, and who has them."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.admin_scope import ReadOnlyAdmin, ScopedAdmin
from blk_portal.formats import long_date, today_in_jakarta
from institutions.models import Document, DocumentKind, DocumentRequirement


@admin.register(DocumentKind)
class DocumentKindAdmin(ScopedAdmin):
    """Kinds of papers, proposed by the portal and kept by the national admin."""

    list_display = ("name", "code", "expires")
    list_filter = ("expires",)
    search_fields = ("name", "^code")
    prepopulated_fields = {"code": ("name",)}

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict:
        return self.prepopulated_fields if obj is None else {}

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple:
        return () if obj is None else ("code",)


@admin.register(DocumentRequirement)
class DocumentRequirementAdmin(ScopedAdmin):
    """From which step a kind of paper is asked; a row without a source is a proposal."""

    list_display = ("kind", "year", "status_from", "is_required", "source")
    list_filter = ("status_from", "is_required", "kind")
    list_select_related = ("kind", "programme_year")
    search_fields = ("kind__name", "source")
    autocomplete_fields = ("kind",)

    @admin.display(description=_("budget year"), ordering="programme_year__year")
    def year(self, requirement: DocumentRequirement) -> str:
        return str(requirement.programme_year or _("all years"))


class ValidityFilter(admin.SimpleListFilter):
    """Papers to be renewed, and those taken back."""

    title = _("validity")
    parameter_name = "berlaku"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("segera", _("Ended or ends within 60 days")),
            ("dicabut", _("Withdrawn")),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "segera":
            return queryset.expiring(on=today_in_jakarta())
        if self.value() == "dicabut":
            return queryset.exclude(withdrawn_at=None)
        return queryset


@admin.register(Document)
class DocumentAdmin(ReadOnlyAdmin):
    """Papers are added and withdrawn on the page of their institution; here they are found."""

    list_display = ("kind_name", "place", "number", "valid_until", "stands")
    list_filter = (ValidityFilter, "kind")
    list_select_related = ("kind", "institution", "uploaded_by", "withdrawn_by")
    # Numbers are found by how they begin, which the index document_number_begins answers.
    search_fields = ("institution__name", "^institution__code", "^number")
    fields = (
        "institution", "kind", "number", "dated_on", "expires_on", "download", "media_type",
        "size", "uploaded_at", "uploaded_by", "withdrawn_at", "withdrawn_by",
        "withdrawn_because",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("kind of paper"), ordering="kind__name")
    def kind_name(self, document: Document) -> str:
        return document.kind.name

    @admin.display(description=_("institution"), ordering="institution__name", empty_value="–")
    def place(self, document: Document) -> str | None:
        return document.institution.name if document.institution else None

    @admin.display(description=_("valid until"), ordering="expires_on", empty_value="–")
    def valid_until(self, document: Document) -> str | None:
        return long_date(document.expires_on) if document.expires_on else None

    @admin.display(description=_("stands"))
    def stands(self, document: Document) -> Any:
        return _("withdrawn") if document.withdrawn_at else _("yes")

    @admin.display(description=_("file"))
    def download(self, document: Document) -> str:
        if not document.file:
            return gettext("Erased")
        url = reverse("papers:paper-open", args=[document.pk])
        return format_html('<a href="{}">{}</a>', url, document.name)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related(*self.list_select_related)

    def view_on_site(self, document: Document) -> str | None:
        if not document.institution_id:
            return None
        return reverse("institutions:paper-list", args=[document.institution_id])
