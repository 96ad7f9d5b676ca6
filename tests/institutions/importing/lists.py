"""Lists of institutions as offices send them: made up, with every fault that is found in practice.

Each line knows what must become of it, so that a test can hold every row to account.
"""

import random
from collections import Counter
from dataclasses import dataclass, field

from blk_portal.sheets.export import write_xlsx
from institutions.models import Regency

HEADERS = (
    "NO", "NAMA LEMBAGA", "YAYASAN / PEMILIK", "NPWP", "NSPP", "VIN", "JENIS LEMBAGA", "PROVINSI",
    "KAB/KOTA", "KODE WILAYAH", "KEJURUAN", "TA", "NO PKB", "TGL PKB", "STATUS", "ALAMAT",
    "NARAHUBUNG", "NO HP", "KETERANGAN",
)  # fmt: skip
NAMES = (
    "Nurul Huda", "Al-Hidayah", "AL HIDAYAH", "Miftahul Ulum", "Darul Qur'an", "Darul Qur`an",
    "Raudlatul Muta’alimin", "Bina Karya", "Al Ikhlas", "Tunas Bangsa",
)  # fmt: skip
FIELDS = ("Las", "Teknik Las", "Menjahit", "TIK", "Otomotif", "welding", "Tata Boga")
TYPES = ("Pondok Pesantren", "pesantren", "Keagamaan", "Serikat Pekerja", "Komunitas")
DAYS = ("12/03/2022", "12 Maret 2022", "2022-03-12", "12-03-2022")
# How often a line has a fault, and what becomes of it.
FAULTS = {
    "no_name": "refused", "region_clash": "refused", "bad_region": "refused",
    "bad_field": "refused", "no_year": "refused", "vin_lost": "refused", "bad_date": "refused",
    "pkb_half": "refused", "ambiguous": "refused", "repeated": "refused", "by_hand": "refused",
    "former": "created",
}  # fmt: skip


@dataclass
class RegisterList:
    """The rows of a list, and how many of them must end in each way on an empty register."""

    rows: list[list[object]] = field(default_factory=list)
    expected: Counter[str] = field(default_factory=Counter)

    def xlsx(self, *, letterhead: bool = True) -> bytes:
        """The list below a letterhead, as a workbook."""
        if not letterhead:
            return write_xlsx(HEADERS, self.rows)
        head = [["KEMENTERIAN KETENAGAKERJAAN (contoh)"], ["Daftar BLK Komunitas"], []]
        return write_xlsx([], [*head, list(HEADERS), *self.rows])


def clean_line(number: int, regency: Regency, dice: random.Random) -> list[object]:
    """A sound row of an institution that no other row means."""
    name = f"BLKK {NAMES[number % len(NAMES)]} {number} (contoh)"
    bare = f"{regency.code[:2]}.{regency.code[2:]}"
    return [
        number, name, f"Yayasan {name.removeprefix('BLKK ')}", "", f"51{number:010}",
        f"VIN-{number:08}", dice.choice(TYPES), regency.province.name,
        regency.name.replace("Kabupaten", "Kab."), bare, dice.choice(FIELDS), "2022",
        f"PKB/{number}/2022", dice.choice(DAYS), "PKB", f"Jl. Contoh {number}",
        "Narahubung Contoh", f"0812{number:08}", "",
    ]  # fmt: skip


def broken(line: list[object], fault: str, other: Regency) -> list[object]:
    """The row with one fault put into it."""
    place = {name: position for position, name in enumerate(HEADERS)}
    written: dict[str, dict[str, object]] = {
        "no_name": {"NAMA LEMBAGA": "-"},
        "region_clash": {"KODE WILAYAH": other.code},
        "bad_region": {"KAB/KOTA": "Kab. Antah Berantah", "KODE WILAYAH": ""},
        "bad_field": {"KEJURUAN": "Sulap"},
        "no_year": {"TA": ""},
        "vin_lost": {"VIN": "1,20223E+15 #"},
        "bad_date": {"TGL PKB": "31/02/2022"},
        "pkb_half": {"TGL PKB": ""},
        "ambiguous": {"KAB/KOTA": "Bandung", "KODE WILAYAH": "", "PROVINSI": "Jawa Barat"},
        "by_hand": {"STATUS": "Dibatalkan"},
    }
    line = list(line)
    for header, value in written.get(fault, {}).items():
        line[place[header]] = value
    return line


def make_list(size: int, *, share: float = 0.1, seed: int = 850) -> RegisterList:
    """A list of so many rows over all regencies, with a share of faulty ones."""
    dice = random.Random(seed)
    regencies = list(Regency.objects.select_related("province").order_by("code"))
    kinds = [kind for kind, outcome in FAULTS.items() if outcome == "refused"]
    made = RegisterList()
    for number in range(1, size + 1):
        regency = regencies[number * 7 % len(regencies)]
        line = clean_line(number, regency, dice)
        if dice.random() >= share or number < 3:
            made.expected["created"] += 1
        elif (kind := dice.choice(kinds)) == "repeated":
            line = [number, *made.rows[0][1:]]
            made.expected["refused"] += 1
        else:
            line = broken(line, kind, regencies[(number * 7 + 3) % len(regencies)])
            made.expected["refused"] += 1
        made.rows.append(line)
    return made
