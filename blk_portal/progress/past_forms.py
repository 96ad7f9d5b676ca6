"""The forms that ask about past days, and the one that publishes the figures of one."""

from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.formats import today_in_jakarta
from blk_portal.progress.bridge import BRIDGED
from blk_portal.progress.past import FIRST_YEAR, PastFigures, figures_on
from institutions.entry_forms import day_field, text_field
from institutions.models import ProgrammeYear, Province

PARAMETER = "per"


def day_that_is_over(day: date) -> None:
    """Raises ValidationError for today and days to come, and for years before the programme."""
    if day >= today_in_jakarta():
        raise ValidationError(_("This day is not over yet. Choose yesterday or an earlier day."))
    if day.year < FIRST_YEAR:
        raise ValidationError(_("This day lies before the programme began. Check the year."))


class PastDayForm(forms.Form):
    """The past day whose figures a page shall show; without one it shows today's."""

    per = day_field(label=_("Figures at the end of"), required=False, is_past=False)
    per.validators.append(day_that_is_over)

    @property
    def day(self) -> date | None:
        """The day that is asked for; None for today's figures, also where it cannot be read."""
        day: date | None = None if self.errors else self.cleaned_data[PARAMETER]
        return day

    @property
    def query(self) -> str:
        """What an address of another page takes along."""
        return f"&{PARAMETER}={self.day}" if self.day else ""

    def figures_of(self, year: ProgrammeYear) -> PastFigures | None:
        """The figures of a budget year on that day; None where today's are asked for."""
        return figures_on(year, self.day) if self.day else None


class SpanForm(forms.Form):
    """The two days of a bridge, and of what it is."""

    indikator = forms.ChoiceField(
        label=_("Indicator"), choices=[(code, one.label) for code, one in BRIDGED.items()]
    )
    provinsi = forms.ModelChoiceField(
        Province.objects.none(), label=_("Province"), to_field_name="code", required=False,
        empty_label=_("The nation"),
    )  # fmt: skip
    dari = day_field(label=_("From the end of"), is_past=False)
    sampai = day_field(label=_("To the end of"), is_past=False)

    def __init__(self, *args: Any, provinces: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ModelChoiceField[Province]", self.fields["provinsi"]).queryset = provinces

    def clean_dari(self) -> date:
        day: date = self.cleaned_data["dari"]
        day_that_is_over(day)
        return day

    def clean(self) -> dict[str, Any]:
        super().clean()
        first, last = self.cleaned_data.get("dari"), self.cleaned_data.get("sampai")
        if last and last > today_in_jakarta():
            self.add_error("sampai", gettext("This day has not come yet. Choose today or earlier."))
        elif first and last and last <= first:
            self.add_error("sampai", gettext("The second day has to come after the first one."))
        return self.cleaned_data


class PublishForm(forms.Form):
    """What is published: the figures of a day under the next number, or a correction of the last.

    A correction keeps the title of what it corrects, and says what it corrects.
    """

    NEW, CORRECTION = "baru", "koreksi"
    KINDS = [(NEW, _("A new publication")), (CORRECTION, _("A correction of the last one"))]

    jenis = forms.ChoiceField(
        label=_("What is published"),
        choices=KINDS,
        widget=forms.RadioSelect,
        initial=NEW,
    )
    per = day_field(label=_("Figures at the end of"), is_past=False)
    per.validators.append(day_that_is_over)
    judul = text_field(
        label=_("Title, required for a new publication"), length=120, rows=1,
        help_text=_("For example: September 2022. A correction keeps the title."),
        error_messages={"required": _("Give the publication a title.")},
    )  # fmt: skip
    catatan = text_field(
        label=_("Note, required for a correction"), length=1000, rows=3,
        help_text=_("A correction says here what it corrects. Everybody can read it."),
    )  # fmt: skip

    def __init__(self, *args: Any, is_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_first = is_first
        if is_first:
            self._offer_no_correction()

    def _offer_no_correction(self) -> None:
        """Before the first publication there is nothing to correct."""
        cast("forms.ChoiceField", self.fields["jenis"]).choices = self.KINDS[:1]
        title, note = self.fields["judul"], self.fields["catatan"]
        title.required = title.widget.is_required = True
        title.label, title.help_text = gettext("Title"), gettext("For example: September 2022.")
        note.label, note.help_text = gettext("Note"), gettext("Everybody can read it.")

    @property
    def is_correction(self) -> bool:
        return bool(self.cleaned_data["jenis"] == self.CORRECTION)

    def clean(self) -> dict[str, Any]:
        super().clean()
        kind = self.cleaned_data.get("jenis")
        if kind == self.NEW and "judul" not in self.errors and not self.cleaned_data["judul"]:
            self.add_error("judul", gettext("Give the publication a title."))
        if kind == self.CORRECTION and not self.cleaned_data.get("catatan", "x"):
            self.add_error("catatan", gettext("Say what the correction corrects."))
        return self.cleaned_data
