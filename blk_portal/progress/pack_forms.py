"""The form that asks for a national-meeting pack: of which figures."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.formats import long_date
from blk_portal.progress.models import Publication
from blk_portal.progress.past_forms import day_that_is_over
from institutions.entry_forms import day_field

NOW, DAY = "kini", "hari"


class PackForm(forms.Form):
    """The running figures, those of a publication, or those of the end of a day."""

    angka = forms.ChoiceField(label=_("Figures shown"), widget=forms.RadioSelect, initial=NOW)
    per = day_field(
        label=_("Figures at the end of"), required=False, is_past=False,
        help_text=_("Only for the figures of a past day."),
    )  # fmt: skip
    per.validators.append(day_that_is_over)

    def __init__(self, *args: Any, publications: Sequence[Publication], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.publications = {one.slug: one for one in publications}
        choices = [
            (NOW, gettext("The running figures")),
            *(
                (one.slug, f"{one.label}: {one.title} ({long_date(one.day)})")
                for one in publications
            ),
            (DAY, gettext("The figures of a past day")),
        ]
        asked = self.fields["angka"]
        assert isinstance(asked, forms.ChoiceField), "a field of choices"
        asked.choices = choices
        self.initial.setdefault("angka", next(iter(self.publications), NOW))

    def clean(self) -> dict[str, Any]:
        super().clean()
        asked = self.cleaned_data.get("angka")
        day = self.cleaned_data.get("per")
        if asked == DAY and "per" not in self.errors and not day:
            self.add_error("per", gettext("Choose the day whose figures the pack shall show."))
        if asked and asked != DAY and day:
            text = gettext("This day would not be used. Choose “%(kind)s” above, or empty the day.")
            self.add_error("per", text % {"kind": gettext("The figures of a past day")})
        return self.cleaned_data

    def subject(self) -> dict[str, Any]:
        """Which figures are asked for, as `MeetingPackQuerySet.ask` takes it."""
        asked = self.cleaned_data["angka"]
        if asked == DAY:
            return {"day": self.cleaned_data["per"]}
        return {"publication": self.publications.get(asked)}
