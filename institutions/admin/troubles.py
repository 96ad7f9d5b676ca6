"""Cases and tranches in the administration: to be read; pages of institutions change them."""

from django.contrib import admin
from django.urls import reverse

from blk_portal.accounts.admin_scope import LogInline, ReadOnlyAdmin
from institutions.models import Case, Disbursement, DisbursementStep


class CaseInline(LogInline):
    model = Case
    related_names = ("opened_by", "closed_by")
    fields = (
        "kind", "opened_on", "opened_by", "reason", "grace_until", "closed_on", "closed_by",
        "outcome",
    )  # fmt: skip
    readonly_fields = fields


class DisbursementStepInline(LogInline):
    model = DisbursementStep
    related_names = ("by",)
    fields = ("verb", "happened_on", "amount", "number", "by", "recorded_at", "reason")
    readonly_fields = fields


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """The cases of the institutions one sees."""

    list_display = ("institution", "kind", "opened_on", "grace_until", "closed_on")
    list_filter = ("kind", "institution__office")
    list_select_related = ("institution",)
    search_fields = ("institution__name", "^institution__code")

    def view_on_site(self, case: Case) -> str:
        return reverse("institutions:case-list", args=[case.institution_id])


@admin.register(Disbursement)
class DisbursementAdmin(ReadOnlyAdmin):
    """The tranches of the institutions one sees, with the log of each."""

    list_display = (
        "institution", "programme_year", "purpose", "tranche", "amount", "lpj_due_on", "filed_on",
        "accepted_on",
    )  # fmt: skip
    list_filter = ("purpose", "programme_year", "institution__office")
    list_select_related = ("institution", "programme_year")
    search_fields = ("institution__name", "^institution__code", "^sp2d_number")
    inlines = (DisbursementStepInline,)

    def view_on_site(self, tranche: Disbursement) -> str:
        return reverse("institutions:tranche-detail", args=[tranche.institution_id, tranche.pk])
