"""The administration of accounts. Registered by the register, which adds areas and memberships."""

from allauth.account import admin as allauth_admin
from allauth.mfa import admin as mfa_admin
from django import forms
from django.contrib import admin, messages
from django.contrib.auth import admin as auth_admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from oauth2_provider import admin as oauth_admin

from blk_portal.accounts import letters
from blk_portal.accounts.admin_scope import ScopedAdmin
from blk_portal.accounts.forms import (
    NewPasswordForm,
    ReasonForm,
    UserChangeForm,
    UserCreationForm,
)
from blk_portal.accounts.models import InvitationRefused, User
from blk_portal.accounts.second_factor import has_second_factor, take_second_factor_away

# Rights come from the table of roles and the address from the account: neither is kept twice. The
# secrets of second factors are shown to nobody.
admin.site.unregister([Group, allauth_admin.EmailAddress, mfa_admin.Authenticator])
# Clients of partners have a page of ours that shows their secret once; tokens are nobody's to read.
admin.site.unregister(
    [
        oauth_admin.application_model, oauth_admin.access_token_model, oauth_admin.grant_model,
        oauth_admin.id_token_model, oauth_admin.refresh_token_model,
    ]
)  # fmt: skip
# A sidebar with every model would squeeze the lists; the administration's first page has them.
admin.site.enable_nav_sidebar = False


class UserAdmin(ScopedAdmin, auth_admin.UserAdmin):
    """People with a login. An account is switched off, never deleted: logs name it for good."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = NewPasswordForm
    change_form_template = "admin/user_change_form.html"
    list_display = (
        "username", "name", "role", "title", "is_active", "valid_until", "last_login",
    )  # fmt: skip
    list_filter = ("role", "is_active")
    search_fields = ("username", "name", "email")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("second_factor", "invitation", "last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("name", "title", "email")}),
        (_("Rights"), {"fields": ("role", "is_active", "valid_until")}),
        (_("Login"), {"fields": ("second_factor", "invitation", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "username", "name", "email", "role", "title", "valid_until",
                    "usable_password", "password1", "password2",
                )
            },
        ),
    )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple:
        """Nobody takes the own role or the own login away."""
        is_own = obj is not None and obj.pk == request.user.pk
        own = ("role", "is_active", "valid_until") if is_own else ()
        return (*super().get_readonly_fields(request, obj), *own)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Others get a new password here; one's own is changed with the old one in hand."""
        if id == str(request.user.pk):
            return redirect("account_change_password")
        return super().user_change_password(request, id, form_url)

    @admin.display(description=_("second factor"))
    def second_factor(self, person: User) -> str:
        return gettext("set up") if has_second_factor(person) else gettext("not set up")

    @admin.display(description=_("invitation"))
    def invitation(self, person: User) -> str:
        invitation = person.invitations.first()
        return gettext("never made") if invitation is None else invitation.state

    def get_urls(self) -> list:
        """Two more pages of an account, each a question first and then a POST."""
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/undangan/", wrap(self.invite_view), name="accounts_user_invite"),
            path("<int:pk>/faktor/", wrap(self.factor_view), name="accounts_user_factor"),
            *super().get_urls(),
        ]

    def person_to_change(self, request: HttpRequest, pk: int) -> User:
        person: User | None = self.get_object(request, str(pk))
        if not self.has_change_permission(request):
            raise PermissionDenied
        if person is None:
            raise Http404
        return person

    def invite_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make a link by which the person sets a password; it is shown once."""
        person = self.person_to_change(request, pk)
        if request.method != "POST":
            return self.question(
                request, person, gettext("Make an invitation link"), explanation=gettext(
                    "With the link the person sets a password, once, within 14 days. A link made "
                    "earlier no longer works. You see the link on the next page only."
                ),
            )  # fmt: skip
        try:
            return self.hand_over(request, person)
        except InvitationRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("admin:accounts_user_change", person.pk)

    @transaction.atomic
    def hand_over(self, request: HttpRequest, person: User) -> HttpResponse:
        letter = letters.write(request, person)
        self.log_change(request, person, gettext("Invitation link made."))
        back_url = reverse("admin:accounts_user_change", args=[person.pk])
        return letters.page(request, letter, back_url=back_url)

    def factor_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the second factor of somebody away who lost the phone and the codes on paper."""
        person = self.person_to_change(request, pk)
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return self.question(
                request, person, gettext("Take the second factor away"), form, gettext(
                    "Afterwards the password alone opens the account, until the person sets up a "
                    "new factor. First make sure who asks for it."
                ),
            )  # fmt: skip
        with transaction.atomic():
            take_second_factor_away(person)
            reason = form.cleaned_data["reason"]
            self.log_change(
                request, person, gettext("Second factor taken away: %(why)s") % {"why": reason}
            )
        messages.success(request, gettext("The second factor is taken away."))
        return redirect("admin:accounts_user_change", person.pk)

    def question(
        self,
        request: HttpRequest,
        person: User,
        title: str,
        form: forms.Form | None = None,
        explanation: str = "",
    ) -> TemplateResponse:
        """The page that asks before anything is done."""
        context = {
            **self.admin_site.each_context(request),
            "title": title, "opts": self.opts, "person": person, "form": form,
            "explanation": explanation,
        }  # fmt: skip
        status = 400 if form is not None and form.is_bound else 200
        return TemplateResponse(request, "admin/account_question.html", context, status=status)

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        """A new account without a password is of no use without its link: make it at once."""
        if obj.has_usable_password() or not obj.may_log_in:
            return super().response_add(request, obj, post_url_continue)
        return self.hand_over(request, obj)
