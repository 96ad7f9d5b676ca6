"""What staff and operators say when they change an obligation: a day, a reason."""

from django import forms
from django.utils.translation import gettext_lazy as _

from institutions.record_forms import reason_field


class ExtendForm(forms.Form):
    """A later due date, and why."""

    due_on = forms.DateField(
        label=_("New due date"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Fill in the new due date."),
            "invalid": _("This is not a date. Write it as in 13/09/2022."),
        },
    )
    reason = reason_field(_("Reason"), _("The operator reads it."))


class ReasonForm(forms.Form):
    """Why."""

    reason = reason_field(_("Reason"), _("The operator reads it."))


class UndoZeroForm(forms.Form):
    """Why a zero does not hold; asked for only when the due date has passed."""

    reason = reason_field(_("Reason"), _("For example: a training was forgotten."))
