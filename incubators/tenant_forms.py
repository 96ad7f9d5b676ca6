"""The forms by which an operator enters and keeps tenants, moves them and logs mentoring."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.formats import today_in_jakarta
from blk_portal.privacy.nik import NotANik, read_nik
from incubators.models import (
    Incubator,
    Legality,
    Mentor,
    MentoringSession,
    Tenant,
    TenantQuerySet,
)
from institutions.entry_forms import day_field, paper_field, text_field
from institutions.kbli import division_choices

PLAIN = (
    "business", "owner_name", "owner_sex", "phone", "division", "kbli", "entered_on",
    "contract_number", "contract_on", "had_business", "baseline_turnover",
    "baseline_workers_male", "baseline_workers_female",
)  # fmt: skip
BASELINE = (
    "had_business", "baseline_turnover", "baseline_workers_male", "baseline_workers_female",
)  # fmt: skip
IN_THOUSANDS = re.compile(r"\d{1,3}([.\s]\d{3})+")
HOURS_OF_A_DAY = _(
    "A session lasts from half an hour to 24 hours. Log what went on for longer day by day."
)
YES_NO = [("ya", _("Yes")), ("tidak", _("No, it begins in the incubator"))]


def whole_number(*, label: Any, help_text: Any = "", required: bool = False) -> forms.IntegerField:
    """A figure from zero, typed with or without separators."""
    return WholeNumber(
        label=label, help_text=help_text, required=required, min_value=0, max_value=10**15,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "invalid": _("Write a whole number, for example 12.500.000."),
            "min_value": _("Write a number from 0."),
        },
    )  # fmt: skip


class WholeNumber(forms.IntegerField):
    """Reads 12.500.000 and "Rp 12 500 000" as people write them; 12.5 and 12,5 are no wholes."""

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = value.strip().removeprefix("Rp").strip()
            if IN_THOUSANDS.fullmatch(value):
                value = re.sub(r"\D", "", value)
        return super().to_python(value)


class TenantForm(forms.Form):
    """A tenant with its owner, contract and baseline; rules of the row are asked of the model."""

    business = text_field(label=_("Business"), length=150, rows=1, required=True)
    division = forms.ChoiceField(
        label=_("Line of business (KBLI)"), choices=lambda: [("", _("Choose")), *division_choices()]
    )
    kbli = forms.CharField(
        label=_("KBLI code of five digits"), required=False, max_length=5,
        help_text=_("As in the NIB. Empty where it is not known."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    owner_name = text_field(
        label=_("Owner"), length=150, rows=1, required=True, help_text=_("As on the KTP.")
    )
    owner_sex = forms.ChoiceField(
        label=_("Sex of the owner"), choices=Tenant.Sex.choices, widget=forms.RadioSelect
    )
    nik = forms.CharField(
        label=_("NIK of the owner"), required=False, max_length=40,
        help_text=_("16 digits. Leave it empty if there is none yet."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Phone"), required=False, max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )  # fmt: skip
    entered_on = day_field(label=_("Entered on"), help_text=_("The first day of pre-incubation."))
    contract_number = text_field(
        label=_("Number of the contract"), length=100, rows=1,
        help_text=_("Incubation needs a written contract; before that it may be empty."),
    )  # fmt: skip
    contract_on = day_field(label=_("Date of the contract"), required=False)
    file = paper_field()
    had_business = forms.ChoiceField(
        label=_("Ran a business when it entered"), choices=YES_NO, widget=forms.RadioSelect
    )
    baseline_turnover = whole_number(
        label=_("Turnover before it entered (Rp)"),
        help_text=_("Of the three months before. Empty where it is not known."),
    )
    baseline_workers_male = whole_number(label=_("Male workers at entry"))
    baseline_workers_female = whole_number(label=_("Female workers at entry"))

    def __init__(self, *args: Any, tenant: Tenant, **kwargs: Any) -> None:
        self.tenant = tenant
        self.is_new = tenant.pk is None
        if not self.is_new:
            kwargs["initial"] = _stored(tenant) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.fields["file"].label = _("Scan or photo of the contract")
        if tenant.masked_nik:
            text = gettext("Stored: %(masked)s. Leave it empty to keep it, or type it anew.")
            self.fields["nik"].help_text = text % {"masked": tenant.masked_nik}
        if not self.is_new:
            # The log tells when it entered; another day would be another story.
            del self.fields["entered_on"]
        if not self.is_new and tenant.quarters.verified().exists():
            # Growth is measured against the baseline: it stays once a quarter has counted.
            for name in BASELINE:
                del self.fields[name]

    def clean_nik(self) -> str:
        """The digits, or empty; never quoted back."""
        text: str = self.cleaned_data["nik"]
        if not text.strip():
            return ""
        try:
            nik, _as_number = read_nik(text, today=today_in_jakarta())
        except NotANik as refusal:
            raise ValidationError(
                gettext("This is no NIK of 16 digits. Copy it from the KTP or KK.")
            ) from refusal
        return nik

    def clean_had_business(self) -> bool:
        return bool(self.cleaned_data["had_business"] == "ya")

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        for name in BASELINE[2:]:
            if name in self.fields and cleaned.get(name) is None and name not in self.errors:
                cleaned[name] = 0
        for name in PLAIN:
            if name in cleaned:
                setattr(self.tenant, name, cleaned[name])
        if self.is_new and cleaned.get("entered_on"):
            self.tenant.stage_since = cleaned["entered_on"]
        # Only what is right in itself is asked further, so that no field is faulted twice.
        wrong = [name for name in PLAIN if name in self.errors]
        try:
            self.tenant.full_clean(exclude=wrong, validate_unique=False)
        except ValidationError as refusal:
            for name, texts in refusal.message_dict.items():
                self.add_error(name if name in self.fields else None, texts)
        return cleaned

    def keep(self) -> Tenant:
        """Set what is not a plain field; the caller stores the row."""
        if self.cleaned_data["nik"]:
            self.tenant.set_nik(self.cleaned_data["nik"])
        return self.tenant


def _stored(tenant: Tenant) -> dict[str, Any]:
    values = {name: getattr(tenant, name) for name in PLAIN}
    return values | {"had_business": "ya" if tenant.had_business else "tidak"}


class LegalityForm(forms.Form):
    """The number and the day of one permit."""

    number = text_field(
        label=_("Number"), length=60, rows=1, required=True,
        error_messages={"required": _("Write the number as on the paper.")},
    )  # fmt: skip
    issued_on = day_field(label=_("Issued on"))

    def __init__(self, *args: Any, kind: Legality.Kind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kind == Legality.Kind.NIB:
            # Sixteen digits in a row are a NIK; the number of an NIB has thirteen.
            self.fields["issued_on"].help_text = _("The day of the first NIB of this business.")


class SessionForm(forms.Form):
    """One mentoring session, with the whole incubator or with one of its tenants."""

    held_on = day_field(label=_("Date"))
    mentor = forms.ModelChoiceField(
        queryset=Mentor.objects.none(), label=_("Mentor"), empty_label=_("Choose"),
        error_messages={"required": _("Choose the mentor.")},
    )  # fmt: skip
    tenant = forms.ModelChoiceField(
        queryset=Tenant.objects.none(), label=_("Tenant"), required=False,
        empty_label=_("With the incubator as a whole"),
    )  # fmt: skip
    topic = text_field(
        label=_("Topic"), length=200, rows=1, required=True,
        error_messages={"required": _("Write what it was about.")},
    )  # fmt: skip
    hours = forms.DecimalField(
        label=_("Hours"), min_value=0.5, max_value=24, max_digits=3, decimal_places=1,
        help_text=_("Half hours as well: 1,5."), localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "required": _("Write how many hours it lasted."),
            "invalid": _("Write the hours as a number, for example 1,5."),
            "min_value": HOURS_OF_A_DAY,
            "max_value": HOURS_OF_A_DAY,
            "max_digits": HOURS_OF_A_DAY,
            "max_whole_digits": HOURS_OF_A_DAY,
            "max_decimal_places": _("Write the hours with one digit after the comma: 1,5."),
        },
    )  # fmt: skip
    outcome = text_field(
        label=_("Outcome"), length=500, rows=3, required=True,
        help_text=_("What was agreed, or what the tenant does next."),
        error_messages={"required": _("Write what came of it.")},
    )  # fmt: skip

    def __init__(
        self, *args: Any, incubator: Incubator, mentors: Any, tenants: TenantQuerySet, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.incubator = incubator
        for name, rows in (("mentor", mentors.select_related("partner")), ("tenant", tenants)):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField), "both choose a row"
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        super().clean()
        if self.errors:
            return self.cleaned_data
        self.session = MentoringSession(incubator=self.incubator, **self.cleaned_data)
        try:
            self.session.full_clean()
        except ValidationError as refusal:
            for name, texts in refusal.message_dict.items():
                self.add_error(name if name in self.fields else None, texts)
        return self.cleaned_data
