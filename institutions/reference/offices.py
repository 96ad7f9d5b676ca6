"""The training offices (UPTP) and, as a first proposal, which of them guides which area.

Names: the 6 BBPVP and 15 BPVP of the ministry. Which regency belongs to which office is decided by
the ministry and changes: staff edit it in the register, and loading never overwrites that.
"""

from dataclasses import dataclass

from django.utils.text import slugify

from institutions.models import TrainingOffice

Kind = TrainingOffice.Kind


@dataclass(frozen=True)
class OfficeRow:
    """An office and the areas it guides: provinces (2 digits) or regencies (4), which go first."""

    kind: str
    city: str
    areas: str

    @property
    def name(self) -> str:
        return f"{Kind(self.kind).label} {self.city}"

    @property
    def code(self) -> str:
        return slugify(self.name)


OFFICES = (
    OfficeRow(Kind.BBPVP, "Bekasi", "31 3201 3213 3214 3215 3216 3271 3275 3276"),
    OfficeRow(Kind.BBPVP, "Bandung", "32"),
    OfficeRow(Kind.BBPVP, "Serang", "36 18"),
    OfficeRow(Kind.BBPVP, "Medan", "12 14 21"),
    OfficeRow(Kind.BBPVP, "Semarang", "33"),
    OfficeRow(Kind.BBPVP, "Makassar", "73 76"),
    OfficeRow(Kind.BPVP, "Surakarta", "34 3305 3306 3308 3309 3310 3311 3312 3313 3314 3371 3372"),
    OfficeRow(Kind.BPVP, "Ambon", "81"),
    OfficeRow(Kind.BPVP, "Ternate", "71 75 82"),
    OfficeRow(Kind.BPVP, "Banda Aceh", "11"),
    OfficeRow(Kind.BPVP, "Sorong", "91 92 93 94 95 96"),
    OfficeRow(Kind.BPVP, "Kendari", "72 74"),
    OfficeRow(Kind.BPVP, "Samarinda", "61 62 63 64 65"),
    OfficeRow(Kind.BPVP, "Padang", "13 15 17"),
    OfficeRow(Kind.BPVP, "Bandung Barat", "3202 3203 3217 3272 3277"),
    OfficeRow(Kind.BPVP, "Lombok Timur", "51 52 53"),
    OfficeRow(Kind.BPVP, "Bantaeng", "7301 7302 7303 7304 7305 7307"),
    OfficeRow(Kind.BPVP, "Banyuwangi", "3508 3509 3510 3511 3512 3513 3574"),
    OfficeRow(Kind.BPVP, "Sidoarjo", "35"),
    OfficeRow(Kind.BPVP, "Pangkep", "7308 7309 7310 7311 7312 7313 7314 7315 7316 7372"),
    OfficeRow(Kind.BPVP, "Belitung", "16 19"),
)

_GUIDES = {area: office.code for office in OFFICES for area in office.areas.split()}


def office_of(regency_code: str) -> str:
    """The code of the office proposed for a regency: its own, else that of its province."""
    return _GUIDES.get(regency_code) or _GUIDES[regency_code[:2]]
