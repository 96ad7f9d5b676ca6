"""Reading a question from an address: the same for pages and interface."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import Visitor
from blk_portal.progress import boundaries, figures
from blk_portal.progress.boundaries import Boundaries
from blk_portal.progress.breakdowns import NAMES, OPENING_LABEL, SUBJECTS
from blk_portal.progress.explaining.families import FAMILIES
from blk_portal.progress.explaining.question import PAGE_SIZE, Question
from blk_portal.progress.explaining.reasons import REASONS
from blk_portal.progress.filters import BREAKDOWN_CHOICES, INDICATOR_CHOICES, UNBROKEN
from blk_portal.progress.indicators import INDICATORS
from blk_portal.progress.models import Breakdown
from blk_portal.progress.opening.balances import COLUMNS
from blk_portal.progress.opening.counting import BUCKET, UNTOLD
from incubators.models import FinanceReceived, Tenant
from institutions.filters import NOT_LISTED
from institutions.models import (
    Institution,
    ProgrammeYear,
    Province,
    Regency,
    TrainingOffice,
    VocationalField,
)
from trainings.models import Cohort

FIRST_FIGURE = "completed"
PLACE_OF_PART = r"^-?[0-9]{1,18}\.-?[0-9]{1,18}\.-?[0-9]{1,18}$"


def _listed(label: Any, choices: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=choices, required=False, error_messages=NOT_LISTED
    )


def _row(label: Any, model: Any, key: str) -> forms.ModelChoiceField:
    """One of the rows that the reader may see; they are given when the form is made."""
    # House rule: nobody's rows until it is known who asks.
    return forms.ModelChoiceField(
        label=label, queryset=model.objects.none(), to_field_name=key, required=False,
        error_messages=NOT_LISTED,
    )  # fmt: skip


def _place(text: str) -> tuple[int, int, int]:
    first, second, key = map(int, text.split("."))
    return first, second, key


class QuestionForm(forms.Form):
    """Which figure, of which year and area, of which part, and how far down."""

    indikator = _listed(_("Indicator"), INDICATOR_CHOICES)
    tahun = _row(_("Budget year"), ProgrammeYear, "year")
    provinsi = _row(_("Province"), Province, "code")
    uptp = _row(_("Training office (UPTP)"), TrainingOffice, "code")
    kabupaten = _row(_("Regency or city"), Regency, "code")
    peta = _listed(_("Map"), Boundaries.choices)
    rincian = _listed(_("Broken down by"), BREAKDOWN_CHOICES)
    bagian = forms.CharField(label=_("Part of the breakdown"), max_length=40, required=False)
    lembaga = _row(_("Institution, by its code"), Institution, "code")
    angkatan = _row(_("Training whose rows are asked for, by its id"), Cohort, "id")
    tenant = _row(_("Tenant whose quarters are asked for, by its id"), Tenant, "id")
    alasan = _listed(_("Only what does not count for this reason"), [
        (reason.code, reason.label) for reason in REASONS.values()
    ])  # fmt: skip
    sesudah = forms.RegexField(
        PLACE_OF_PART, label=_("Where the page begins; taken over from “next”."), max_length=60,
        required=False, error_messages={"invalid": _("The address of this page is incomplete.")},
    )  # fmt: skip

    def __init__(self, *args: Any, user: Visitor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        institutions = Institution.objects.visible_to(user)
        for name, rows in {
            "tahun": ProgrammeYear.objects.all(),
            "provinsi": figures.provinces_visible_to(user),
            "uptp": figures.offices_visible_to(user),
            "kabupaten": figures.regencies_visible_to(user).select_related("province"),
            "lembaga": institutions.select_related("regency__province", "field"),
            "angkatan": Cohort.objects.visible_to(user).select_related("programme"),
            "tenant": Tenant.objects.visible_to(user).select_related("incubator"),
        }.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        code = given["indikator"] = given.get("indikator") or FIRST_FIGURE
        given["rincian"] = (given.get("rincian") or "").replace(UNBROKEN, "")
        for name, fault in self._faults(code, given):
            if name not in self.errors:
                self.add_error(name, ValidationError(fault))
        return given

    def _faults(self, code: str, given: dict[str, Any]) -> list[tuple[str, str]]:
        """What does not go together, by parameter."""
        family, faults = FAMILIES[code], []
        breakdown, bucket = given["rincian"], given.get("bagian") or ""
        if breakdown and breakdown not in family.cuts(code):
            faults.append(("rincian", gettext("This figure is not broken down by that.")))
        elif bool(breakdown) != bool(bucket):
            faults.append(("bagian", gettext("Give a breakdown and its part together.")))
        elif breakdown and bucket not in self.buckets(breakdown, code):
            faults.append(("bagian", gettext("This breakdown has no such part.")))
        areas = [name for name in ("provinsi", "uptp", "kabupaten") if given.get(name)]
        if len(areas) > 1:
            only_one = gettext("Give one area only: a province, an office or a regency.")
            faults.append((areas[-1], only_one))
        if given.get("peta") == Boundaries.THEN and not boundaries.sees_every_province(self.user):
            faults.append(("peta", gettext("Figures as reported need the whole map.")))
        elif given.get("peta") == Boundaries.THEN and given.get("kabupaten"):
            faults.append(("peta", gettext("Regencies are counted on today's map only.")))
        for name, unit in (("angkatan", "report"), ("tenant", "tenant")):
            if given.get(name) and not (given.get("lembaga") and family.units == unit):
                faults.append((name, gettext("Leave this out, or give its institution too.")))
        cohort, tenant = given.get("angkatan"), given.get("tenant")
        owner = (cohort and cohort.institution_id) or (tenant and tenant.incubator.institution_id)
        if owner and given.get("lembaga") and owner != given["lembaga"].pk:
            faults.append(("lembaga", gettext("It belongs to another institution.")))
        return faults

    def question(self, *, size: int = PAGE_SIZE) -> Question | None:
        """What is asked, of a form without faults; None while no budget year has figures."""
        given = self.cleaned_data
        year = given["tahun"] or figures.chosen_year(figures.years(), None)
        if year is None:
            return None
        after = given["sesudah"]
        return Question(
            user=self.user, indicator=INDICATORS[given["indikator"]], year=year,
            province=given["provinsi"], office=given["uptp"], regency=given["kabupaten"],
            reading=given["peta"] or Boundaries.NOW,
            breakdown=given["rincian"], bucket=given["bagian"] if given["rincian"] else "",
            institution=given["lembaga"], cohort=given["angkatan"], tenant=given["tenant"],
            reason=given["alasan"], size=size,
            after=_place(after) if after else None,
        )  # fmt: skip

    def part(self) -> tuple[object, object] | None:
        """By what the figure is broken down and the part that is asked about, in words."""
        breakdown = self.cleaned_data["rincian"]
        if not breakdown:
            return None
        subject = SUBJECTS.get(breakdown, _("By source of finance"))
        return subject, self.buckets(breakdown, self.cleaned_data["indikator"])[
            self.cleaned_data["bagian"]
        ]

    def buckets(self, breakdown: str, code: str) -> Mapping[str, object]:
        """The parts of a breakdown with their names."""
        if breakdown == Breakdown.SOURCE:
            return dict(FinanceReceived.Source.choices)
        names = self._fields if breakdown == Breakdown.FIELD else NAMES[breakdown]
        is_open = code in COLUMNS and breakdown in UNTOLD
        return {**names, BUCKET: OPENING_LABEL} if is_open else names

    @cached_property
    def _fields(self) -> dict[str, object]:
        return dict(VocationalField.objects.values_list("code", "name"))
