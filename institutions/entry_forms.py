"""What the forms of dated findings share: days, texts without a NIK, and the paper beside them."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User, today
from blk_portal.privacy.validators import without_nik
from institutions.forms import EARLIEST
from institutions.models import Document, DocumentKind, Institution
from institutions.paper_forms import PaperField

# Kinds of paper that findings rest on; staff may rename them.
PAPER_KINDS = {
    "penilaian-kemandirian": "Penilaian kemandirian",
    "laporan-kunjungan": "Laporan kunjungan",
    "perjanjian-kemitraan": "Perjanjian kemitraan",
    "kontrak-tenant": "Kontrak tenant inkubator",
}


def in_the_past(day: datetime.date) -> None:
    """Refuse a day that has not come yet, or that lies before the programme."""
    if day > today():
        raise ValidationError(_("The date lies in the future. Record it when it has come."))
    if day < EARLIEST:
        raise ValidationError(_("The date lies before the programme began. Check the year."))


def day_field(*, label: Any, required: bool = True, is_past: bool = True, **options: Any) -> Any:
    """A day as people write it."""
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[in_the_past] if is_past else [],
        error_messages={
            "required": _("Fill in the date."),
            "invalid": _("This is not a date. Write it as in 13/09/2022."),
        },
        **options,
    )


def text_field(
    *, label: Any, length: int, rows: int = 2, required: bool = False, **options: Any
) -> Any:
    """A free text that holds no NIK; of one row, or of several."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput()
    return forms.CharField(
        label=label, max_length=length, required=required, widget=widget,
        validators=[without_nik], **options,
    )  # fmt: skip


class ReasonForm(forms.Form):
    """Why something is taken out of force."""

    reason = text_field(
        label=_("Reason"), length=300, required=True,
        error_messages={"required": _("Say why: the reason is kept in the history.")},
    )  # fmt: skip


def paper_field(**options: Any) -> forms.FileField:
    """A paper beside what is written; nothing has to be chosen."""
    return PaperField(label=_("Paper (PDF, JPG or PNG)"), required=False, **options)


def keep_paper(
    file: Any, *, kind: str, institution: Institution | None, by: User, **facts: Any
) -> Document | None:
    """Store an uploaded file as a paper of one of PAPER_KINDS; None where nothing was chosen.

    Raises ValidationError, for the form, where the store refuses the file.
    """
    if not file:
        return None
    known, _is_new = DocumentKind.objects.get_or_create(
        code=kind, defaults={"name": PAPER_KINDS[kind]}
    )
    try:
        return Document.objects.store(
            institution=institution, kind=known, file=file, by=by, **facts
        )
    except ValueError as refusal:
        raise ValidationError(str(refusal)) from refusal
