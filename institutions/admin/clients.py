"""The administration of partners' systems: issuing, renewing and revoking their credentials."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.admin import QuestionMixin
from blk_portal.accounts.admin_scope import ReadOnlyAdmin, ScopedAdmin
from blk_portal.accounts.forms import ReasonForm
from blk_portal.accounts.models import ClientRequest, PartnerClient
from blk_portal.accounts.requests import person_of
from blk_portal.accounts.scopes import Scope
from institutions.client_forms import AREAS, ClientForm


@admin.register(PartnerClient)
class PartnerClientAdmin(QuestionMixin, ScopedAdmin):
    """Clients of partners. A secret is on the page that made it and on no other."""

    form = ClientForm
    change_form_template = "admin/client_change_form.html"
    list_display = ("name", "partner", "state", "is_national", "expires_on", "last_used_at")
    list_filter = ("is_national",)
    list_select_related = ("partner", "user")
    search_fields = ("name", "partner__name", "^client_id")
    autocomplete_fields = ("partner",)
    view_on_site = False
    readonly_fields = (
        "client_id", "state", "created", "issued_by", "last_used_at", "revoked_at",
        "revoked_by", "revoked_because",
    )  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What may be chosen, or is read of a revoked client; credentials once there are any."""
        may_change = self.has_change_permission(request, obj)
        scopes = "scopes" if may_change else "scopes_told"
        areas = ("is_national", *AREAS) if may_change else ("areas",)
        return [
            (None, {"fields": ("partner", "name", "purpose")}),
            (_("Rights"), {"fields": (scopes, "expires_on", "requests_per_minute", "networks")}),
            (_("Area"), {"fields": areas}),
            *([(_("Credentials"), {"fields": self.readonly_fields})] if obj else []),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple:
        """The partner stays: a system that changes hands gets a client of its own."""
        return (*super().get_readonly_fields(request, obj), *(("partner",) if obj else ()))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is revoked stays as it was."""
        is_open = obj is None or obj.revoked_at is None
        return is_open and super().has_change_permission(request, obj)

    @admin.display(description=_("state"))
    def state(self, client: PartnerClient) -> str:
        return client.state

    @admin.display(description=_("areas"))
    def areas(self, client: PartnerClient) -> str:
        if client.is_national:
            return gettext("whole nation")
        return ", ".join(str(row.area) for row in client.user.area_assignments.with_areas())

    @admin.display(description=_("scopes"))
    def scopes_told(self, client: PartnerClient) -> str:
        return "; ".join(str(Scope(scope).label) for scope in client.scopes if scope in Scope)

    def save_model(self, request: HttpRequest, obj: PartnerClient, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
        else:
            obj.secret = PartnerClient.objects.issue(obj, by=person_of(request))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        form.save_areas()

    def response_add(
        self, request: HttpRequest, obj: PartnerClient, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self.secret_page(request, obj, obj.secret)

    def get_urls(self) -> list:
        """Two more pages of a client, each a question first and then a POST."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/rahasia/", wrap(self.secret_view), name="accounts_partnerclient_secret"),
            path("<int:pk>/cabut/", wrap(self.revoke_view), name="accounts_partnerclient_revoke"),
            *super().get_urls(),
        ]

    def client_to_change(self, request: HttpRequest, pk: int) -> PartnerClient:
        client: PartnerClient | None = self.get_object(request, str(pk))
        if not self.has_change_permission(request):
            raise PermissionDenied
        if client is None or client.revoked_at:
            raise Http404
        return client

    def secret_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a new secret; it is shown once."""
        client = self.client_to_change(request, pk)
        if request.method != "POST":
            return self.question(
                request, client, gettext("Make a new secret"), explanation=gettext(
                    "The present secret and its tokens stop working at once. You see the new "
                    "secret on the next page only."
                ),
            )  # fmt: skip
        with transaction.atomic():
            secret = client.renew_secret()
            self.log_change(request, client, gettext("New secret made."))
        return self.secret_page(request, client, secret)

    def secret_page(
        self, request: HttpRequest, client: PartnerClient, secret: str
    ) -> TemplateResponse:
        """The one page that shows a secret."""
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Credentials of %(name)s") % {"name": client}, "opts": self.opts,
            "client": client, "secret": secret,
            "token_url": request.build_absolute_uri(reverse("oauth:token")),
        }  # fmt: skip
        page = TemplateResponse(request, "admin/client_secret.html", context)
        page["Cache-Control"] = "private, no-store"
        return page

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End the credentials for good."""
        client = self.client_to_change(request, pk)
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return self.question(
                request, client, gettext("Revoke the client"), form, gettext(
                    "Its secret and its tokens stop working at once, for good. The client stays "
                    "in the list, with the reason."
                ),
            )  # fmt: skip
        with transaction.atomic():
            reason = form.cleaned_data["reason"]
            client.revoke(by=person_of(request), because=reason)
            self.log_change(request, client, gettext("Revoked: %(why)s") % {"why": reason})
        messages.success(request, gettext("The client is revoked."))
        return redirect("admin:accounts_partnerclient_change", client.pk)


@admin.register(ClientRequest)
class ClientRequestAdmin(ReadOnlyAdmin):
    """What partners' systems asked, latest first."""

    list_display = ("at", "client", "method", "route", "status", "milliseconds", "sent_bytes")
    list_filter = ("client",)
    list_select_related = ("client",)
