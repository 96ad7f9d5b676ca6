"""The forms of incubators: entering one on the short list, and the steps of several."""

from typing import Any

from django import forms
from django.utils.translation import gettext

from incubators.models import Incubator
from institutions.forms import BulkStepForm

__all__ = ["BulkStepForm", "IncubatorForm"]


class IncubatorForm(forms.ModelForm):
    """An institution on the list of a round; it may take the place of one that was struck off."""

    class Meta:
        model = Incubator
        fields = ("institution", "round", "replaces")

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        replaced = cleaned.get("replaces")
        if replaced is None:
            return cleaned
        if replaced.stage != Incubator.Stage.STRUCK_OFF:
            text = gettext("Only the place of an incubator that was struck off can be taken.")
            self.add_error("replaces", text)
        elif replaced.round_id != getattr(cleaned.get("round") or self.instance.round, "pk", None):
            self.add_error("replaces", gettext("The replaced incubator belongs to another round."))
        return cleaned
