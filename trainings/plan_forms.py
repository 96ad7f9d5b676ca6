"""The plan of a cohort as the operator writes it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import Partner, User
from blk_portal.formats import number
from blk_portal.privacy.validators import without_nik
from institutions.models import Institution, ProgrammeYear
from institutions.money_forms import RupiahField
from institutions.simultaneous_forms import SimultaneousForm
from trainings import planning
from trainings.models import Cohort, CohortReport, ExternalId, Instructor, Programme

# A cohort may begin before its budget year and be held long after, but not a lifetime.
YEARS_APART = 3
MOST_INSTRUCTORS = 20
System = ExternalId.System


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        # Browsers want the ISO form in the value of a date field, whatever they show.
        super().__init__(format="%Y-%m-%d", **kwargs)


class CostField(RupiahField):
    """A sum in whole rupiah that may be unknown, shown with its digits grouped."""

    def prepare_value(self, value: Any) -> Any:
        return number(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        return super().clean(value) if str(value or "").strip() else None


class ProgrammeField(forms.ModelChoiceField):
    """A programme of the catalogue; its version and hours tell it from its neighbours."""

    def label_from_instance(self, obj: Programme) -> str:
        return f"{obj.field.code}: {obj.label}"


class InstructorsField(forms.CharField):
    """Who teaches: a line each, the name and, after a semicolon, the certificate if any."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Instructors"),
            help_text=_(
                "One a line: name; number of the competence certificate, if there is one. No NIK."
            ),
            required=False,
            max_length=3000,
            widget=forms.Textarea(attrs={"rows": 3}),
        )

    def to_python(self, value: Any) -> Any:
        # Browsers send each end of a line as two characters.
        return (super().to_python(value) or "").replace("\r\n", "\n")

    @staticmethod
    def written(instructors: Any) -> str:
        """The lines as they were written."""
        return "\n".join(
            f"{row.name}; {row.competence_number}" if row.competence_number else row.name
            for row in instructors
        )

    def clean(self, value: Any) -> list[Instructor]:
        lines = [line for line in super().clean(value).splitlines() if line.strip()]
        parts = [line.partition(";") for line in lines]
        return self.checked(
            [(" ".join(name.split()), number.strip()) for name, _separator, number in parts]
        )

    def checked(self, rows: Sequence[tuple[str, str]]) -> list[Instructor]:
        """The instructors by name and certificate number, each of them checked."""
        if len(rows) > MOST_INSTRUCTORS:
            raise ValidationError(
                _("Name at most %(most)s instructors."), params={"most": MOST_INSTRUCTORS}
            )
        return [self._checked(place, *row) for place, row in enumerate(rows, start=1)]

    def _checked(self, place: int, name: str, certificate: str) -> Instructor:
        found = Instructor(name=name, competence_number=certificate)
        try:
            found.clean_fields(exclude=["cohort"])
        except ValidationError as refusal:
            told = {"place": place, "fault": " ".join(refusal.messages)}
            raise ValidationError(_("Line %(place)s: %(fault)s"), params=told) from refusal
        return found


