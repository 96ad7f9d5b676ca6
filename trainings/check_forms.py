"""The forms of the checks: why warnings are fine, guardians' consents, persons in two cohorts."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.privacy.validators import without_nik
from institutions.paper_forms import PaperField
from trainings.checks import WarningGroup
from trainings.models import Cohort, GuardianConsent, Overlap, Participant

Relation = GuardianConsent.Relation
REASON_LENGTH = 500


class ExplainForm(forms.Form):
    """Why warnings are in order: one text for each code; what is left empty still waits.

    The field of a code is called alasan-nik_suspicious.
    """

    def __init__(self, *args: Any, groups: Iterable[WarningGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = {f"alasan-{group.code}": group.code for group in groups}
        for group in groups:
            self.fields[f"alasan-{group.code}"] = forms.CharField(
                label=_("Why is this in order?"),
                required=False,
                max_length=REASON_LENGTH,
                validators=[without_nik],
                initial=group.explanation.text if group.explanation else "",
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def texts(self) -> dict[str, str]:
        """Code -> text, of the fields that were sent and are right."""
        return {
            code: self.cleaned_data[name]
            for name, code in self.codes.items()
            if name in self.cleaned_data and self.add_prefix(name) in self.data
        }


class ConsentForm(forms.Form):
    """A signed sheet, and for whom of the cohort's minors it holds.

    The fields of participant 12 are called relasi-12 and wali-12.
    """

    file = PaperField(label=_("Signed sheet"), required=False)
    all_on_sheet = forms.BooleanField(
        label=_("All participants below stand on the sheet with their guardians"), required=False
    )

    def __init__(
        self, *args: Any, people: Sequence[Participant], has_sheet: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.people, self.has_sheet = people, has_sheet
        for person in people:
            self.fields[f"relasi-{person.pk}"] = forms.ChoiceField(
                label=_("Who signed for %(name)s?") % {"name": person.name},
                choices=[("", _("Not signed yet")), *Relation.choices],
                required=False,
            )
            self.fields[f"wali-{person.pk}"] = forms.CharField(
                label=_("Name of the guardian"),
                required=False,
                max_length=150,
                validators=[without_nik],
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
            )

    @property
    def rows(self) -> list[tuple[Participant, forms.BoundField, forms.BoundField]]:
        """Each participant with the two fields."""
        return [
            (person, self[f"relasi-{person.pk}"], self[f"wali-{person.pk}"])
            for person in self.people
        ]

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        for person in self.people:
            relation, name = given.get(f"relasi-{person.pk}"), given.get(f"wali-{person.pk}")
            if relation and relation != Relation.ON_SHEET and name == "":
                text = gettext("Write the name, or choose “As on the sheet”.")
                self.add_error(f"wali-{person.pk}", text)
            if name and not relation and not given.get("all_on_sheet"):
                self.add_error(f"relasi-{person.pk}", gettext("Choose who this is."))
        if not self.has_sheet and not given.get("file") and "file" not in self.errors:
            self.add_error("file", gettext("Choose the scan or photo of the signed sheet first."))
        elif not self.errors and not self.guardians():
            self.add_error(None, gettext("Mark for whom the sheet holds."))
        return given

    def guardians(self) -> dict[Participant, tuple[str, str]]:
        """Participant -> (relation, name of the guardian), of those who are covered."""
        given, covered = self.cleaned_data, {}
        for person in self.people:
            relation = given.get(f"relasi-{person.pk}")
            if not relation and given.get("all_on_sheet"):
                relation = Relation.ON_SHEET
            if relation:
                covered[person] = (relation, given.get(f"wali-{person.pk}", ""))
        return covered


class ConsentWithdrawalForm(forms.Form):
    """Why a consent no longer holds."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("For example: the guardian took it back, or the wrong sheet."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say why the consent no longer holds.")},
        validators=[without_nik],
    )


class OverlapForm(forms.Form):
    """The decision on a person in two cohorts: both allowed, or one of the reader's own is not."""

    verdict = forms.ChoiceField(
        label=_("What is your decision?"),
        choices=[("allowed", _("Allowed: the person takes part in both"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a decision first.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Read by reviewers only, also by those of the other cohort."),
        max_length=REASON_LENGTH,
        validators=[without_nik],
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write the reason in one sentence.")},
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, cohorts: Sequence[Cohort], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.cohorts = {str(cohort.pk): cohort for cohort in cohorts}
        refusing = _("Not allowed in %(cohort)s, %(institution)s")
        fields: dict[str, Any] = self.fields
        fields["verdict"].choices += [
            (pk, refusing % {"cohort": cohort, "institution": cohort.institution})
            for pk, cohort in self.cohorts.items()
        ]

    def decision(self) -> dict[str, Any]:
        """What `Overlap.decide` wants."""
        given = self.cleaned_data
        refused = self.cohorts.get(given["verdict"])
        verdict = Overlap.Verdict.REFUSED if refused else Overlap.Verdict.ALLOWED
        return {
            "verdict": verdict, "refused": refused, "reason": given["reason"],
            "seen": given["seen"],
        }  # fmt: skip
