"""The filters of the list of overdue reports."""

from blk_portal.reporting.models import Obligation
from institutions.filters import StrictFilterSet, by_office, by_province, by_year


class ObligationFilter(StrictFilterSet):
    """By budget year, province and guiding office."""

    tahun = by_year()
    provinsi = by_province()
    uptp = by_office()

    class Meta:
        model = Obligation
        fields: list[str] = []
