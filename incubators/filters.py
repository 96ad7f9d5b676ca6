"""The filters of the incubator list, shared by page and API."""

from django.utils.translation import gettext_lazy as _

from incubators.models import Incubator
from incubators.stages import Stage
from institutions.filters import StrictFilterSet, by_office, by_province, by_year, choice


class IncubatorFilter(StrictFilterSet):
    """By budget year of the round, stage, province and guiding office."""

    tahun = by_year("round__programme_year")
    tahap = choice(_("Stage"), choices=Stage, field_name="stage")
    provinsi = by_province()
    uptp = by_office()

    class Meta:
        model = Incubator
        fields: list[str] = []
