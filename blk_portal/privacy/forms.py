"""What is asked before a NIK is read."""

from django import forms
from django.utils.translation import gettext_lazy as _


class RevealForm(forms.Form):
    """Why a NIK is read."""

    reason = forms.CharField(
        label=_("Why do you need the NIK?"),
        help_text=_("The reason is kept in the access log."),
        max_length=300,
        error_messages={"required": _("Write the reason first.")},
    )
