"""The form of the results: one choice a participant, beside what the page showed before."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from trainings.models import Participant
from trainings.results import TypedResult

CHOICES = [("", _("Choose")), *Participant.Result.choices]
RESULTS = dict(CHOICES)


class ResultsForm(forms.Form):
    """One result a participant: the field of participant 12 is called result-12.

    was-12 carries what the page showed, so that only what was changed here is written. `typed` is
    a draft of the same form.
    """

    def __init__(
        self, *args: Any, participants: Sequence[Participant], typed: Mapping[str, str] = {}
    ) -> None:
        super().__init__(*args)
        self.participants = participants
        self.shown = typed or self.data
        for person in participants:
            name = f"result-{person.pk}"
            self.fields[name] = forms.ChoiceField(
                label=person.name, choices=CHOICES, required=False,
                initial=typed.get(name, person.result),
            )  # fmt: skip

    def seen(self, person: Participant) -> str:
        """What the page showed; without a word of it, what is stored now."""
        seen = str(self.shown.get(f"was-{person.pk}", person.result))
        return seen if seen in RESULTS else person.result

    def results(self) -> dict[int, TypedResult]:
        """By participant id, for all whose field was sent."""
        return {
            person.pk: TypedResult(self.cleaned_data[name], self.seen(person))
            for person in self.participants
            if (name := f"result-{person.pk}") in self.data
        }

    def refresh(self, participants: Iterable[Participant], clashes: Mapping[int, str]) -> None:
        """Take over what is stored now, and say beside each choice that was overtaken so."""
        self.participants = list(participants)
        for pk, stored in clashes.items():
            text = gettext(
                "Somebody else has stored “%(stored)s” meanwhile; you chose “%(chosen)s”. Choose "
                "what holds, then save again."
            )
            told = {"stored": _said(stored), "chosen": _said(self.cleaned_data[f"result-{pk}"])}
            self.add_error(f"result-{pk}", text % told)

    def rows(self) -> list[tuple[Participant, BoundField, str]]:
        """Each participant with the choice and with what the page now shows as stored."""
        return [
            (person, self[name], person.result if self.is_bound else self.seen(person))
            for person in self.participants
            if (name := f"result-{person.pk}") in self.fields
        ]


def _said(result: str) -> object:
    return RESULTS[result] if result else "–"
