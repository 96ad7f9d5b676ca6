"""The forms by which staff correct a person's data, or restrict their processing."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.privacy.validators import without_nik
from trainings.models import Participant
from trainings.models.correction import CORRECTABLE

REASON_LENGTH = 300


def reason_field() -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        help_text=_("It stands in the history of the person; for example what was shown to you."),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the reason first.")},
        validators=[without_nik],
    )


class CorrectionForm(forms.ModelForm):
    """The values of a participant that no figure rests on, and why they are corrected."""

    because = reason_field()

    class Meta:
        model = Participant
        fields = list(CORRECTABLE)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if not any(sign.isalpha() for sign in name):
            raise forms.ValidationError(gettext("Write the name in letters."))
        return name

    def values(self) -> dict[str, Any]:
        """What is to stand in the row."""
        return {name: self.cleaned_data[name] for name in CORRECTABLE}


class RestrictionForm(forms.Form):
    """Why a person is hidden from lists of names, or shown again."""

    because = reason_field()
