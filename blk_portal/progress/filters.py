"""The filters of targets and figures, shared by pages and API."""

from datetime import date
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blk_portal.progress.boundaries import Boundaries
from blk_portal.progress.indicators import INDICATORS
from blk_portal.progress.models import Actual, Breakdown, Target
from blk_portal.progress.past import PastCell
from blk_portal.progress.past_forms import day_that_is_over
from institutions.filters import StrictFilterSet, by_province, by_year, choice, day_filter
from institutions.models import TrainingOffice

NATION: Final = "nation"
PROVINCE: Final = "province"
OFFICE: Final = "office"
# An address cannot say "empty": figures that are not broken down are asked for by this word.
UNBROKEN = "none"

INDICATOR_CHOICES = [(indicator.code, indicator.label) for indicator in INDICATORS.values()]
AREA_CHOICES = [(NATION, _("The nation")), (PROVINCE, _("Province")), (OFFICE, _("UPTP"))]
BREAKDOWN_CHOICES = [(value or UNBROKEN, label) for value, label in Breakdown.choices]
GROUP_BY: Final = "group_by"
AREAS = [(value, label) for value, label in AREA_CHOICES if value != NATION]
GROUP_CHOICES = [*AREAS, *((value, label) for value, label in Breakdown.choices if value)]


class TargetFilter(StrictFilterSet):
    """By budget year, indicator and province."""

    tahun = by_year()
    indikator = choice(_("Indicator"), choices=INDICATOR_CHOICES, field_name="indicator")
    provinsi = by_province("province")

    class Meta:
        model = Target
        fields: list[str] = []


class ActualForm(forms.Form):
    """Reads `group_by` as the kind of area and the breakdown by which each thing is told once.

    What the other parameters say of the two stands: by sex within each province, say.
    """

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        group = asked.get(GROUP_BY)
        if not group:
            return asked
        said = "wilayah" if group in dict(AREAS) else "rincian"
        if asked.get(said):
            text = gettext("“%(name)s” says this already. Leave one of the two out.")
            self.add_error(GROUP_BY, text % {"name": said})
        of_place = (PROVINCE, "provinsi"), (OFFICE, "uptp")
        area = next((area for area, name in of_place if asked.get(name)), NATION)
        stated = {"wilayah": asked.get("wilayah") or area,
                  "rincian": asked.get("rincian") or UNBROKEN}  # fmt: skip
        return asked | stated | {said: group}


class ActualFilter(TargetFilter):
    """Also by kind of area, office, and by what the figures are broken down."""

    wilayah = choice(_("Kind of area"), choices=AREA_CHOICES, method="filter_area")
    uptp = choice(
        _("Training office (UPTP)"), queryset=TrainingOffice.objects.all(), field_name="office"
    )
    peta = choice(_("Map"), choices=Boundaries.choices, method="filter_map")
    rincian = choice(_("Broken down by"), choices=BREAKDOWN_CHOICES, method="filter_breakdown")
    group_by = choice(
        _("Only the figures by this, so that nothing is told twice"), choices=GROUP_CHOICES,
        method="keep_all",
    )  # fmt: skip
    as_of = day_filter(_("As known at the end of this day; needs the budget year"))
    as_of.extra["validators"] = [day_that_is_over]

    class Meta:
        model = Actual
        form = ActualForm
        fields: list[str] = []

    @property
    def day(self) -> date | None:
        """The past day that is asked about; None for today."""
        day: date | None = self.form.cleaned_data.get("as_of")
        return day

    def keeps(self, cell: PastCell) -> bool:
        """Whether a cell of the past day is among those that are asked for."""
        asked = self.form.cleaned_data
        province, office, breakdown = asked["provinsi"], asked["uptp"], asked["rincian"]
        area = NATION
        if cell.province or cell.office:
            area = PROVINCE if cell.province else OFFICE
        return (
            (not asked["indikator"] or asked["indikator"] == cell.indicator)
            and (not asked["wilayah"] or asked["wilayah"] == area)
            and (not province or province.pk == cell.province)
            and (not office or office.pk == cell.office)
            and (not breakdown or breakdown == (cell.breakdown or UNBROKEN))
        )

    def filter_map(self, queryset: QuerySet[Actual], name: str, value: str) -> QuerySet[Actual]:
        """Nothing to leave out: which cells are read was chosen with the rows to filter."""
        return queryset

    def filter_area(self, queryset: QuerySet[Actual], name: str, value: str) -> QuerySet[Actual]:
        return queryset.filter(province__isnull=value != PROVINCE, office__isnull=value != OFFICE)

    def filter_breakdown(
        self, queryset: QuerySet[Actual], name: str, value: str
    ) -> QuerySet[Actual]:
        return queryset.filter(breakdown="" if value == UNBROKEN else value)
