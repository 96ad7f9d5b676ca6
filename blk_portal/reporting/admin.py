"""The administration of obligations and receipts: written by the verbs of reports, read here."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.admin_scope import LogInline, ReadOnlyAdmin
from blk_portal.formats import number
from blk_portal.reporting.models import (
    RECEIPT_NUMBER,
    Notice,
    Obligation,
    ObligationStep,
    Receipt,
    Transition,
)
from blk_portal.reporting.tasks import ring_on_commit


class TransitionInline(LogInline):
    """The log of a report under it, the same for every kind of report."""

    related_names: tuple[str, ...] = ("by", "receipt__obligation")
    fields = ("at", "what", "from_status", "to_status", "by", "comment", "receipt")
    readonly_fields = fields

    @admin.display(description=_("verb"))
    def what(self, transition: Transition) -> str:
        return transition.label


class ObligationStepInline(LogInline):
    model = ObligationStep
    related_names = ("by",)
    fields = ("at", "verb", "from_state", "to_state", "by", "reason", "due_from", "due_to")
    readonly_fields = fields


@admin.register(Obligation)
class ObligationAdmin(ReadOnlyAdmin):
    """Who owes which report, with its history."""

    list_display = ("institution", "kind", "subject_code", "programme_year", "due_on", "state")
    fields = readonly_fields = (
        "institution", "kind", "subject_code", "programme_year", "period_from", "period_to",
        "due_on", "original_due_on", "state", "reported_on",
    )  # fmt: skip
    inlines = (ObligationStepInline,)
    list_filter = ("state", "kind", "programme_year")
    list_select_related = ("institution", "programme_year")
    search_fields = ("institution__name", "^institution__code", "=subject")

    def view_on_site(self, obligation: Obligation) -> str:
        return reverse("progress:duty-detail", args=[obligation.pk])

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


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    """The outbox: what was told to whom, and which mails could not be sent."""

    list_display = (
        "recipient",
        "kind",
        "institution",
        "created_at",
        "state",
        "attempts",
        "sent_at",
    )
    list_filter = ("state", "kind")
    list_select_related = ("recipient", "institution")
    search_fields = ("recipient__name", "institution__name", "^institution__code")
    fields = readonly_fields = (
        "recipient", "kind", "institution", "obligation", "created_at", "read_at", "state",
        "attempts", "next_attempt_at", "sent_at", "last_error",
    )  # fmt: skip
    actions = ("send_again",)

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("reporting.resend_notice"))

    @admin.action(description=_("Send again what was given up"), permissions=["resend"])
    def send_again(self, request: HttpRequest, queryset: Any) -> None:
        """Put the chosen ones that were given up back into the outbox."""
        if count := queryset.send_again():
            ring_on_commit()
            text = ngettext("%(n)s mail is tried again.", "%(n)s mails are tried again.", count)
            messages.success(request, text % {"n": number(count)})
        else:
            messages.warning(request, gettext("None of these was given up."))
