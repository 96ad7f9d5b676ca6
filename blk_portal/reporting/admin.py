"""The administration of obligations and receipts: written by the verbs of reports, read here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.admin_scope import ReadOnlyAdmin
from blk_portal.reporting.models import RECEIPT_NUMBER, Obligation, Receipt


@admin.register(Obligation)
class ObligationAdmin(ReadOnlyAdmin):
    """Who owes which report."""

    list_display = ("institution", "kind", "subject_code", "programme_year", "due_on", "state")
    fields = readonly_fields = list_display
    list_filter = ("state", "programme_year")
    list_select_related = ("institution", "programme_year")
    search_fields = ("institution__name", "^institution__code", "=subject")

    @admin.display(description=_("subject"), ordering="subject")
    def subject_code(self, obligation: Obligation) -> str:
        return format_html('<span class="code">{}</span>', obligation.subject)


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    """The proofs that reports were handed in."""

    scope_path = "obligation"
    list_display = ("receipt_number", "obligation", "issued_at", "issued_to")
    list_select_related = ("obligation", "issued_to")
    search_fields = ("=id", "obligation__institution__name", "^obligation__institution__code")
    search_help_text = _("The number of a receipt, or an institution by its name or code.")
    readonly_fields = ("receipt_number",)

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """A number as printed on the receipt is as good as the bare one."""
        words = RECEIPT_NUMBER.sub(r"\1", search_term.upper())
        return super().get_search_results(request, queryset, words)

    @admin.display(description=_("number"), ordering="pk")
    def receipt_number(self, receipt: Receipt) -> str:
        return receipt.number
