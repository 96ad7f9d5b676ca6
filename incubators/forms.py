"""The forms of incubators: the short list, evidence and its decision, strike-off and steps."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.formats import number, today_in_jakarta
from incubators.eligibility import bars_now
from incubators.models import Criterion, Incubator, SelectionRound
from incubators.stages import Move
from incubators.tenancy import TenantMove
from institutions.entry_forms import day_field, text_field
from institutions.forms import BulkStepForm, StepForm
from institutions.models import Institution
from institutions.paper_forms import NUMBER_LENGTH, PaperField

__all__ = [
    "BridgeForm", "BulkStepForm", "DropForm", "EvidenceForm", "IncubatorForm", "PastForm",
    "RankForm", "ReasonForm", "ReplaceForm", "SelectionRoundForm", "StrikeForm", "VerbForm",
]  # fmt: skip


class IncubatorForm(forms.ModelForm):
    """An institution on the list of a round, with what the selection decided of it.

    since: of a round that is entered late, the day on which it came on the list.
    """

    since = day_field(label=_("On the list since"))

    class Meta:
        model = Incubator
        fields = ("institution", "round", "rank", "score", "reserve_position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "since" in self.fields:
            self.fields["since"].initial = today_in_jakarta()

    def clean_institution(self) -> Institution:
        """Refuse a new candidate that the register bars, with every reason."""
        institution: Institution = self.cleaned_data["institution"]
        if bars := bars_now(institution.pk, on=today_in_jakarta()):
            raise forms.ValidationError([str(bar.label) for bar in bars])
        return institution

    def clean(self) -> dict[str, Any]:
        """Under the round's lock until it is stored, so that nothing is decided meanwhile."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_ranked = bool(self.instance.pk) and "rank" in self.fields
        if is_ranked and not self.instance.awaits_selection():
            raise forms.ValidationError(
                gettext("The selection has been carried out; its ranks stay.")
            )
        return cleaned


class SelectionRoundForm(forms.ModelForm):
    """A round with its decree; the paper of the decree is stored beside it."""

    file = PaperField(label=_("Paper of the decree"), required=False)

    class Meta:
        model = SelectionRound
        fields = ("programme_year", "decree", "decreed_on", "places")

    def clean_places(self) -> int:
        """Never fewer places than are taken: nobody loses one by a typed number."""
        places: int = self.cleaned_data["places"]
        taken = self.instance.taken() if self.instance.pk else 0
        if places < taken:
            text = gettext("%(n)s places are taken. Strike off first, then lower the number.")
            raise forms.ValidationError(text % {"n": number(taken)})
        return places

    def keep_paper(self, *, by: User) -> None:
        """Store the paper that came with the form, if any."""
        if file := self.cleaned_data.get("file"):
            self.instance.keep_decree(file, by=by)


class BridgeForm(forms.Form):
    """The two days of a bridge."""

    dari = day_field(label=_("From the end of"), required=False, is_past=False)
    sampai = day_field(label=_("To the end of"), required=False, is_past=False)

    def clean(self) -> dict[str, Any]:
        super().clean()
        first, last = self.cleaned_data.get("dari"), self.cleaned_data.get("sampai")
        if first and last and last < first:
            self.add_error("sampai", gettext("The second day lies before the first one."))
        return self.cleaned_data


class PastForm(forms.Form):
    """The day that a page is asked about."""

    pada = day_field(label=_("As of"), required=False, is_past=False)


class ReasonForm(forms.Form):
    """Why something is refused, withdrawn or undone."""

    reason = text_field(
        label=_("Reason"), length=300, required=True,
        error_messages={"required": _("Say why: the reason is kept in the history.")},
    )  # fmt: skip


class VerbForm(StepForm):
    """When an incubator or a tenant took a step, and why where the step asks for it."""

    def __init__(self, *args: Any, move: Move | TenantMove, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].help_text = ""
        reason = self.fields["reason"]
        reason.help_text = ""
        if move.needs_reason:
            reason.label, reason.required = _("Reason"), True
            reason.error_messages["required"] = _("Say why: the reason is kept in the history.")
        else:
            reason.label = _("Note")


