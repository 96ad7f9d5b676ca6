"""The forms of papers, and the field by which any form can take one."""

import datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.forms.widgets import Script
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.formats import today_in_jakarta
from blk_portal.privacy.validators import without_nik
from institutions.models import Document, DocumentKind, Institution
from institutions.scans import LONG_SIDE, CheckedFile, DocumentRefused, scan_of

# Deeds of old foundations are papers of the programme too.
EARLIEST = datetime.date(1900, 1, 1)
REASON_LENGTH = Document._meta.get_field("withdrawn_because").max_length
NUMBER_LENGTH = Document._meta.get_field("number").max_length


class PaperInput(forms.FileInput):
    """Offers what can be kept; where the browser can, photos are made smaller before they leave."""

    def __init__(self) -> None:
        accepted = "application/pdf,image/jpeg,image/png"
        super().__init__(attrs={"accept": accepted, "data-shrink": str(LONG_SIDE)})

    class Media:
        js = [Script("portal/shrink.js", defer=True)]


class PaperField(forms.FileField):
    """A paper: refused at its field, with the cure, unless `Document.objects.store` can keep it.

    The page loads `form.media` and sends the form as multipart/form-data.
    """

    widget = PaperInput

    def __init__(self, **options: Any) -> None:
        options = {
            "label": _("File"),
            "help_text": _("PDF, JPG or PNG, at most 10 MB. Large photos are made smaller."),
            "allow_empty_file": True,
            **options,
        }
        super().__init__(**options)
        self.error_messages["required"] = _("Choose the file of the paper first.")

    def clean(self, data: Any, initial: Any = None) -> Any:
        file = super().clean(data, initial)
        if not isinstance(file, UploadedFile):
            return file
        try:
            return CheckedFile(file, scan_of(file))
        except DocumentRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


def day_field(label: Any, help_text: Any) -> forms.DateField:
    """A day beside the day of the fact itself, for example the end of a licence; it may lack."""
    return forms.DateField(
        label=label, help_text=help_text, required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("This is not a date. Write it as in 13/09/2022.")},
    )  # fmt: skip


class PaperForm(forms.Form):
    """A new paper of an institution."""

    kind = forms.ModelChoiceField(
        DocumentKind.objects.filter(holds_names=False),
        label=_("Kind of paper"),
        error_messages={
            "required": _("Choose the kind of paper."),
            "invalid_choice": _("There is no such kind. Choose one of the list."),
        },
    )
    file = PaperField()
    number = forms.CharField(
        label=_("Number of the paper"), required=False, max_length=NUMBER_LENGTH
    )
    dated_on = day_field(_("Date of the paper"), _("As it stands on the paper."))
    expires_on = day_field(
        _("Valid until"), _("Needed for a licence, an accreditation and a partnership.")
    )

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.institution = institution

    def clean_dated_on(self) -> datetime.date | None:
        day: datetime.date | None = self.cleaned_data["dated_on"]
        if day and day > today_in_jakarta():
            raise forms.ValidationError(_("The date lies in the future. Check the year."))
        if day and day < EARLIEST:
            raise forms.ValidationError(_("The date lies too far back. Check the year."))
        return day

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        kind, dated_on = given.get("kind"), given.get("dated_on")
        expires_on = given.get("expires_on")
        if kind and kind.expires and not expires_on and "expires_on" not in self.errors:
            self.add_error("expires_on", _("Fill in until when this paper is valid."))
        if dated_on and expires_on and expires_on < dated_on:
            self.add_error("expires_on", _("The paper ends before its own date. Check both dates."))
        file = given.get("file")
        if kind and file and self.institution.documents.keeps(file.scan, kind=kind):
            text = gettext("This very file is here already as %(kind)s. Choose another file.")
            self.add_error("file", text % {"kind": kind})
        return given

    def store(self, *, by: User) -> Document | None:
        """Keep the paper; None where it was refused after all, with the sentence at the file."""
        try:
            return Document.objects.store(institution=self.institution, by=by, **self.cleaned_data)
        except DocumentRefused as refusal:
            self.add_error("file", str(refusal))
            return None


class WithdrawalForm(forms.Form):
    """Why a paper is taken back."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("For example: wrong file, or replaced by a better scan."),
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why: the reason stands beside the paper.")},
        validators=[without_nik],
    )
