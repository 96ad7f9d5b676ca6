"""What operators fill in to propose changes of the register, and staff to decide on them."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.privacy.validators import without_nik
from institutions.models import ChangeProposal, Institution
from institutions.models.proposal import ProposalField

REASON_LENGTH = ChangeProposal._meta.get_field("reason").max_length
HELP = {
    ProposalField.NAME: _("Only a spelling. Another body is another institution."),
    ProposalField.ADDRESS: _("Street, village and district (kecamatan)."),
    ProposalField.CONTACT_PHONE: _("For example 0812 3456 7890."),
}
VALIDATORS = {
    ProposalField.CONTACT_PHONE: [
        RegexValidator(
            r"^[+(]?[0-9][0-9 ()./-]{2,28}$",
            _("Write digits, spaces and dashes, for example 0812 3456 7890."),
        )
    ]
}


def one_line(text: str) -> str:
    """The text without doubled blanks, in which nobody means a difference."""
    return " ".join(text.split())


def longest(name: str) -> int | None:
    """How long the register takes this value."""
    return cast("models.CharField[str, str]", Institution._meta.get_field(name)).max_length


class ProposalForm(forms.Form):
    """The values of the register as the operator would have them; those left alone stay.

    `seen-...` is what the operator had before them, so that only what was typed is proposed. A
    value that already awaits a decision is not asked again.
    """

    reason = forms.CharField(
        label=_("Why is this to change?"),
        help_text=_("One sentence. Whoever decides reads it."),
        max_length=REASON_LENGTH,
        validators=[without_nik],
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why, so that it can be decided.")},
    )

    def __init__(
        self, *args: Any, institution: Institution, waiting: set[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names = [name for name in ProposalField.values if name not in waiting]
        for name in self.names:
            present = getattr(institution, name)
            self.fields[name] = forms.CharField(
                label=ProposalField(name).label,
                help_text=HELP.get(ProposalField(name), ""),
                initial=present,
                required=False,
                max_length=cast(
                    "models.CharField[str, str]", Institution._meta.get_field(name)
                ).max_length,
                validators=[without_nik, *VALIDATORS.get(ProposalField(name), [])],
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )
            self.fields[f"seen-{name}"] = forms.CharField(
                initial=present, required=False, strip=False, widget=forms.HiddenInput
            )
        self.order_fields([*self.names, "reason"])

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        read = all(name in given for name in self.names)
        for name, value in self.changes().items():
            if not value:
                self.add_error(
                    name, gettext("Write the new value; the register is not left empty.")
                )
        if read and not self.changes():
            raise ValidationError(_("Nothing differs from the register yet. Change a value first."))
        return given

    def changes(self) -> dict[str, str]:
        """The values that were typed anew, by name."""
        given = self.cleaned_data
        return {
            name: one_line(given[name])
            for name in self.names
            if name in given and one_line(given[name]) != one_line(given.get(f"seen-{name}", ""))
        }


class DecisionForm(forms.Form):
    """Accept or refuse one proposal; `seen` is what the person read in the register."""

    verb = forms.ChoiceField(
        choices=[("accept", _("Accept")), ("refuse", _("Refuse"))], widget=forms.HiddenInput
    )
    note = forms.CharField(
        label=_("Note to the operator"),
        help_text=_("Needed for a refusal."),
        required=False,
        max_length=REASON_LENGTH,
        validators=[without_nik],
    )
    seen = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, proposal: ChangeProposal) -> None:
        super().__init__(data, auto_id=f"id_{proposal.pk}_%s")
        self.fields["seen"].initial = proposal.present_value

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        if given.get("verb") == "refuse" and "note" in given and not given["note"]:
            self.add_error("note", gettext("Say why: the operator reads it."))
        return given

    def brought_up_to_date(self, proposal: ChangeProposal) -> "DecisionForm":
        """The form to try again with: what was written, beside the register as it is now."""
        again = cast("QueryDict", self.data).copy()
        again["seen"] = proposal.present_value
        self.data = again
        return self
