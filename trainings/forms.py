"""The forms of operators and reviewers."""

from typing import Any, Self, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.privacy.validators import without_nik
from trainings.flag_forms import FlagForms


class UploadForm(forms.Form):
    """A roster file."""

    file = forms.FileField(
        label=_("Roster file"),
        help_text=_("Excel (.xlsx, .xls), LibreOffice (.ods) or CSV, at most 5 MB and 5,000 rows."),
        allow_empty_file=True,
        error_messages={"required": _("Choose the file with the roster first.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
    )


class FlaggingForm(forms.Form):
    """A form that may send flags with it; they stand beside the rows they are about."""

    def __init__(self, *args: Any, flags: FlagForms, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.flags = flags

    def as_typed(self, **changed: Any) -> Self:
        """The same form with what was typed, not judged yet."""
        typed = cast("QueryDict", self.data).dict()
        return type(self)(initial=typed | changed, flags=self.flags)

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if self.flags.faulty:
            self.add_error(None, gettext("Complete the flags that are marked, or remove them."))
        return cleaned


class DecisionForm(FlaggingForm):
    """What a reviewer decides on a submitted report."""

    VERIFY, SEND_BACK = "verify", "send_back"
    verb = forms.ChoiceField(
        label=_("What is your decision?"),
        choices=[(SEND_BACK, _("Return for mending")), (VERIFY, _("Verify"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a decision first.")},
    )
    comment = forms.CharField(
        label=_("Note to the operator"),
        help_text=_(
            "For a return: what is missing and how to mend it. Flagged rows may speak for it."
        ),
        required=False,
        max_length=2000,
        validators=[without_nik],
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        is_return, flagged = cleaned.get("verb") == self.SEND_BACK, self.flags.filled
        if is_return and not flagged and not cleaned.get("comment", "").strip():
            text = gettext("A return needs a note or a flag: what is missing and how to mend it.")
            self.add_error("comment", text)
        if cleaned.get("verb") == self.VERIFY and flagged:
            text = gettext("Flags go with a return. Remove them to verify, or return the report.")
            self.add_error("verb", text)
        return cleaned


class ReasonForm(FlaggingForm):
    """Why a verified report is opened again."""

    comment = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        validators=[without_nik],
        error_messages={"required": _("Write the reason; the operator reads it.")},
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)
