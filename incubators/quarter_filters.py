"""How lists of quarterly reports are narrowed down."""

from django.utils.translation import gettext_lazy as _

from incubators.models import IncubationReport
from institutions.filters import StrictFilterSet, by_office, by_province, by_year, choice

QUARTERS = [(number, number) for number in (1, 2, 3, 4)]


class QueueFilter(StrictFilterSet):
    """By office and province, for those who review."""

    uptp = by_office("incubator__institution__office")
    provinsi = by_province("incubator__institution__regency__province")

    class Meta:
        model = IncubationReport
        fields: list[str] = []


class QuarterFilter(QueueFilter):
    """By quarter of a year and status as well."""

    tahun = by_year("obligation__programme_year")
    triwulan = choice(_("Quarter"), choices=QUARTERS, field_name="quarter")
    status = choice(_("Status"), choices=IncubationReport.Status.choices, field_name="status")