class RankForm(forms.Form):
    """What the selection decided of a candidate; empty where it decided nothing."""

    rank = forms.IntegerField(
        label=_("Rank"), required=False, min_value=1, max_value=9999,
        error_messages={"invalid": _("Write a whole number, for example 12.")},
    )  # fmt: skip
    score = forms.DecimalField(
        label=_("Score"), required=False, min_value=0, max_digits=6, decimal_places=2,
        localize=True, help_text=_("For example 87,50."),
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"invalid": _("Write a number, for example 87,50.")},
    )  # fmt: skip
    reserve_position = forms.IntegerField(
        label=_("Place on the reserve list"), required=False, min_value=1, max_value=9999,
        help_text=_("Empty: not on the reserve list."),
        error_messages={"invalid": _("Write a whole number, for example 12.")},
    )  # fmt: skip


class _InRound(forms.Form):
    """A decision about the places of a round."""

    def __init__(self, *args: Any, round_: SelectionRound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class DropForm(_InRound):
    """A strike-off from the short list, with its reason: no place becomes free."""

    reason = text_field(
        label=_("Reason of the strike-off"), length=300, rows=3, required=True,
        error_messages={"required": _("Say why: the reason is kept in the history.")},
    )  # fmt: skip
    on = day_field(label=_("Date of the decision"))


class ReplaceForm(_InRound):
    """The day on which the next of the reserve list takes a place.

    successor: whom the person saw as the next one, so that a list that moved is noticed.
    """

    on = day_field(label=_("Date of the decision"))
    successor = forms.ModelChoiceField(Incubator.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, round_: SelectionRound, **kwargs: Any) -> None:
        super().__init__(*args, round_=round_, **kwargs)
        successor = cast("forms.ModelChoiceField", self.fields["successor"])
        successor.queryset = round_.reserve().select_related("institution__regency")
        successor.error_messages["invalid_choice"] = _(
            "The reserve list has changed meanwhile. Reload the page to see who comes next."
        )


class StrikeForm(ReplaceForm, DropForm):
    """A strike-off with its reason, and whether the next of the reserve list takes the place."""

    REPLACE, LEAVE = "ganti", "kosong"

    then = forms.ChoiceField(
        label=_("The place that becomes free"), widget=forms.RadioSelect,
        choices=[
            (REPLACE, _("The next of the reserve list takes it at once")),
            (LEAVE, _("It stays free for now")),
        ],
    )  # fmt: skip
    field_order = ["reason", "on", "then", "successor"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].required = False

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if cleaned.get("then") == self.LEAVE:
            cleaned["successor"] = None
        elif not cleaned.get("successor") and "successor" not in self.errors:
            self.add_error("then", gettext("Nobody on the reserve list can take the place now."))
        return cleaned


class EvidenceForm(forms.Form):
    """A paper that proves a criterion, with the days between which it holds."""

    criterion = forms.ModelChoiceField(
        Criterion.objects.none(), label=_("Which criterion does it prove?"),
        error_messages={
            "required": _("Choose the criterion."),
            "invalid_choice": _("There is no such criterion. Choose one of the list."),
        },
    )  # fmt: skip
    file = PaperField()
    number = forms.CharField(
        label=_("Number of the paper"), required=False, max_length=NUMBER_LENGTH
    )
    valid_from = day_field(label=_("Valid from"))
    valid_to = day_field(
        label=_("Valid until"), required=False, is_past=False,
        help_text=_("Leave empty where the paper names no end."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = Criterion.objects.in_force(on=today_in_jakarta())
        cast("forms.ModelChoiceField", self.fields["criterion"]).queryset = asked

    def clean(self) -> dict[str, Any]:
        super().clean()
        given = self.cleaned_data
        criterion: Criterion | None = given.get("criterion")
        starts: date | None = given.get("valid_from")
        ends: date | None = given.get("valid_to")
        if criterion and criterion.may_expire and not ends and "valid_to" not in self.errors:
            self.add_error("valid_to", gettext("Fill in until when this evidence is valid."))
        if starts and ends and ends < starts:
            text = gettext("The evidence ends before it begins. Check both dates.")
            self.add_error("valid_to", text)
        if ends and ends < today_in_jakarta():
            self.add_error(
                "valid_to", gettext("This evidence has ended already. Choose a newer one.")
            )
        return given
