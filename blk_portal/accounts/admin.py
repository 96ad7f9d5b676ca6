"""The administration of accounts. Registered by the register, which adds areas and memberships."""

from allauth.account import admin as allauth_admin
from django import forms
from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.contrib.auth import forms as auth_forms
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.admin_scope import ScopedAdmin
from blk_portal.accounts.models import User

# Rights come from the table of roles and the address from the account: neither is kept twice.
admin.site.unregister([Group, allauth_admin.EmailAddress])


class OneMailEach(forms.ModelForm):
    """One e-mail address, one account: people log in with either name."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        others = User._default_manager.exclude(pk=self.instance.pk)
        if email and others.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Another account already has this e-mail address."))
        return email


class UserCreationForm(OneMailEach, auth_forms.AdminUserCreationForm):
    """A new account: with a first password, or without one until the person resets it by mail."""

    class Meta(auth_forms.AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "name", "email", "role", "title")


class UserChangeForm(OneMailEach, auth_forms.UserChangeForm):
    class Meta(auth_forms.UserChangeForm.Meta):
        model = User
        fields = (  # type: ignore[assignment]  # Django narrows it to "__all__"
            "username", "password", "name", "title", "email", "role", "is_active",
        )  # fmt: skip


class UserAdmin(ScopedAdmin, auth_admin.UserAdmin):
    """People with a login. An account is switched off, never deleted: logs name it for good."""

    form = UserChangeForm
    add_form = UserCreationForm
    list_display = ("username", "name", "role", "title", "is_active", "last_login")
    list_filter = ("role", "is_active")
    search_fields = ("username", "name", "email")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("name", "title", "email")}),
        (_("Rights"), {"fields": ("role", "is_active")}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "username", "name", "email", "role", "title",
                    "usable_password", "password1", "password2",
                )
            },
        ),
    )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple:
        """Nobody takes the own role or the own login away."""
        own = ("role", "is_active") if obj is not None and obj.pk == request.user.pk else ()
        return (*super().get_readonly_fields(request, obj), *own)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Others get a new password here; one's own is changed with the old one in hand."""
        if id == str(request.user.pk):
            return redirect("account_change_password")
        return super().user_change_password(request, id, form_url)
