"""Kinds of bodies, states, dates and telephones: what offices write and what it stands for."""

import re
from datetime import date
from functools import lru_cache

from blk_portal.sheets.cells import is_blank, plain
from institutions.lifecycle import InstitutionStatus as Status
from institutions.models import Institution

HostType = Institution.HostType
SIGNS = re.compile(r"[^a-z0-9]+")
NOT_YET = frozenset(("belumada", "belum", "tidakada", "tidakpunya", "menyusul", "proses"))


@lru_cache(maxsize=50_000)
def letters(text: str) -> str:
    """A word stripped to letters and digits, lower case: how spellings are compared."""
    if text.isascii():
        return SIGNS.sub("", text.lower())
    return "".join(char for char in plain(text).casefold() if char.isalnum())


def is_missing(text: str) -> bool:
    """Whether a cell says that there is nothing (yet): "-", "NULL", "belum ada"."""
    if is_blank(text):
        return True
    # Asked of every cell: only these letters begin such words.
    return text[0] in "bBtTmMpP(" and len(text) < 20 and letters(text) in NOT_YET


def _table(groups: dict[str, str]) -> dict[str, str]:
    return {word: value for value, words in groups.items() for word in words.split()}


HOST_TYPES = _table(
    {
        HostType.PESANTREN: """pesantren pondokpesantren ponpes pontren pp lembagapesantren
            pondok lembagapondokpesantren""",
        HostType.RELIGIOUS: """religious keagamaan lembagakeagamaan keagamaanlain gereja vihara
            pura keagamaanlainnya lembagakeagamaanlainnya seminari lembagapendidikankeagamaan
            keagamaannonpesantren lembagakeagamaannonpesantren badankeagamaanlain
            lembagakeagamaanlain""",
        HostType.UNION: """union serikatpekerja serikatburuh serikat spsb serikatpekerjaburuh
            serikatpekerjaserikatburuh federasi konfederasi federasiserikatpekerja""",
        HostType.COMMUNITY: """community komunitas yayasan lembagakomunitas ormas masyarakat
            kelompokmasyarakat komunitasmasyarakat lembagamasyarakat lsm yayasankomunitas
            badankomunitas lembagakemasyarakatan organisasikemasyarakatan""",
    }
)
STATUSES = _table(
    {
        Status.PROPOSED: "proposed usulan diusulkan pengusulan proposal calon",
        Status.VERIFIED: """verified diverifikasi verifikasi terverifikasi verifikasiadministrasi
            verifikasilapangan""",
        Status.DETERMINED: "determined ditetapkan penetapan sk tetap",
        Status.SIGNED: """signed pkb pkbditandatangani ttdpkb pks pembangunan sedangdibangun
            tandatanganpkb penandatangananpkb prosespembangunan""",
        Status.BUILT: """built dibangun selesaidibangun terbangun bangunanselesai selesai bast
            sudahdibangun""",
        Status.OPERATIONAL: "operational operasional beroperasi aktif berjalan sudahoperasional",
        Status.INDEPENDENT: "independent lepasbinaan mandiri pembinaanberakhir lulusbinaan",
        Status.REJECTED: "rejected ditolak tidaklolos",
        Status.WITHDRAWN: "withdrawn mengundurkandiri mundur pengundurandiri",
        Status.CANCELLED: "cancelled dibatalkan batal diganti",
    }
)
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january", "februari pebruari feb peb february", "maret mar mrt march",
            "april apr", "mei may", "juni jun june", "juli jul july",
            "agustus agt ags agu ags aug august", "september sept sep", "oktober okt oct october",
            "november nopember nov nop", "desember des dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
DAY_FIRST = re.compile(r"(\d{1,2})[\s./-]+(\d{1,2})[\s./-]+(\d{4})")
YEAR_FIRST = re.compile(r"(\d{4})[./-](\d{1,2})[./-](\d{1,2})(?:[ T]\d{1,2}:\d{2}.*)?")
IN_WORDS = re.compile(r"(?:[^\W\d]+[,\s]+)?(\d{1,2})[\s.-]*([^\W\d]+)\.?[\s,.-]*(\d{4})")
SEVERAL_PHONES = re.compile(r"\s*(?:/|;|,|\bdan\b|&)\s*")
PHONE_WORD = re.compile(r"^(hp|wa|telp|tlp|no)\W*", re.IGNORECASE)
NUMBER_SIGNS = re.compile(r"[\s.'`’‘\-/]+")
PHONE_SIGNS = re.compile(r"[\s().\-–+/'`’]+")
SCIENTIFIC = re.compile(r"\d[.,]\d+[eE]\+?\d+")
YEAR = re.compile(r"(?:ta|tahun|thn)?\.?\s*(20\d\d)(?:[.,]0)?", re.IGNORECASE)


@lru_cache(maxsize=4096)
def read_host_type(text: str) -> str | None:
    """The kind of body; None where it cannot be told."""
    return HOST_TYPES.get(letters(text))


@lru_cache(maxsize=4096)
def read_status(text: str) -> str | None:
    """The main status; None where it cannot be told."""
    return STATUSES.get(letters(text))


@lru_cache(maxsize=8192)
def read_day(text: str) -> date | None:
    """A day written day first, year first or with the month in words; None for anything else."""
    text = plain(text).strip()
    if match := DAY_FIRST.fullmatch(text):
        day, month, year = map(int, match.groups())
    elif match := YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif (match := IN_WORDS.fullmatch(text)) and (found := MONTHS.get(match[2].casefold())):
        day, month, year = int(match[1]), found, int(match[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def read_year(text: str) -> int | None:
    """A budget year as 2022 or TA 2022."""
    match = YEAR.fullmatch(plain(text).strip())
    return int(match[1]) if match else None


def read_phone(text: str) -> str | None:
    """A telephone number as 08...; of several the first. None where there is none in it."""
    for part in SEVERAL_PHONES.split(plain(text)):
        digits = PHONE_WORD.sub("", PHONE_SIGNS.sub("", part))
        if digits.isascii() and digits.isdigit() and 6 <= len(digits) <= 16:
            if digits.startswith("62"):
                return "0" + digits[2:].removeprefix("0")
            return "0" + digits if digits.startswith("8") else digits
    return None


def is_scientific(text: str) -> bool:
    """Whether a worksheet has turned a long number into 5,10032E+11."""
    return bool(SCIENTIFIC.fullmatch(text.strip("'`’ ")))


def digits_of(text: str) -> str:
    """A number free of dots, spaces and the apostrophe that keeps it a text."""
    return NUMBER_SIGNS.sub("", plain(text))
