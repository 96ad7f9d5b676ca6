"""The forms of a quarterly report: a block for each tenant, pasting, a file, and the decision."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.privacy.validators import without_nik
from incubators.models import IncubationReport, IncubationReportFlag
from incubators.quarter_checks import Examination, Line
from incubators.quarter_entry import Given
from incubators.quarter_faults import TEXTS, Code
from incubators.quarter_rules import FIELDS, SOURCES, Values, is_empty, read_cells
from institutions.compared_forms import ComparedForm
from institutions.entry_forms import text_field

YES_NO = [("ya", _("Yes")), ("tidak", _("No"))]
EXPLAIN = "reason-"
MONEY: Sequence[str] = ("kur", "kur_giver", "tkm", "csr", "own", "other", "other_giver")


def _cell(label: Any, mode: str = "", help_text: Any = "") -> forms.CharField:
    attributes = {"autocomplete": "off"} | ({"inputmode": mode} if mode else {})
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=400,
        widget=forms.TextInput(attrs=attributes),
    )  # fmt: skip


class TenantBlock(ComparedForm):
    """The quarter of one tenant; its cells go through the same rules as those of a file.

    Its page carries along what it showed, so that a page which lay open writes nothing over what
    was stored meanwhile.
    """

    turnover = _cell(
        _("Turnover of the quarter (Rp)"), help_text=_("For example 12.500.000 or 12,5 juta.")
    )
    workers_male = _cell(_("Male workers"), "numeric")
    workers_female = _cell(_("Female workers"), "numeric")
    operating = forms.ChoiceField(
        label=_("Does the business still run?"), choices=YES_NO, required=False
    )  # fmt: skip
    kur = _cell(_("KUR (Rp)"))
    kur_giver = _cell(_("Bank of the KUR"))
    tkm = _cell(_("TKM (Rp)"))
    csr = _cell(_("CSR (Rp)"))
    own = _cell(_("Own money (Rp)"))
    other = _cell(_("Other money (Rp)"))
    other_giver = _cell(_("Who gave the other money"))
    note = _cell(_("Note"))

    def __init__(self, data: QueryDict | None, line: Line) -> None:
        self.line = line
        super().__init__(data, prefix=f"t{line.tenant.pk}", initial=_stored(line))
        # A reason for what no longer stands out stays stored and is not asked for.
        codes = {str(found.code) for found in line.findings}
        if data is not None:
            start = f"{self.prefix}-{EXPLAIN}"
            codes |= {name.removeprefix(start) for name in data if name.startswith(start)}
        codes.add(Code.TENANT_MISSING)
        for code in sorted(codes & set(Code)):
            self.fields[EXPLAIN + code] = self._reason(Code(code))
        if line.flag is not None:
            self.fields["answer"] = text_field(
                label=_("Your answer to the reviewer"), length=500, rows=2
            )
        self.carry_shown(*self.fields)

    def _reason(self, code: Code) -> forms.CharField:
        if code == Code.TENANT_MISSING:
            label: Any = _("Nothing to report? Say why")
        else:
            told = next((found for found in self.line.findings if found.code == code), None)
            if told is None:
                label = _("Your reason, not needed any more: the figures no longer stand out")
            else:
                label = gettext("Say why: %(found)s") % {"found": told.message}
        return forms.CharField(
            label=label, required=False, max_length=300, validators=[without_nik],
            widget=forms.Textarea(attrs={"rows": 2}),
        )  # fmt: skip

    @property
    def figures(self) -> list[forms.BoundField]:
        return [self[name] for name in ("workers_male", "workers_female", "operating")]

    @property
    def money(self) -> list[forms.BoundField]:
        return [self[name] for name in MONEY]

    @property
    def is_money_open(self) -> bool:
        """Whether the fields of money are to be seen at once: they hold something, or a fault."""
        return any(name in self.errors or self[name].value() for name in MONEY)

    @property
    def warnings(self) -> list[forms.BoundField]:
        """Where to say why a warning is in order."""
        missing = EXPLAIN + Code.TENANT_MISSING
        return [self[name] for name in self.fields if name.startswith(EXPLAIN) and name != missing]

    @property
    def absence(self) -> forms.BoundField:
        return self[EXPLAIN + Code.TENANT_MISSING]

    @property
    def is_typed(self) -> bool:
        """Whether it says anything that is not stored; wants a form that was looked through.

        A page that does not say what it showed means all that it sent.
        """
        is_shown = self.add_initial_prefix("turnover") in self.data
        return bool(self.errors) or not is_shown or self.has_changed()

    def clean(self) -> dict[str, Any]:
        super().clean()
        for name in self.fields:
            self.compare(name)
        cells = {name: str(self.cleaned_data.get(name, "")) for name in FIELDS}
        self.values: Values | None = None
        if is_empty(cells):
            return self.cleaned_data
        values = read_cells(cells)
        for name, code in values.faults.items():
            if name not in self.errors:
                text, cure = TEXTS[code]
                self.add_error(name, f"{text} {cure}")
        self.values = values
        return self.cleaned_data

    def given(self) -> Given:
        """What is entered; wants a form that is valid."""
        reasons = {
            name.removeprefix(EXPLAIN): text.strip()
            for name, text in self.cleaned_data.items()
            if name.startswith(EXPLAIN)
        }
        answer = self.cleaned_data.get("answer", "").strip()
        return Given(self.line.tenant, self.values, reasons, answer)


def _stored(line: Line) -> dict[str, str]:
    told = {EXPLAIN + code: text for code, text in line.reasons.items()}
    if line.flag is not None:
        told["answer"] = line.flag.answer
    row = line.row
    if row is None:
        return told | {"operating": "ya"}
    found = told | {
        "turnover": dotted(row.turnover),
        "workers_male": str(row.workers_male),
        "workers_female": str(row.workers_female),
        "operating": "ya" if row.is_operating else "tidak",
        "note": row.note,
    }
    for source in SOURCES:
        there = [each for each in row.finance.all() if each.source == source]
        if there:
            found[source] = dotted(sum(each.amount for each in there))
            found[f"{source}_giver"] = there[0].giver
    return found


def dotted(amount: int) -> str:
    """As the fields ask for it, in every language of the page."""
    return f"{amount:,}".replace(",", ".")


def blocks_of(data: QueryDict | None, examined: Examination) -> list[TenantBlock]:
    """A block for each tenant; of a page that was sent, those that were on it."""
    lines = examined.lines
    if data is not None:
        lines = [line for line in lines if f"t{line.tenant.pk}-turnover" in data]
    return [TenantBlock(data, line) for line in lines]


class PasteForm(forms.Form):
    """Rows copied from a spreadsheet."""

    # It stands in one form with the blocks, which are sent without it.
    use_required_attribute = False
    text = forms.CharField(
        label=_("Rows from your spreadsheet"), max_length=200_000, strip=False,
        help_text=_("With or without headings; without them in the order that stands above."),
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        error_messages={"required": _("Copy the rows in your spreadsheet and paste them here.")},
    )  # fmt: skip


class FileForm(forms.Form):
    """The same rows in a file."""

    use_required_attribute = False
    file = forms.FileField(
        label=_("File with the rows"),
        help_text=_("Excel (.xlsx, .xls), LibreOffice (.ods) or CSV, at most 5 MB."),
        allow_empty_file=True,
        error_messages={"required": _("Choose the file first.")},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv"}),
    )


class QuarterDecisionForm(forms.Form):
    """What a reviewer decides on a submitted report, with a flag on each tenant that wants one."""

    VERIFY, SEND_BACK = "verify", "send_back"
    verb = forms.ChoiceField(
        label=_("What is your decision?"),
        choices=[(SEND_BACK, _("Return for mending")), (VERIFY, _("Verify"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a decision first.")},
    )
    comment = forms.CharField(
        label=_("Note to the operator"), required=False, max_length=2000,
        help_text=_("For a return: what is missing and how to mend it."),
        validators=[without_nik], widget=forms.Textarea(attrs={"rows": 4}),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, examined: Examination, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examined = examined
        for line in examined.lines:
            self.fields[f"flag-{line.tenant.pk}"] = forms.CharField(
                label=_("What is wrong, and how to mend it"), required=False, max_length=500,
                validators=[without_nik], widget=forms.Textarea(attrs={"rows": 2}),
            )  # fmt: skip

    @property
    def flagging(self) -> list[tuple[Line, forms.BoundField]]:
        return [(line, self[f"flag-{line.tenant.pk}"]) for line in self.examined.lines]

    @property
    def _notes(self) -> list[tuple[Line, str]]:
        notes = ((line, self.cleaned_data.get(f"flag-{line.tenant.pk}", "").strip())
                 for line in self.examined.lines)  # fmt: skip
        return [(line, note) for line, note in notes if note]

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        comment, verb = cleaned.get("comment", "").strip(), cleaned.get("verb")
        if verb == self.SEND_BACK and not comment and not self._notes:
            text = gettext("A return needs a note or a flag: what is missing and how to mend it.")
            self.add_error("comment", text)
        if verb == self.VERIFY and self._notes:
            text = gettext("Flags go with a return. Remove them to verify, or return the report.")
            self.add_error("verb", text)
        return cleaned

    def flags(self, report: IncubationReport) -> list[IncubationReportFlag]:
        """The flags as they are raised with the return."""
        return [
            IncubationReportFlag.about(report, line.tenant, note=note) for line, note in self._notes
        ]


class ReopenForm(forms.Form):
    """Why a verified report is opened again."""

    comment = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        validators=[without_nik],
        error_messages={"required": _("Write the reason; the operator reads it.")},
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)
