"""The forms by which staff record facts and cases of an institution, with their paper."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.privacy.validators import without_nik
from institutions.forms import NUMBER_LENGTH, REASON_LENGTH, DayForm
from institutions.lifecycle import EXPIRING_MILESTONES, CaseKind, MilestoneKind
from institutions.models import Document, DocumentKind, Institution
from institutions.models.institution import VIN_FORMAT
from institutions.paper_forms import PaperField, day_field


def reason_field(label: Any, help_text: Any = "", missing: Any = "") -> forms.CharField:
    """A sentence that stays in the history."""
    return forms.CharField(
        label=label, help_text=help_text, max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}), validators=[without_nik],
        error_messages={
            "required": missing or _("Say why: the reason is kept in the history.")
        },
    )  # fmt: skip


class PaperForm(DayForm):
    """A fact that may bring its paper: a number, and a scan or a photo."""

    document_number = forms.CharField(
        label=_("Number of the paper"), required=False, max_length=NUMBER_LENGTH
    )
    file = PaperField(label=_("Scan or photo of the paper"), required=False)

    def paper(
        self, institution: Institution, *, code: str, name: str, by: User,
        expires_on: date | None = None,
    ) -> Document | None:  # fmt: skip
        """Keep the paper that came with the form, under a kind of that code; none where none came.

        name: what the kind is called where the programme does not know it yet.
        """
        file = self.cleaned_data.get("file")
        if not file:
            return None
        kind = DocumentKind.objects.filter(code=code).first()
        kind = kind or DocumentKind.objects.get_or_create(name=name, defaults={"code": code})[0]
        return Document.objects.store(
            institution=institution, kind=kind, file=file, by=by,
            number=self.cleaned_data.get("document_number", ""),
            dated_on=self.cleaned_data["on"], expires_on=expires_on,
        )  # fmt: skip


class MilestoneForm(PaperForm):
    """One fact that runs beside the status; only the fields that its kind knows."""

    expires_on = day_field(_("Valid until"), _("Leave empty where the paper names no end."))
    percent = forms.IntegerField(
        label=_("Progress in percent"), min_value=0, max_value=100,
        error_messages={
            "required": _("Write the progress in percent, 0 to 100."),
            "invalid": _("Write a whole number from 0 to 100."),
        },
    )  # fmt: skip
    field_order = ["on", "percent", "document_number", "expires_on", "file"]

    def __init__(self, *args: Any, kind: MilestoneKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind not in EXPIRING_MILESTONES:
            del self.fields["expires_on"]
        if kind != MilestoneKind.PROGRESS:
            del self.fields["percent"]
        else:
            self.fields["file"].label = _("Photo of the building")
        if kind == MilestoneKind.VIN:
            number = self.fields["document_number"]
            number.label, number.required = _("VIN"), True
            number.validators.append(VIN_FORMAT)
            number.error_messages["required"] = _("Write the VIN.")

    def clean(self) -> dict[str, Any]:
        super().clean()
        on, end = self.cleaned_data.get("on"), self.cleaned_data.get("expires_on")
        if on and end and end <= on:
            self.add_error("expires_on", _("The end lies before the date of the paper."))
        return self.cleaned_data

    def facts(self, institution: Institution, by: User) -> dict[str, Any]:
        """What is recorded, its paper already kept."""
        given = dict(self.cleaned_data)
        given.pop("file")
        given["document"] = self.paper(
            institution, code=f"milestone-{self.kind}".replace("_", "-"),
            name=str(self.kind.label), by=by, expires_on=given.get("expires_on"),
        )  # fmt: skip
        return given


class WithdrawForm(forms.Form):
    """Why something that was recorded does not hold."""

    reason = reason_field(_("Reason"), _("For example: recorded for the wrong institution."))


class CaseForm(DayForm):
    """A case to open."""

    kind = forms.ChoiceField(
        label=_("Which case?"), choices=CaseKind, widget=forms.RadioSelect,
        error_messages={"required": _("Choose a case first.")},
    )  # fmt: skip
    reason = reason_field(_("Reason"), _("What was found, and by which paper."))
    grace_until = day_field(
        _("Grace until"), _("Only for an inactive institution: the day by which it works again.")
    )
    field_order = ["kind", "on", "grace_until", "reason"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        if grace := given.get("grace_until"):
            if given.get("kind", CaseKind.INACTIVE) != CaseKind.INACTIVE:
                self.add_error("grace_until", _("Only an inactive institution has a grace."))
            elif given.get("on") and grace <= given["on"]:
                self.add_error("grace_until", _("The grace ends after the first day of the case."))
        return given


class CloseCaseForm(DayForm):
    """How a case ended."""

    outcome = reason_field(
        _("Outcome"), missing=_("Say how it ended: the outcome is kept in the history.")
    )
