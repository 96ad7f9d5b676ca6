"""The forms by which tranches are recorded and accounted for."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from institutions.forms import DayForm
from institutions.models import Disbursement, ProgrammeYear
from institutions.record_forms import PaperForm, reason_field

# Rp 1.500.000,00 as people write it; also 1500000 and 1,500,000.
RUPIAH = re.compile(
    r"(?:rp\.?)?\s*(\d{1,15}|\d{1,3}(?:[., \xa0]\d{3}){1,4})(?:,00|,-)?",
    re.I | re.ASCII,
)


class RupiahField(forms.CharField):
    """A sum in whole rupiah, however people group its digits."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["error_messages"] = {"required": _("Write the amount in rupiah.")}
        kwargs.setdefault("help_text", _("For example 250.000.000."))
        super().__init__(max_length=30, **kwargs)
        self.widget.attrs["inputmode"] = "numeric"

    def clean(self, value: Any) -> int:
        text = super().clean(value)
        found = RUPIAH.fullmatch(text.strip())
        if found is None:
            raise forms.ValidationError(
                _("This is not a sum in whole rupiah. Write it as in 250.000.000.")
            )
        amount = int(re.sub(r"\D", "", found[1]))
        if amount == 0:
            raise forms.ValidationError(_("The amount is above 0."))
        return amount


class TrancheForm(DayForm):
    """A tranche that was paid."""

    programme_year = forms.ModelChoiceField(
        ProgrammeYear.objects.all(), label=_("Budget year"), to_field_name="year",
        error_messages={"required": _("Choose the budget year.")},
    )  # fmt: skip
    purpose = forms.ChoiceField(label=_("Purpose"), choices=Disbursement.Purpose)
    tranche = forms.IntegerField(
        label=_("Number of the tranche"), min_value=1, max_value=99, initial=1
    )
    amount = RupiahField(label=_("Amount in rupiah"))
    sp2d_number = forms.CharField(
        label=_("SP2D number"), max_length=60,
        error_messages={"required": _("Write the number of the SP2D.")},
    )  # fmt: skip
    field_order = ["programme_year", "purpose", "tranche", "amount", "sp2d_number", "on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("SP2D date")


class LpjForm(PaperForm):
    """An accountability report: what it proves, and its paper."""

    amount = RupiahField(label=_("Amount that the LPJ proves"))
    field_order = ["on", "amount", "document_number", "file"]


class GiveBackForm(PaperForm):
    """Unspent money that came back."""

    amount = RupiahField(label=_("Amount returned"))
    field_order = ["on", "amount", "document_number", "file"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = self.fields["document_number"]
        number.label, number.required = _("Number of the proof of payment"), True
        number.error_messages["required"] = _("Write the number of the proof of payment.")


class AcceptForm(DayForm):
    """The day on which an LPJ was accepted."""


class SendBackForm(DayForm):
    """Why an LPJ goes back."""

    reason = reason_field(_("Reason"), _("What lacks, and what is to be mended."))
