"""The forms of opening balances: the list that is uploaded, and the reason of a decision."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from blk_portal.formats import today_in_jakarta
from blk_portal.privacy.validators import without_nik
from blk_portal.progress.opening.balances import OpeningBalance
from blk_portal.progress.opening.reading import LIMITS, Read, read_balances
from blk_portal.sheets.errors import Refusal, SheetRefused, refuse

LONGEST_REASON = OpeningBalance._meta.get_field("ended_because").max_length


class BalanceListForm(forms.Form):
    """A list of opening balances; what it really is, is judged by its content."""

    file = forms.FileField(
        label=_("List of opening balances"),
        help_text=_(
            "Excel (.xlsx, .xls), LibreOffice (.ods) or CSV, at most 5 MB, 5,000 rows. First it is "
            "only checked; you decide after that."
        ),
        allow_empty_file=True,
        error_messages={"required": _("Choose the file with the list first.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
    )
    source = forms.CharField(
        label=_("Source of rows without one"),
        help_text=_("The paper with the figures: kind, number and date."),
        max_length=OpeningBalance._meta.get_field("source").max_length,
        required=False,
        validators=[without_nik],
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if file := given.get("file"):
            try:
                given["read"] = self._read(file)
            except SheetRefused as refusal:
                self.add_error("file", ValidationError(f"{refusal.message} {refusal.cure}"))
        return given

    def _read(self, file: Any) -> Read:
        data = file.read(LIMITS.size + 1)
        if not data:
            raise refuse(Refusal.FILE_EMPTY)
        source = self.cleaned_data.get("source") or ""
        return read_balances(data, file.name, source=source, today=today_in_jakarta())


class ReasonForm(forms.Form):
    """Why a balance is declined or withdrawn."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why: the reason is kept in the history.")},
        validators=[without_nik],
    )
