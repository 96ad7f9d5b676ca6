"""The forms of the register: steps of one institution or several, and what staff keep by hand."""

import datetime
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.forms import OneMailEach, UserChangeForm
from blk_portal.accounts.models import User, today
from blk_portal.accounts.roles import Role
from blk_portal.privacy.validators import without_nik
from institutions.lifecycle import MOVES, MilestoneKind, Move
from institutions.models import (
    AreaAssignment,
    FieldAlias,
    Institution,
    InstitutionTransition,
    Milestone,
)
from institutions.models.institution import MoveRefused
from institutions.models.membership import LastOperator, MembershipQuerySet
from institutions.models.programme import normalise_field
from institutions.simultaneous_forms import SimultaneousForm

# The first BLK Komunitas were built in TA 2017; their proposals are a year older.
EARLIEST = datetime.date(2016, 1, 1)
REASON_LENGTH = InstitutionTransition._meta.get_field("reason").max_length
NUMBER_LENGTH = Milestone._meta.get_field("document_number").max_length


class DayForm(forms.Form):
    """The day on which something took place: never one to come, none before the programme."""

    on = forms.DateField(
        label=_("Date"),
        help_text=_("As it stands on the paper."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Fill in the date."),
            "invalid": _("This is not a date. Write it as in 13/09/2022."),
        },
    )

    def clean_on(self) -> datetime.date:
        on: datetime.date = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise forms.ValidationError(
                _("The date lies in the future. Record the step when it is done.")
            )
        if on < EARLIEST:
            raise forms.ValidationError(
                _("The date lies before the programme began. Check the year.")
            )
        return on


class StepForm(DayForm):
    """When a step took place, and why: what every verb is told."""

    reason = forms.CharField(
        label=_("Note or reason"),
        help_text=_("Needed for a rejection, a withdrawal and a cancellation."),
        required=False,
        max_length=REASON_LENGTH,
        validators=[without_nik],
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].label = _("Date of the step")


