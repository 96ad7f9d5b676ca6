"""The forms of accounts in the administration."""

from typing import Any

from django import forms
from django.contrib.auth import forms as auth_forms
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User


class OneMailEach(forms.ModelForm):
    """One e-mail address, one account: people log in with either name."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        others = User._default_manager.exclude(pk=self.instance.pk)
        if email and others.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Another account already has this e-mail address."))
        return email


class UserCreationForm(OneMailEach, auth_forms.AdminUserCreationForm):
    """A new account: with a first password, or without one, and then with an invitation."""

    class Meta(auth_forms.AdminUserCreationForm.Meta):
        model = User
        fields = ("username", "name", "email", "role", "title", "valid_until")


class UserChangeForm(OneMailEach, auth_forms.UserChangeForm):
    class Meta(auth_forms.UserChangeForm.Meta):
        model = User
        fields = (  # type: ignore[assignment]  # Django narrows it to "__all__"
            "username", "password", "name", "title", "email", "role", "is_active", "valid_until",
        )  # fmt: skip


class NewPasswordForm(auth_forms.AdminPasswordChangeForm):
    """Another password for somebody; to shut an account is asked elsewhere, with its own rules."""

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if not cleaned["set_usable_password"]:
            self.add_error(
                "usable_password",
                _("An account keeps its password. To shut it, clear “active” in the account."),
            )
        return cleaned


class ReasonForm(forms.Form):
    """Why something was done to an account; kept in its history."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example how the person proved who it is. Kept in the history."),
        error_messages={"required": _("Say why: the reason is kept in the history.")},
    )
