"""The forms of imports: the upload of a list, and the decision about one of its rows."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from blk_portal.sheets.errors import Refusal, SheetRefused, refuse
from blk_portal.sheets.kinds import kind_of
from blk_portal.sheets.workbook import bytes_of
from institutions.importing.deciding import NEW, REFUSE
from institutions.models import Institution, RegisterImportRow
from institutions.register_sheet.reader import LIMITS


class ImportForm(forms.Form):
    """A list of institutions; what it really is, is judged by its content."""

    file = forms.FileField(
        label=_("List of institutions"),
        help_text=_("Excel (.xlsx, .xls), LibreOffice (.ods) or CSV, at most 20 MB, 40,000 rows."),
        allow_empty_file=True,
        error_messages={"required": _("Choose the file with the list first.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
    )

    def clean_file(self) -> "UploadedFile[Any]":
        file: UploadedFile[Any] = self.cleaned_data["file"]
        try:
            self.data_of_file = bytes_of(file.read(LIMITS.size + 1), LIMITS.size)
            if not self.data_of_file:
                raise refuse(Refusal.FILE_EMPTY)
            kind_of(self.data_of_file, LIMITS.unpacked)
        except SheetRefused as refusal:
            raise ValidationError(f"{refusal.message} {refusal.cure}") from refusal
        return file


class DecisionForm(forms.Form):
    """Which institution a row means: one of those that are alike, a new one, or none."""

    decision = forms.ChoiceField(
        label=_("Which institution is it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers.")},
    )

    def __init__(
        self, *args: Any, row: RegisterImportRow, alike: list[Institution], **kwargs: Any
    ) -> None:
        kwargs["prefix"] = f"baris-{row.pk}"
        super().__init__(*args, **kwargs)
        self.row = row
        field = self.fields["decision"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            *((str(one.pk), f"{one.name} ({one.code}), {one.regency.name}") for one in alike),
            (NEW, _("None of these: it is a new institution")),
            (REFUSE, _("Refuse the row")),
        ]
