"""What is entered of each participant for a report: one small form a row, and one for all."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.privacy.validators import without_nik
from institutions.compared_forms import ComparedForm
from institutions.kbli import Section
from trainings.models import (
    Certification,
    CohortReportFlag,
    Participant,
    Placement,
    ReportKind,
)
from trainings.models.flag import ROW
from trainings.models.outcome import province_choices
from trainings.unlocking import Unlocked

CHOOSE = ("", _("Choose"))
FILL = "fill"


def _choice(label: Any, choices: Iterable[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[CHOOSE, *choices], required=False)


def _score(label: Any) -> forms.IntegerField:
    field = forms.IntegerField(label=label, min_value=0, max_value=100, required=False)
    field.widget.attrs["inputmode"] = "numeric"
    return field


class RowForm(ComparedForm):
    """The cells of one participant; the field of participant 12 is called result-12.

    leading: the cell that all others need. alike: the cells that are often the same for everybody,
    each with what is most often right.
    """

    leading: ClassVar[str]
    alike: ClassVar[Mapping[str, str]]

    def __init__(
        self, data: QueryDict | None, person: Participant, row: Any,
        open_now: Unlocked | None = None,
    ) -> None:  # fmt: skip
        self.person = person
        initial = {name: getattr(row, name) for name in self.base_fields} if row else {}
        super().__init__(data, initial=initial)
        self.carry_shown(*self.fields)
        for name, field in self.fields.items():
            # What is locked stays as it is stored, whatever is sent.
            field.disabled = open_now is not None and not open_now.allows(person.pk, name)

    @property
    def open_cells(self) -> list[forms.BoundField]:
        """The fields that may change."""
        return [field for field in self if not field.field.disabled]

    @property
    def locked_cells(self) -> list[tuple[str, str]]:
        """Those that may not, each with what is stored, in words."""
        return [
            (str(field.label), self.said(field.name, self.initial.get(field.name)))
            for field in self
            if field.field.disabled
        ]

    @property
    def flags(self) -> list[CohortReportFlag]:
        """The flags of the last return on this row and its cells."""
        flags = getattr(self.person, "standing_flags", ())
        return [flag for flag in flags if flag.field == ROW or flag.field in self.fields]

    def add_prefix(self, field_name: str) -> str:
        return f"{field_name}-{self.person.pk}"

    @property
    def sent(self) -> dict[str, Any]:
        """The cells that were changed on the page and are right, by name.

        A page that does not say what it showed means every cell that it sent.
        """
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if (written := self.add_prefix(name)) in self.data
            and self._differs(name, self.data.get(self.add_initial_prefix(name)), written)
        }

    def _differs(self, name: str, seen: str | None, written: str) -> bool:
        return seen is None or self.fields[name].has_changed(seen, self.data[written])

    def clean(self) -> dict[str, Any]:
        cells = super().clean() or self.cleaned_data
        for name in self.fields:
            self.compare(name)
            if self.fields[name].disabled:
                self._refuse_locked(name)
        return cells

    def _refuse_locked(self, name: str) -> None:
        """Say so where an older page sends another value for a cell that is locked by now."""
        field, chosen = self.base_fields[name], self.data.get(self.add_prefix(name))
        stored = self.initial.get(name)
        if chosen is None or not field.has_changed(stored, chosen):
            return
        text = gettext(
            "Only what the reviewer flagged can be changed now. %(column)s: “%(stored)s” is "
            "stored, you chose “%(chosen)s”."
        )
        told = {"column": self.fields[name].label, "stored": self.said(name, stored)}
        self.add_error(None, text % {**told, "chosen": self.said(name, chosen)})

    @classmethod
    def fits(cls, name: str, cells: Mapping[str, str]) -> bool:
        """Whether a cell that was left empty takes what holds for all."""
        return True


class ResultRow(RowForm):
    """Result, attendance and tests, for the closing report."""

    result = _choice(_("Result"), Participant.Result.choices)
    attendance = _score(_("Attendance (%)"))
    pre_test = _score(_("Pre-test"))
    post_test = _score(_("Post-test"))

    leading = "result"
    alike = {"result": Participant.Result.PASSED, "attendance": "100"}

    @classmethod
    def fits(cls, name: str, cells: Mapping[str, str]) -> bool:
        return name == "result" or cells.get("result") != Participant.Result.WITHDRAWN


class CertificationRow(RowForm):
    """Competency, the LSP and the certificate."""

    competency = _choice(_("Competency"), Certification.Competency.choices)
    body = _choice(_("Certified by"), Certification.Body.choices)
    number = forms.CharField(
        label=_("Certificate number"), max_length=60, required=False, validators=[without_nik]
    )

    leading = "competency"
    alike = {"competency": Certification.Competency.COMPETENT, "body": ""}

    @classmethod
    def fits(cls, name: str, cells: Mapping[str, str]) -> bool:
        not_assessed = cells.get("competency") == Certification.Competency.NOT_ASSESSED
        return name == "competency" or not not_assessed

    def clean(self) -> dict[str, Any]:
        cells = super().clean() or self.cleaned_data
        competency = cells.get("competency")
        if not competency and (cells.get("body") or cells.get("number")):
            self.add_error("competency", gettext("Choose the competency first."))
        elif competency == Certification.Competency.NOT_ASSESSED and cells.get("body"):
            self.add_error("body", gettext("Leave this empty for who was not assessed."))
        if competency and competency != Certification.Competency.COMPETENT and cells.get("number"):
            self.add_error("number", gettext("Only who is competent has a certificate number."))
        return cells


class PlacementRow(RowForm):
    """What the participant does now, where and in which line of business."""

    outcome = _choice(_("What they do now"), Placement.Outcome.choices)
    workplace = forms.CharField(
        label=_("Employer or own business"), max_length=150, required=False,
        validators=[without_nik],
    )  # fmt: skip
    section = _choice(_("Line of business (KBLI)"), Section.choices)
    domicile = forms.ChoiceField(
        label=_("Lives in (province)"), required=False,
        choices=[("", _("Province of the institution")), *province_choices()],
    )  # fmt: skip

    leading = "outcome"
    alike = {"outcome": Placement.Outcome.NOT_WORKING}

    def clean(self) -> dict[str, Any]:
        cells = super().clean() or self.cleaned_data
        outcome = cells.get("outcome")
        for name in ("workplace", "section"):
            if cells.get(name) and outcome not in Placement.WORKING and "outcome" in cells:
                text = gettext("Only who works has an employer or a business. Mend one of the two.")
                self.add_error(name, text)
        return cells


ROWS: dict[str, type[RowForm]] = {
    ReportKind.CLOSING: ResultRow,
    ReportKind.CERTIFICATION: CertificationRow,
    ReportKind.PLACEMENT_3: PlacementRow,
    ReportKind.PLACEMENT_6: PlacementRow,
}


class RowForms:
    """The forms of all participants of a report, and above them the one for all who are blank."""

    def __init__(
        self,
        kind: str,
        rows: Iterable[tuple[Participant, Any]],
        data: QueryDict | None = None,
        *,
        open_now: Unlocked | None = None,
    ) -> None:
        self.row, open_now = ROWS[kind], open_now or Unlocked()
        every, rows = list(rows), []
        self.locked: list[tuple[Participant, Any]] = []
        for person, row in every:
            is_open = open_now.allows_any(person.pk, self.row.base_fields)
            is_sent = data is not None and f"{self.row.leading}-{person.pk}" in data
            (rows if is_open or is_sent else self.locked).append((person, row))
        self.is_filling = data is not None and FILL in data
        if data is not None and self.is_filling:
            data = self._filled(data, [person for person, _row in rows])
        self.forms = [self.row(data, person, row, open_now) for person, row in rows]
        self.for_all = forms.Form(data if self.is_filling else None)
        for name, value in self.row.alike.items():
            field = deepcopy(self.row.base_fields[name])
            field.initial = value
            self.for_all.fields[f"{FILL}-{name}"] = field

    def _filled(self, data: QueryDict, people: Iterable[Participant]) -> QueryDict:
        """What was sent, with the cells left empty filled by what holds for all."""
        filled = data.copy()
        for person in people:
            cells: dict[str, str] = {}
            for name in self.row.base_fields:
                key = f"{name}-{person.pk}"
                cells[name] = filled.get(key, "").strip()
                common = data.get(f"{FILL}-{name}", "") if name in self.row.alike else ""
                if not cells[name] and key in data and self.row.fits(name, cells):
                    filled[key] = cells[name] = common
        return filled

    @property
    def faulty(self) -> list[RowForm]:
        """The rows with something to mend."""
        return [form for form in self.forms if form.errors]

    def sent(self) -> dict[int, dict[str, Any]]:
        """Participant id -> the cells that were sent, for all who were asked about."""
        return {form.person.pk: cells for form in self.forms if (cells := form.sent)}


class LateForm(forms.Form):
    """Why one participant was added after the opening report."""

    reason = forms.CharField(
        max_length=300, validators=[without_nik],
        error_messages={"required": _("Write the reason in one sentence.")},
    )  # fmt: skip

    def __init__(self, data: QueryDict | None, person: Participant) -> None:
        self.person = person
        initial = {"reason": person.late_reason}
        super().__init__(data, prefix=f"menyusul-{person.pk}", initial=initial)
        self.fields["reason"].label = gettext("Why was %(name)s added later?") % {"name": person}


class LateForms:
    """The reasons for all who were added after the opening report."""

    def __init__(self, people: Iterable[Participant], data: QueryDict | None = None) -> None:
        self.forms = [LateForm(data, person) for person in people]

    @property
    def faulty(self) -> list[LateForm]:
        """Those with something to mend."""
        return [form for form in self.forms if form.errors]

    def reasons(self) -> dict[int, str]:
        """Participant id -> reason."""
        return {form.person.pk: form.cleaned_data["reason"] for form in self.forms}
