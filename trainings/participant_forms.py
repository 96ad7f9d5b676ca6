"""The form of one participant, as it is filled in on a phone."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from institutions.compared_forms import ComparedForm
from trainings.faults import Fault
from trainings.models import Participant
from trainings.one_participant import NOT_SHOWN
from trainings.unlocking import Unlocked

SANTRI = [("", _("Choose")), ("ya", _("Yes")), ("tidak", _("No"))]


class AskedFor(forms.CharField):
    """Marked as needed; that it is empty is said by the checks, together with all other faults."""

    def validate(self, value: Any) -> None:
        pass


class AskedChoice(forms.ChoiceField):
    """The same for a choice."""

    def validate(self, value: Any) -> None:
        if value:
            super().validate(value)


def _typed(label: Any, help_text: Any = "", *, required: bool = False, **attrs: str) -> Any:
    """A field of one line that no browser fills in from its memory of other people."""
    widget = forms.TextInput(attrs={"autocomplete": "off", **attrs})
    kind = AskedFor if required else forms.CharField
    return kind(label=label, help_text=help_text, required=required, widget=widget)


class ParticipantForm(ComparedForm):
    """What is known of a participant, typed row by row; the checks are those of a roster row.

    Everything is taken as text, so that a birth date may be written as in a spreadsheet and what
    was typed comes back as it was.
    """

    name = _typed(_("Name"), _("As on the KTP or KK."), required=True, autocapitalize="words")
    nik = _typed("NIK", _("16 digits. Leave it empty if there is none yet."), inputmode="numeric")
    sex = AskedChoice(label=_("Sex"), choices=Participant.Sex.choices, widget=forms.RadioSelect)
    birth_place = _typed(_("Birth place"), autocapitalize="words")
    birth_date = _typed(
        _("Birth date"), _("For example 12 Maret 1999 or 12/03/1999."), required=True
    )
    education = _typed(_("Education"), _("For example SMP, SMA or S1."))
    address = _typed(_("Address"))
    phone = _typed(_("Phone"), inputmode="tel")
    disability = forms.ChoiceField(
        label=_("Disability"), choices=Participant.Disability.choices, initial="none",
        required=False,
    )  # fmt: skip
    is_santri = forms.ChoiceField(label=_("Lives in the pesantren"), choices=SANTRI, required=False)

    def __init__(
        self, *args: Any, stored: Participant | None = None, open_now: Unlocked | None = None,
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        masked = _masked(stored)
        for name, text in masked.items():
            help_text = gettext("Stored: %(masked)s. Leave it empty to keep it, or type it anew.")
            self.fields[name].help_text = help_text % {"masked": text}
        self.stored = self.cells_of(stored) if stored else {}
        self.carry_shown(*(name for name in self.fields if name in self.stored))
        self.locked: list[str] = []
        if stored and open_now:
            self.locked = [name for name in self.fields if not open_now.allows(stored.pk, name)]
        for name in self.locked:
            self.initial.pop(name, None)
            stored_text = self.stored.get(name, "")
            self.fields[name] = _locked(self.fields[name], stored_text, masked.get(name))

    @property
    def is_closed(self) -> bool:
        """Whether nothing of this row may change now."""
        return len(self.locked) == len(self.fields)

    @classmethod
    def cells_of(cls, participant: Participant) -> dict[str, str]:
        """The fields as a stored participant fills them; what is masked stays empty."""
        cells = participant.as_cells()
        return {name: text for name, text in cells.items() if name not in NOT_SHOWN}

    def clean(self) -> dict[str, Any]:
        cells = super().clean() or self.cleaned_data
        for name in self.stored.keys() & self.fields.keys() - set(self.locked):
            self.compare(name)
        for name in self.locked:
            typed, shown = self.data.get(name), self.fields[name].initial
            if typed is not None and typed.strip() not in (str(shown), self.stored.get(name, "")):
                text = gettext(
                    "Only what the reviewer flagged can be changed now. You typed “%(typed)s”; "
                    "what is stored stays."
                )
                self.add_error(name, text % {"typed": typed})
        return cells

    def add_faults(self, faults: Iterable[Fault]) -> None:
        """Say at its field what is wrong, and the cure."""
        for found in faults:
            field = found.field if found.field in self.fields else None
            self.add_error(field, f"{found.message} {found.cure}")

    def cells(self) -> Mapping[str, str]:
        """What was typed, by field; what is locked stands as it is stored."""
        kept = {name: self.stored.get(name, "") for name in self.locked}
        return {**self.cleaned_data, **kept}


def _locked(field: Any, stored: str, masked: str | None) -> forms.CharField:
    """A field that a returned report does not open: read-only, in words, with the reason."""
    words = {str(value): str(label) for value, label in getattr(field, "choices", ())}
    text = masked or (words.get(stored, stored) if stored else "–")
    return forms.CharField(
        label=field.label, initial=text, disabled=True, required=False,
        help_text=_("Locked: the reviewer did not flag it."), widget=ReadOnly,
    )  # fmt: skip


class ReadOnly(forms.TextInput):
    """A field that can be read and reached with the keyboard, and not typed into."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        attrs = super().build_attrs(base_attrs, extra_attrs)
        # A field with the attribute `disabled` is passed over by keyboards and screen readers.
        attrs.pop("disabled", None)
        return attrs | {"readonly": True}


def _masked(stored: Participant | None) -> dict[str, str]:
    """What is stored but not shown in full, by field."""
    if stored is None:
        return {}
    phone = stored.phone and f"{stored.phone[:4]}••••{stored.phone[-2:]}"
    return {name: text for name, text in (("nik", stored.masked_nik), ("phone", phone)) if text}
