"""Tell people from page furniture: numbering, totals, signatures. In doubt a row is a person's."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import Enum, auto
from itertools import pairwise
from string import ascii_lowercase

from blk_portal.sheets.cells import is_blank
from trainings.faults import Code
from trainings.roster_sheet.dates import Birth, read_birth
from trainings.roster_sheet.values import read_sex


class RowKind(Enum):
    """What a row below the header is."""

    EMPTY = auto()
    NUMBERING = auto()
    TOTAL = auto()
    SIGNATURE = auto()
    EXAMPLE = auto()
    SECTION = auto()
    PERSON = auto()
    LOOSE = auto()
    UNKNOWN = auto()


SERIAL = re.compile(r"\(?\d{1,5}\s*[.)]*")
NUMBERING = re.compile(r"\(?\s*(\d{1,2})\s*(?:=[\s\d()+x*:/-]*)?[).]?")
TOTAL = re.compile(
    r"(grand\s*|sub\s*)?(jumlah|total|jml|rata[\s-]*rata)\b|"
    r"(laki[\s-]*laki|perempuan|pria|wanita|[lp])\s*[:=]\s*\d+|"
    r"(laki[\s-]*laki|perempuan)\s+\d+\s*orang",
    re.IGNORECASE,
)
SEX_WORD = re.compile(r"(laki[\s-]*laki|perempuan|pria|wanita|lk|pr|l|p)\W*", re.IGNORECASE)
COUNT = re.compile(r"[=:]?\s*\d{1,3}\s*(orang|org|peserta|siswa|santri)?\W*", re.IGNORECASE)
SIGNATURE = re.compile(
    r"(mengetahui|menyetujui|disetujui|disahkan|mengesahkan|diketahui|dibuat oleh|diperiksa|"
    r"hormat kami|a\.?\s?n\.?\s|an\.\s|u\.b\.|kepala|ka\.|ketua|pimpinan|direktur|direktris|"
    r"pengasuh|penanggung\s*jawab|pengelola|penyelenggara|panitia|sekretaris|bendahara|"
    r"instruktur|operator|pendamping|koordinator|camat|lurah|manajer|manager|petugas|"
    r"nip\b|nuptk\b|nipy\b|nrp\b|nik\s*[.:]|catatan|keterangan|ket\s*[:.]|nb\b|note\b|\*|"
    r"demikian|dicetak|tanda tangan|ttd|materai|halaman|hal\.?\s*\d|page\s*\d|lembar ke|"
    r"ditetapkan di|pada tanggal|yayasan|dst\b|dibuat di|yang membuat|tembusan|sumber\s*:|"
    r"tanggal\s*:|rekapitulasi|pembina\b|pembimbing|narasumber|fasilitator)",
    re.IGNORECASE,
)
SECTION = re.compile(
    r"(kelas|kelompok|gelombang|angkatan|kejuruan|jurusan|rombel|rombongan|sesi|tahap|paket|"
    r"peserta|daftar|cadangan|laki[\s-]*laki|perempuan|putra|putri|lampiran|tahun|program)\b",
    re.IGNORECASE,
)
EXAMPLE = re.compile(r"\(?(contoh|cth|misal(nya)?|example)\b", re.IGNORECASE)
RECENT_YEARS = 10


def kind_of_row(
    texts: Sequence[str], number: str, cells: Mapping[str, str], *, signed: bool, today: date
) -> RowKind:
    """Judge one row: all its texts, its running number, its cells by field.

    `signed` says that a signature block has begun above: from there on only rows with a
    number or with the marks of a person are people's. LOOSE is text that heads or closes a page.
    """
    filled = [text for text in texts if not is_blank(text)]
    if not filled:
        return RowKind.EMPTY
    name = "" if is_blank(cells.get("name", "")) else cells["name"]
    numbered = bool(SERIAL.fullmatch(number.strip())) if number else False
    nik = sum(char.isdigit() for char in cells.get("nik", "")) >= 8
    sex = read_sex(cells.get("sex", "")) in ("L", "P")
    if _is_numbering(filled):
        return RowKind.NUMBERING
    if EXAMPLE.match(number) or (EXAMPLE.match(name) and len(name.split()) == 1):
        return RowKind.EXAMPLE
    if name and numbered and (nik or sex):
        return RowKind.PERSON
    birth = read_birth(cells.get("birth_date", ""), today=today)
    born = bool(birth.day)
    if not nik and not born and any(_is_total(text) for text in filled[:3]):
        return RowKind.TOTAL
    if not numbered and not nik and not born and _is_count_of_a_sex(filled):
        return RowKind.TOTAL
    personal = sex or _is_of_a_person(birth, today)
    if not numbered and not nik and not (name and personal and not _is_signature(name)):
        if any(_is_signature(text) for text in filled):
            return RowKind.SIGNATURE
        if all(_is_place_and_date(text, today) for text in filled):
            return RowKind.SIGNATURE
    marks = nik + sex + born
    if numbered and len(filled) == 1 and is_only_number(filled[0]):
        return RowKind.EMPTY
    if signed and not numbered and not marks:
        return RowKind.SIGNATURE
    if name and (numbered or marks):
        return RowKind.PERSON
    if marks >= 2 or (numbered and any(not is_blank(text) for text in cells.values())):
        return RowKind.PERSON
    if len(filled) == 1 and SECTION.match(filled[0]):
        return RowKind.SECTION
    if name:
        return RowKind.LOOSE if len(filled) == 1 else RowKind.PERSON
    return RowKind.LOOSE if len(filled) == 1 and not marks else RowKind.UNKNOWN


def is_only_number(text: str) -> bool:
    return bool(SERIAL.fullmatch(text))


def _is_numbering(filled: Sequence[str]) -> bool:
    """The row (1) (2) (3) ... or (a) (b) (c) ... that names the columns."""
    letters = "".join(text.strip("( .)") for text in filled).casefold()
    if len(filled) > 2 and letters == ascii_lowercase[: len(filled)]:
        return True
    found = [NUMBERING.fullmatch(text) for text in filled]
    if len(filled) < 3 or not all(found):
        return False
    numbers = [int(match[1]) for match in found if match]
    steps = [after - before for before, after in pairwise(numbers)]
    # At most one number comes twice, and few columns go unnumbered.
    return numbers[0] <= 2 and steps.count(0) < 2 and all(0 <= step <= 3 for step in steps)


def _is_total(text: str) -> bool:
    return bool(TOTAL.match(text))


def _is_count_of_a_sex(filled: Sequence[str]) -> bool:
    """A line below the table such as "Laki-laki | 5 orang"."""
    return (
        len(filled) > 1
        and bool(SEX_WORD.fullmatch(filled[0]))
        and all(COUNT.fullmatch(text) for text in filled[1:])
    )


def _is_of_a_person(birth: Birth, today: date) -> bool:
    """A date of birth, right or wrong, and not the recent day of a signature."""
    if birth.day:
        return birth.day.year <= today.year - RECENT_YEARS
    return birth.code in (Code.BIRTH_DATE_IMPOSSIBLE, Code.BIRTH_DATE_MONTH_FIRST)


def _is_signature(text: str) -> bool:
    return bool(SIGNATURE.match(text))


def _is_place_and_date(text: str, today: date) -> bool:
    """A line such as "Bandung, 12 Maret 2022" of recent years, or with the day left open."""
    if re.match(r"[^\W\d][^,\d]*,\s*[.…_ ]*\s*(?:[^\W\d]+)?\s*[.…_ ]*\s*20\d{2}\b", text):
        return True
    birth = read_birth(text, today=today)
    if birth.day is None:
        return False
    return bool(birth.place) and birth.day.year > today.year - RECENT_YEARS
