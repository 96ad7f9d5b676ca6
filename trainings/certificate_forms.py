"""The forms around certificates: revoking one, and typing a code to check one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from blk_portal.privacy.validators import without_nik
from trainings.models.certificate import CODE_LENGTH, read_code

REASON_LENGTH = 300


class RevocationForm(forms.Form):
    """Why a certificate is revoked."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Staff and the institution read it; the public page shows only the date."),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the reason first.")},
        validators=[without_nik],
    )


class CodeForm(forms.Form):
    """The code as it is printed beside the QR code."""

    kode = forms.CharField(
        label=_("Verification code"),
        help_text=_("16 letters and digits beside the QR code, with or without the hyphens."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Type the code that stands beside the QR code.")},
    )

    def clean_kode(self) -> str:
        code = read_code(self.cleaned_data["kode"])
        if len(code) != CODE_LENGTH or not (code.isascii() and code.isalnum()):
            raise forms.ValidationError(
                _("The code has 16 letters and digits. Compare it with the certificate.")
            )
        return code
