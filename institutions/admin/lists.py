"""Lists that were taken in and taken away, to be read: by whom, how many rows, what was wrong."""

from typing import Any, cast

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.admin_scope import ReadOnlyAdmin
from blk_portal.formats import number
from institutions.exporting import EXPORTABLE
from institutions.models import ListExport, RegisterImport, RegisterImportRow
from institutions.models.register_import import RegisterImportQuerySet

# On the page of a row Django writes None for what a method leaves out, whatever its `empty_value`.
NOTHING = "–"


class FailedFilter(admin.SimpleListFilter):
    """The queue of the desk: exactly the imports that are counted there."""

    title = _("queue")
    parameter_name = "antrean"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list:
        return [("gagal", _("Failed imports"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        rows = cast("RegisterImportQuerySet", queryset)
        return rows.failed() if self.value() == "gagal" else queryset


@admin.register(RegisterImport)
class RegisterImportAdmin(ReadOnlyAdmin):
    """Uploaded lists of institutions; their own page shows the rows and goes on with them."""

    list_display = ("name", "state", "total", "uploaded_by", "uploaded_at", "problem")
    list_filter = (FailedFilter, "state")
    list_select_related = ("uploaded_by", "applied_by")
    search_fields = ("name", "uploaded_by__name")
    fields = (
        "name", "size", "state", "total", "outcomes", "problem", "cure", "uploaded_by",
        "uploaded_at", "checked_at", "applied_by", "applied_at", "swept_at",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("what was wrong"))
    def problem(self, kept: RegisterImport) -> str:
        return kept.failure[0] if kept.state == RegisterImport.State.FAILED else NOTHING

    @admin.display(description=_("how to mend it"))
    def cure(self, kept: RegisterImport) -> str:
        return kept.failure[1] if kept.state == RegisterImport.State.FAILED else NOTHING

    @admin.display(description=_("rows by outcome"), empty_value="–")
    def outcomes(self, kept: RegisterImport) -> str:
        counts = kept.counts()
        told = [
            f"{label}: {number(counts.get(outcome, 0))}"
            for outcome, label in RegisterImportRow.Outcome.choices
        ]
        applied = number(counts.get("settled", 0))
        return "; ".join([*told, f"{RegisterImportRow.Settled.APPLIED.label}: {applied}"])

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related(*self.list_select_related)

    def view_on_site(self, kept: RegisterImport) -> str:
        return reverse("institutions:import-detail", args=[kept.pk])


@admin.register(ListExport)
class ListExportAdmin(ReadOnlyAdmin):
    """Long lists that were asked for; the file itself is for who asked, and for a day."""

    list_display = ("title", "form", "state", "total", "asked_by", "asked_at", "refusal_message")
    list_filter = ("state",)
    list_select_related = ("asked_by",)
    search_fields = ("kind", "asked_by__name")
    fields = (
        "title", "form", "query", "state", "total", "refusal_message", "attempts", "asked_by",
        "asked_at", "ready_at",
    )  # fmt: skip
    readonly_fields = fields

    @admin.display(description=_("list"), ordering="kind")
    def title(self, kept: ListExport) -> Any:
        offered = EXPORTABLE.get(kept.kind)
        return offered.title if offered else kept.kind

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related(*self.list_select_related)