class MoveForm(StepForm):
    """One step of one institution; `seen` is the status that the person had before them."""

    verb = forms.ChoiceField(
        label=_("Which step?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose a step first."),
            "invalid_choice": _("There is no such step. Choose one of the list."),
        },
    )
    document_number = forms.CharField(
        label=_("Number of the paper"),
        help_text=_("Needed for a PKB; for a hand-over the number of the BAST."),
        required=False,
        max_length=NUMBER_LENGTH,
    )
    seen = forms.ChoiceField(choices=Institution.Status, widget=forms.HiddenInput)
    field_order = ["verb", "on", "document_number", "reason"]

    def __init__(self, *args: Any, institution: Institution, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.institution = institution
        self.fields["seen"].initial = institution.status
        # A step that somebody else has just made impossible is refused by the verb, not as unknown.
        moves = MOVES if self.is_bound else institution.possible_moves()
        self._offer(moves)

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        move = MOVES.get(cleaned.get("verb", ""))
        if move is None:
            return cleaned
        number = cleaned.get("document_number", "")
        if move.needs_reason and not cleaned.get("reason"):
            self.add_error("reason", gettext("Say why: the reason is kept in the history."))
        if move.milestone == MilestoneKind.PKB and not number:
            self.add_error("document_number", gettext("A PKB needs its number."))
        if number and not move.milestone:
            self.add_error(
                "document_number",
                gettext("This step keeps no number. Write it in the note instead."),
            )
        if on := cleaned.get("on"):
            try:
                self.institution.refuse_early(on)
            except MoveRefused as refusal:
                self.add_error("on", str(refusal))
        return cleaned

    def brought_up_to_date(self) -> "MoveForm":
        """The form to try again with: what was typed, the steps that are possible now."""
        again = cast("QueryDict", self.data).copy()
        again["seen"] = self.institution.status
        self.data = again
        return self.with_possible_steps()

    def with_possible_steps(self) -> "MoveForm":
        """Offer only what may be done now, also in a form that came back."""
        possible = self.institution.possible_moves()
        self._offer(possible)
        return self

    def _offer(self, moves: dict[str, Move]) -> None:
        verb = cast("forms.ChoiceField", self.fields["verb"])
        verb.choices = [(name, move.label) for name, move in moves.items()]


class BulkStepForm(StepForm):
    """One step of several rows on one day; where the step has a paper, each row has its number."""

    confirmed = forms.BooleanField(widget=forms.HiddenInput, initial=True)

    def __init__(self, *args: Any, move: Any, rows: Sequence[models.Model], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = move.needs_reason
        self.fields["reason"].error_messages["required"] = gettext(
            "Say why: the reason is kept in the history."
        )
        if milestone := getattr(move, "milestone", None):
            for row in rows:
                self.fields[f"number-{row.pk}"] = forms.CharField(
                    label=gettext("Number of the paper: %(name)s") % {"name": row},
                    required=milestone == MilestoneKind.PKB,
                    max_length=NUMBER_LENGTH,
                    error_messages={"required": gettext("A PKB needs its number.")},
                )

    def number_field(self, row: models.Model) -> forms.BoundField | None:
        """The field for the number of a row's paper, where the step has one."""
        name = f"number-{row.pk}"
        return self[name] if name in self.fields else None

    def arguments(self, row: models.Model) -> dict[str, Any]:
        """What the verb of a row is told."""
        told = {"on": self.cleaned_data["on"], "reason": self.cleaned_data["reason"]}
        if self.number_field(row):
            told["document_number"] = self.cleaned_data[f"number-{row.pk}"]
        return told


class InstitutionForm(SimultaneousForm):
    """An institution as the register keeps it; a new one takes over the office of its regency."""

    def stored_row(self) -> Institution:
        stored: Institution = self.instance.held()
        return stored

    class Meta:
        model = Institution
        fields = (
            "code", "name", "foundation", "host_type", "replaces", "regency", "office", "field",
            "programme_year", "address", "vin", "nspp", "npsn", "contact_name", "contact_phone",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        regency = cleaned.get("regency")
        if self.instance.pk is None and regency and not cleaned.get("office"):
            cleaned["office"] = regency.office
        replaced = cleaned.get("replaces")
        if replaced and replaced.status not in (
            Institution.Status.CANCELLED,
            Institution.Status.WITHDRAWN,
        ):
            self.add_error(
                "replaces",
                gettext("Only the place of a cancelled or withdrawn institution can be taken."),
            )
        return cleaned


class AliasForm(forms.ModelForm):
    """A spelling of a vocational field; each spelling means one field, however it is written."""

    class Meta:
        model = FieldAlias
        fields = ("spelling",)

    def clean_spelling(self) -> str:
        spelling: str = self.cleaned_data["spelling"]
        key = normalise_field(spelling)
        if not key:
            raise forms.ValidationError(_("Write at least one letter or digit."))
        others = FieldAlias._default_manager.filter(key=key).exclude(pk=self.instance.pk)
        if known := others.select_related("field").first():
            raise forms.ValidationError(
                _("This spelling already means %(field)s."), params={"field": known.field}
            )
        return spelling


class AliasFormSet(forms.BaseInlineFormSet):
    """The spellings of one field: no two that are read the same."""

    def clean(self) -> None:
        super().clean()
        seen = set()
        for form in self.forms:
            given = getattr(form, "cleaned_data", {})
            key = normalise_field(given.get("spelling") or "")
            if not key or given.get("DELETE"):
                continue
            if key in seen:
                form.add_error("spelling", _("This spelling is written twice."))
            seen.add(key)


class AreaFormSet(forms.BaseInlineFormSet):
    """The areas of one person: none twice, and one in each row."""

    def clean(self) -> None:
        super().clean()
        seen = set()
        (exactly_one,) = (
            rule
            for rule in AreaAssignment._meta.constraints
            if rule.name == "areaassignment_exactly_one_area"
        )
        for form in self.forms:
            given = getattr(form, "cleaned_data", {})
            area = tuple(given.get(name) for name in ("office", "province", "regency"))
            if not any(area) or given.get("DELETE"):
                continue
            if len([one for one in area if one]) > 1:
                # Of an owner no form of a person asks, so Django passes over the constraint.
                form.add_error(None, str(exactly_one.violation_error_message))
            if area in seen:
                form.add_error(None, _("This person already has this area."))
            seen.add(area)


class OperatorForm(OneMailEach):
    """A new operator of one institution: a name, and an address if there is one."""

    class Meta:
        model = User
        fields = ("name", "email")
        labels = {"name": _("Full name"), "email": _("E-mail address")}
        help_texts = {
            "name": _("As on the identity card. One account for one person."),
            "email": _("If it is known, the link is also sent there."),
        }
        error_messages = {"name": {"required": _("Write the name of the operator.")}}

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_email(self) -> str:
        try:
            return super().clean_email()
        except forms.ValidationError as error:
            raise forms.ValidationError(
                _(
                    "Another account already has this e-mail address. If it is the same person, "
                    "ask the national administrator to add the account to this institution."
                )
            ) from error


class PersonForm(UserChangeForm):
    """An account; the last operator of an institution can be neither shut out nor made another."""

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        end = cleaned.get("valid_until")
        stays = (
            cleaned.get("role", Role.OPERATOR) == Role.OPERATOR
            and cleaned.get("is_active", True)
            and (end is None or end >= today())
        )
        if not stays:
            try:
                self.instance.memberships.ensure_others_stay()
            except LastOperator as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return cleaned


class MembershipFormSet(forms.BaseInlineFormSet):
    """Operators of an institution, or institutions of an operator: none loses its last."""

    def clean(self) -> None:
        super().clean()
        gone = [
            form.instance.pk
            for form in self.initial_forms
            if getattr(form, "cleaned_data", {}).get("DELETE")
        ]
        try:
            cast("MembershipQuerySet", self.queryset).filter(pk__in=gone).ensure_others_stay()
        except LastOperator as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
