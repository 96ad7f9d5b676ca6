"""What staff type when they split a target over the provinces or copy a year's targets."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from blk_portal.progress.splitting import sum_refusal
from blk_portal.progress.targets import Target, replaced_refusal
from institutions.models import ProgrammeYear, Province

MOST = 2_147_483_647


class TargetForm(forms.ModelForm):
    """A target as the administration changes it."""

    class Meta:
        model = Target
        fields = "__all__"  # noqa: DJ007, the administration chooses them

    def clean(self) -> dict[str, Any]:
        """Under lock until it is stored: of two who change it at once the later one is told."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk and self.instance.held() is None:
            raise forms.ValidationError(replaced_refusal())
        return cleaned


class SplitForm(forms.Form):
    """One part for each province; together they are the target of the nation exactly."""

    def __init__(self, *args: Any, target: Target, proposed: dict[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.target = target
        for province in Province.objects.order_by("code"):
            self.fields[f"p{province.code}"] = forms.IntegerField(
                label=province.name, min_value=0, max_value=MOST,
                initial=proposed.get(province.code, 0),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        parts = self.parts()
        if not self.errors and sum(parts.values()) != self.target.value:
            self.add_error(None, sum_refusal(sum(parts.values()), self.target.value))
        return self.cleaned_data

    def parts(self) -> dict[str, int]:
        """Province code -> part."""
        return {name[1:]: value for name, value in self.cleaned_data.items()}


class CopyForm(forms.Form):
    """To which year the targets are copied, times what, and who says so."""

    to = forms.ModelChoiceField(
        label=_("To budget year"), queryset=ProgrammeYear.objects.none(), to_field_name="year",
        help_text=_("A later year that is not closed. Years are added in the administration."),
    )  # fmt: skip
    factor = forms.DecimalField(
        label=_("Times"), min_value=Decimal("0.01"), max_value=100, max_digits=5, decimal_places=2,
        initial=1, localize=True,
        help_text=_("1 keeps the values, 2 doubles them."),
    )  # fmt: skip
    source = forms.CharField(
        label=_("Source"), max_length=300,
        help_text=_("Where the new targets are written, for example the number of a decree."),
    )  # fmt: skip

    def __init__(self, *args: Any, year: ProgrammeYear, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        later = ProgrammeYear.objects.filter(year__gt=year.year, is_closed=False).order_by("year")
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField), "declared above"
        field.queryset = later
        self.has_years = bool(later)