def id_field(system: ExternalId.System, help_text: Any) -> forms.CharField:
    """The id of the cohort in another system."""
    return forms.CharField(
        label=system.label, help_text=help_text, required=False, max_length=60,
        validators=[without_nik], widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip


class CohortForm(SimultaneousForm):
    """A cohort of one of the operator's institutions: a new one, or the plan of one changed."""

    programme = ProgrammeField(
        Programme.objects.none(), label=_("Programme"),
        help_text=_("The hours and the vocational field come with it."),
    )  # fmt: skip
    taught_by = InstructorsField()
    cost_planned = CostField(
        label=_("Planned cost in rupiah"), required=False,
        help_text=_("For example 45.000.000. Leave it empty while it is not known."),
    )  # fmt: skip
    skillhub = id_field(System.SKILLHUB, _("The id of the class in Skillhub, if it has one."))
    proglat = id_field(System.PROGLAT, _("The code of the training in ProgLat, if it has one."))

    class Meta:
        model = Cohort
        fields = [
            "institution", "programme", "programme_year", "batch", "starts_on", "ends_on",
            "method", "seats", "taught_by", "funding", "partner", "cost_planned", "skillhub",
            "proglat",
        ]  # fmt: skip
        widgets = {"starts_on": DateInput(), "ends_on": DateInput()}
        help_texts = {
            "seats": _("Leave it empty for the usual number of the budget year."),
            "partner": _("Only for CSR and partners: who pays."),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        instance = kwargs.get("instance")
        if instance is not None:
            kwargs["initial"] = beside(instance) | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        self.user = user
        fields: dict[str, Any] = self.fields
        fields["seats"].required = False
        fields["method"].required = False
        own = Institution.objects.visible_to(user)
        if instance is not None:
            del fields["institution"]
        else:
            fields["institution"].queryset = own
            if own.count() == 1:
                fields["institution"].initial = own.first()
        fields["programme_year"].queryset = ProgrammeYear.objects.filter(
            is_closed=False
        ) | ProgrammeYear.objects.filter(pk=self.instance.programme_year_id)
        programmes = Programme.objects.visible_to(user)
        fields["programme"].queryset = (
            programmes.current() | programmes.filter(pk=self.instance.programme_id)
        ).select_related("field")
        partners = Partner.objects.visible_to(user)
        fields["partner"].queryset = partners.filter(is_active=True) | partners.filter(
            pk=self.instance.partner_id
        )
        fields["partner"].empty_label = gettext("None")

    def stored_row(self) -> Cohort:
        stored = planning.hold(self.instance)
        planning.ensure_open(stored)
        for name, value in beside(stored).items():
            setattr(stored, name, value)
        return stored

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        year = cleaned.get("programme_year")
        for name in ("starts_on", "ends_on"):
            day = cleaned.get(name)
            if year and day and abs(day.year - year.year) > YEARS_APART:
                text = gettext("This date is far from the budget year %(year)s. Check the year.")
                self.add_error(name, text % {"year": year.year})
        if year and not cleaned.get("seats") and "seats" not in self.errors:
            cleaned["seats"] = year.cohort_size
        cleaned["method"] = cleaned.get("method") or Cohort.Method.OFFLINE
        self._clean_partner()
        for system in System:
            self._clean_id(system)
        return cleaned

    def _clean_partner(self) -> None:
        cleaned, is_paid = self.cleaned_data, Cohort.Funding.PARTNER
        if cleaned.get("funding") == is_paid and not cleaned.get("partner"):
            if "partner" not in self.errors:
                text = gettext(
                    "Choose the partner who pays. One that lacks is added by the office."
                )
                self.add_error("partner", text)
        elif cleaned.get("partner") and cleaned.get("funding", is_paid) != is_paid:
            text = gettext("Only a cohort that is paid by CSR and partners names a partner.")
            self.add_error("partner", text)

    def _clean_id(self, system: ExternalId.System) -> None:
        value = self.cleaned_data.get(system.value)
        if not value:
            return
        if ExternalId.taken(system, value, besides=self.instance):
            text = gettext("This id already belongs to another cohort. Check it in %(system)s.")
            self.add_error(system.value, text % {"system": system.label})

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django documents it, its types do not
        # After the values are on the row; a limit lowered since stops no other change.
        is_about_seats = {"seats", "programme_year"} & set(self.changed_data)
        if not self.errors and (self.instance.pk is None or is_about_seats):
            for fault in self.instance.seat_faults():
                self.add_error("seats", fault)

    @transaction.atomic
    def save(self, commit: bool = True) -> Cohort:
        is_new, programme = self.instance.pk is None, self.cleaned_data["programme"]
        if is_new or "programme" in self.changed_data:
            self.instance.field = programme.field
            self.instance.hours = programme.hours
        cohort: Cohort = super().save(commit)
        planning.write_beside(
            cohort, instructors=self.cleaned_data["taught_by"],
            ids={system: self.cleaned_data[system.value] for system in System},
        )  # fmt: skip
        if is_new:
            CohortReport.expect(cohort)
        elif self.changed_data:
            planning.note_change(cohort, by=self.user, changed=self.changed_data)
        return cohort


def beside(cohort: Cohort) -> dict[str, Any]:
    """What the form shows of a cohort that stands in other rows."""
    ids = {row.system: row.value for row in cohort.external_ids.all()}
    return {
        "taught_by": InstructorsField.written(cohort.instructors.all()),
        **{system.value: ids.get(system.value, "") for system in System},
    }
