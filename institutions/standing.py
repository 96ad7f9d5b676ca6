"""Where an institution stands: in the tree of regions, and in the tree of guidance."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from institutions.models import Institution, TrainingOffice


@dataclass(frozen=True)
class Level:
    """One level above the institution, with the list of all that stand below it."""

    kind: str
    name: str
    url: str


def _list(**filters: str) -> str:
    address = reverse("institutions:institution-list")
    return f"{address}?{urlencode(filters)}" if filters else address


def by_region(institution: Institution) -> list[Level]:
    """Nation, province and regency, from above."""
    regency = institution.regency
    province = regency.province
    return [
        Level(gettext("Nation"), "Indonesia", _list()),
        Level(gettext("Province"), province.name, _list(provinsi=province.code)),
        Level(
            gettext("Regency or city"),
            regency.name,
            _list(provinsi=province.code, kabupaten=regency.code),
        ),
    ]


def by_guidance(institution: Institution) -> list[Level]:
    """The ministry and the offices that guide it, from above; the ministry alone without one."""
    offices: list[TrainingOffice] = []
    office = institution.office
    if office:
        offices = [office.parent, office] if office.parent else [office]
    return [
        Level(gettext("Ministry"), gettext("Ministry of Manpower"), _list()),
        *(Level(row.get_kind_display(), row.name, _list(uptp=row.code)) for row in offices),
    ]
