"""The forms of visits: what an officer found, and how its follow-up ended."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from institutions.entry_forms import day_field, paper_field, text_field
from institutions.models import Visit


class VisitForm(forms.Form):
    """One visit; a follow-up names its due date."""

    visited_on = day_field(label=_("Date of the visit"))
    kind = forms.ChoiceField(
        label=_("Kind of visit"), choices=Visit.Kind.choices, widget=forms.RadioSelect,
        error_messages={"required": _("Choose the kind of visit.")},
    )  # fmt: skip
    others = text_field(
        label=_("Others present"), length=200, rows=1,
        help_text=_("For example the Dinas, with the name of the office."),
    )  # fmt: skip
    findings = text_field(
        label=_("Findings"), length=3000, rows=6, required=True,
        help_text=_("The institution reads them. Leave out names of participants."),
        error_messages={"required": _("Write what you found.")},
    )  # fmt: skip
    follow_up = text_field(
        label=_("Follow-up"), length=500, help_text=_("What the institution is to do.")
    )
    follow_up_due_on = day_field(label=_("Follow-up due on"), required=False, is_past=False)
    file = paper_field()

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        task, due = cleaned.get("follow_up"), cleaned.get("follow_up_due_on")
        visited = cleaned.get("visited_on")
        if task and not due and "follow_up_due_on" not in self.errors:
            self.add_error("follow_up_due_on", gettext("Say until when it is to be done."))
        if due and not task and "follow_up" not in self.errors:
            self.add_error("follow_up", gettext("Say what is to be done until then."))
        if due and visited and due < visited:
            self.add_error("follow_up_due_on", gettext("The due date lies before the visit."))
        return cleaned


class DoneForm(forms.Form):
    """What was done about a follow-up."""

    note = text_field(
        label=_("What was done?"), length=500, required=True,
        error_messages={"required": _("Say what was done.")},
    )  # fmt: skip


class ConfirmForm(forms.Form):
    """Staff confirm a follow-up; a note if they like."""

    note = text_field(label=_("Note on the follow-up"), length=500)
