"""The forms of flags: those a reviewer writes with a return, and those an operator answers."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from itertools import zip_longest
from typing import Any, Protocol

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.privacy.validators import without_nik
from trainings.models import CohortReport, CohortReportFlag, Participant, ReportKind
from trainings.models.flag import (
    CHOICES_OF,
    COLUMNS,
    PLACES,
    REPORT,
    ROW,
    WHOLE,
    holder_of,
    places_of,
)
from trainings.row_forms import ROWS
from trainings.unlocking import GO_WITH, OF_ROSTER

MOST_FLAGS = 200
LONGEST_TEXT = 500
# The flags stand in the roster, outside the form they are sent with.
DECISION = {"form": "keputusan"}
ANEW = frozenset({"nik", "phone"})
NUMERIC = frozenset({"nik", "attendance", "pre_test", "post_test"})
HELPS = {
    "nik": _("16 digits from the KTP or KK. Leave it empty if the NIK is to stay."),
    "phone": _("For example 081234567890. Leave it empty if the number is to stay."),
    "birth_date": _("For example 12 Maret 1999 or 12/03/1999."),
}


class Complaint(Protocol):
    """What is wrong with something typed: where, what, and how to mend it."""

    @property
    def field(self) -> str: ...
    @property
    def column(self) -> str: ...
    @property
    def message(self) -> str: ...
    @property
    def cure(self) -> str: ...


def _text(
    *, label: Any, help_text: Any = "", widget_attrs: Mapping[str, str] | None = None
) -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=LONGEST_TEXT,
        validators=[without_nik], widget=forms.Textarea(attrs={"rows": 2, **(widget_attrs or {})}),
    )  # fmt: skip


class FlagForm(forms.Form):
    """One flag that a reviewer is writing; without a participant it is about the whole report."""

    flag_person = forms.IntegerField(required=False, widget=forms.HiddenInput(attrs=DECISION))
    flag_field = forms.ChoiceField(
        label=_("What is wrong?"), required=False, widget=forms.Select(attrs=DECISION)
    )
    flag_note = _text(
        label=_("What is wrong, and how to mend it?"),
        help_text=_("Without names and NIKs: the row is shown with it."),
        widget_attrs=DECISION,
    )

    def __init__(
        self, written: Mapping[str, str], people: Mapping[str, Participant],
        places: Mapping[str, Any], *, number: int, is_sent: bool,
    ) -> None:  # fmt: skip
        super().__init__(
            written if is_sent else None, initial=dict(written), auto_id=f"tanda{number}_%s"
        )
        self.number = number
        self.written = written
        self.person = people.get(written["flag_person"])
        self.is_whole = not written["flag_person"]
        field: Any = self.fields["flag_field"]
        if self.is_whole:
            own = [name for name in reversed(WHOLE) if name in places]
            field.choices = [(name, places[name]) for name in own]
            if own == [REPORT]:
                field.widget = forms.HiddenInput(attrs=DECISION)
        else:
            columns = [(name, label) for name, label in places.items() if name not in WHOLE]
            field.choices = [("", _("Choose a column")), *columns]

    @property
    def is_empty(self) -> bool:
        """Opened and not filled in: such a flag is not sent."""
        untouched = (REPORT, "") if self.is_whole else ("",)
        return self.written["flag_field"] in untouched and not self.written["flag_note"].strip()

    @property
    def field(self) -> str:
        """The place that is flagged; of the report itself all of it where none was chosen."""
        return self.written["flag_field"] or (REPORT if self.is_whole else "")

    @property
    def place(self) -> str:
        """The flagged column in words."""
        return str(PLACES.get(self.field, ""))

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if self.is_empty:
            return cleaned
        if not self.is_whole and self.person is None:
            raise ValidationError(
                _("This participant is not on the roster. Remove the flag to go on.")
            )
        if not self.field:
            self.add_error("flag_field", gettext("Choose what is wrong in this row."))
        if not cleaned.get("flag_note") and "flag_note" not in self.errors:
            self.add_error("flag_note", gettext("Write what is wrong and how to mend it."))
        return cleaned

    def raised(self, report: CohortReport) -> CohortReportFlag:
        """The flag for a return of the report."""
        return report.flag(self.person, field=self.field, note=self.cleaned_data["flag_note"])


class FlagForms:
    """The flags a reviewer is writing: they travel with the page until they are sent.

    Pressing "flag" at a row adds one and shows the page again: a roster of thousands of rows holds
    no more fields than there are flags.
    """

    def __init__(
        self, kind: str, people: Iterable[Participant], data: QueryDict | None = None, *,
        is_draft: bool = False,
    ) -> None:  # fmt: skip
        self.people = {str(person.pk): person for person in people}
        data = QueryDict() if data is None else data
        # Adding or removing one is a step on the way, as is going on; nothing is judged yet.
        self.is_step = is_draft or "mark" in data or "unmark" in data
        names = FlagForm.base_fields
        columns = [data.getlist(name) for name in names]
        entries = [
            dict(zip(names, values, strict=True)) for values in zip_longest(*columns, fillvalue="")
        ][:MOST_FLAGS]
        if self.is_step:
            entries = self._stepped(entries, data)
        self.forms = [
            FlagForm(entry, self.people, places_of(kind), number=number, is_sent=not self.is_step)
            for number, entry in enumerate(entries)
        ]
        if not self.is_step:
            self._refuse_doubles()

    def _stepped(self, entries: list[dict[str, str]], data: QueryDict) -> list[dict[str, str]]:
        mark, unmark = data.get("mark"), data.get("unmark")
        if mark is not None and (mark in self.people or not mark) and len(entries) < MOST_FLAGS:
            entries.append({"flag_person": mark, "flag_field": "", "flag_note": ""})
        return [entry for number, entry in enumerate(entries) if str(number) != unmark]

    def _refuse_doubles(self) -> None:
        seen: set[tuple[str, str]] = set()
        for form in self.filled:
            place = form.written["flag_person"], form.field
            if place in seen and form.is_valid():
                form.add_error(
                    None, gettext("This place is flagged already. Remove one of the two.")
                )
            seen.add(place)

    @property
    def filled(self) -> list[FlagForm]:
        return [form for form in self.forms if not form.is_empty]

    @property
    def faulty(self) -> list[FlagForm]:
        return [form for form in self.filled if not form.is_valid()]

    @property
    def without_row(self) -> list[FlagForm]:
        """Those on the whole report, and those whose participant is not on the roster."""
        return [form for form in self.forms if form.person is None]

    def of(self, person: Participant) -> list[FlagForm]:
        return [form for form in self.forms if form.person == person]

    def raised(self, report: CohortReport) -> list[CohortReportFlag]:
        """The flags for a return of the report."""
        return [form.raised(report) for form in self.filled]


class AnswerForm(forms.Form):
    """What an operator does about one flag: mend the value in place, or say why it is right."""

    def __init__(
        self, flag: CohortReportFlag, kind: str, names: Iterable[str],
        data: QueryDict | None = None,
    ) -> None:  # fmt: skip
        super().__init__(data, prefix=f"tanda-{flag.pk}", initial={"answer": flag.answer})
        self.flag = flag
        if flag.participant:
            control = _control if kind in OF_ROSTER else _outcome_control
            self.fields |= {name: control(flag.participant, kind, name) for name in names}
        self.fields["answer"] = _text(
            label=_("Or: why is it right as it stands?"),
            help_text=_("Without names and NIKs. The reviewer reads it."),
        )

    def typed(self) -> dict[str, str]:
        """Field -> text, of the values that were changed."""
        return {
            name: text
            for name, text in self.cleaned_data.items()
            if name != "answer" and text != str(self.fields[name].initial or "")
        }

    def go_on_with(self, typed: Mapping[str, str]) -> None:
        """Show what was typed before in place of what is stored; nothing is judged yet."""
        for name in self.fields:
            if (key := self.add_prefix(name)) in typed:
                self.initial[name] = typed[key]

    def show(self, faults: Iterable[Complaint]) -> None:
        """Put faults beside the fields they are about; those of other fields above all."""
        for fault in faults:
            text = f"{fault.message} {fault.cure}".strip()
            if fault.field in self.fields:
                self.add_error(fault.field, text)
            else:
                self.add_error(None, f"{fault.column}: {text}")


def _control(person: Participant, kind: str, name: str) -> forms.Field:
    """The field in which a value of the roster is mended; personal numbers are typed anew."""
    label = f"{PLACES[name]} {person.name}"
    value = "" if name in ANEW else person.as_cells()[name]
    if name in CHOICES_OF:
        unset = [] if value else [("", _("Choose"))]
        choices = [*unset, *CHOICES_OF[name]]
        return forms.ChoiceField(label=label, choices=choices, initial=value, required=False)
    attrs = {"autocomplete": "off"} | ({"inputmode": "numeric"} if name in NUMERIC else {})
    return forms.CharField(
        label=label, initial=value, required=False, help_text=HELPS.get(name, ""),
        widget=forms.TextInput(attrs=attrs),
    )  # fmt: skip


def _outcome_control(person: Participant, kind: str, name: str) -> forms.Field:
    """The field in which a value of certification or placement is mended."""
    field = deepcopy(ROWS[kind].base_fields[name])
    field.label = f"{PLACES[name]} {person.name}"
    field.initial = getattr(holder_of(person, kind), name, "")
    return field


def answer_forms(
    report: CohortReport, flags: Iterable[CohortReportFlag], data: QueryDict | None = None
) -> list[AnswerForm]:
    """A form for each flag that can be answered; a removed row needs no answer any more."""
    flags = [flag for flag in flags if not flag.is_removed]
    columns = _mendable(report) if flags else []
    apart = {(flag.participant_id, flag.field) for flag in flags}
    forms_of_flags = []
    for flag in flags:
        meant = {flag.field}
        if flag.field == ROW:
            meant = set(columns)
        elif report.kind not in OF_ROSTER:
            meant |= set(GO_WITH.get(flag.field, ()))
        elsewhere = {name for name in meant if (flag.participant_id, name) in apart}
        names = [name for name in columns if name in meant - (elsewhere - {flag.field})]
        forms_of_flags.append(AnswerForm(flag, report.kind, names, data))
    return forms_of_flags


def _mendable(report: CohortReport) -> list[str]:
    """The columns that are mended beside their flags: the roster lies with the closing report."""
    is_closed = report.kind == ReportKind.OPENING and not report.cohort.closing.is_open
    return [] if is_closed else list(COLUMNS[report.kind])
