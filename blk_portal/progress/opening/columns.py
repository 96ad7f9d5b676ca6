"""The headers of a list of opening balances, and the empty list to fill in."""

from collections.abc import Sequence

from django.utils.translation import gettext

from blk_portal.sheets.cells import plain
from blk_portal.sheets.fillable import Cell, FillColumn, FillSheet, Guide, write_fillable
from institutions.register_sheet import columns as register

# What a cell is called in a fault and in the empty list, in the order of its columns.
USUAL_HEADERS = {
    "code": "KODE PORTAL",
    "vin": "VIN",
    "nspp": "NSPP",
    "npsn": "NPSN",
    "name": "NAMA LEMBAGA",
    "year": "TAHUN ANGGARAN",
    "enrolled": "PESERTA",
    "completed": "SELESAI",
    "passed": "LULUS",
    "certification_reported": "DILAPORKAN SERTIFIKASI",
    "certified": "BERSERTIFIKAT",
    "source": "SUMBER",
}
IDENTIFIERS = ("code", "vin", "nspp", "npsn")
OF_REGISTER = frozenset((*IDENTIFIERS, "name", "year", "number", "ignored"))
SPELLINGS = {
    "enrolled": """peserta jumlahpeserta terdaftar pesertaterdaftar jumlahpesertaterdaftar
        pendaftar mendaftar""",
    "completed": """selesai jumlahselesai pesertaselesai selesaipelatihan dilatih pesertadilatih
        jumlahdilatih mengikuti partisipasi jumlahpesertadilatih pesertapelatihan""",
    "passed": "lulus jumlahlulus pesertalulus luluspelatihan jumlahpesertalulus",
    "certification_reported": """dilaporkansertifikasi laporansertifikasi diuji ujikompetensi
        pesertauji pesertaujikompetensi mengikutiujikompetensi""",
    "certified": """bersertifikat kompeten sertifikasi tersertifikasi pesertakompeten
        jumlahkompeten sertifikatkompetensi""",
    "source": "sumber sumberdata dokumen dokumensumber laporan sumberlaporan",
}
FIELD_OF = {word: field for field, words in SPELLINGS.items() for word in words.split()}
SHEET_NAME, GUIDE_NAME = "Saldo awal", "Petunjuk"
EMPTY_ROWS = 100
WIDTHS = {"name": 34, "source": 44, "certification_reported": 24}


def _key(text: str) -> str:
    return "".join(char for char in plain(text).casefold() if char.isalnum())


def field_of(parts: tuple[str, ...]) -> str | None:
    """The field for which a header stands, given its cells from the top down."""
    for text in ("".join(parts), parts[-1]):
        if field := FIELD_OF.get(_key(text)):
            return field
    field = register.field_of(parts)
    return field if field in OF_REGISTER else None


class BalanceVocabulary:
    """What lists of opening balances know of their headers."""

    @staticmethod
    def field_of(parts: tuple[str, ...]) -> str | None:
        return field_of(parts)

    @staticmethod
    def names_the_subject(text: str) -> bool:
        return field_of((text,)) == "year"

    @staticmethod
    def is_header_row(texts: Sequence[str]) -> bool:
        return all(field_of((text,)) for text in texts)

    @staticmethod
    def is_table(fields: set[str]) -> bool:
        return {"year", "completed"} <= fields and not fields.isdisjoint(IDENTIFIERS)


def empty_workbook() -> bytes:
    """A list to fill in, with the headings that the portal knows best."""
    numbers = ("enrolled", "completed", "passed", "certification_reported", "certified")
    columns = [
        FillColumn(header, WIDTHS.get(name, 16), Cell.NUMBER if name in numbers else Cell.TEXT)
        for name, header in USUAL_HEADERS.items()
    ]
    lines: list[list[object]] = [[None] * len(columns)] * EMPTY_ROWS
    title = [gettext("OPENING BALANCES (BLK Komunitas)")]
    guide = [
        gettext("How to fill in the list"),
        gettext("1. Write one institution and one budget year in each row."),
        gettext("2. The institution is found by its portal code, VIN, NSPP or NPSN. The name is"
                " only compared."),
        gettext("3. SELESAI are participations without those who withdrew; it is always needed. An"
                " empty PESERTA means as many as SELESAI, an empty DILAPORKAN SERTIFIKASI as many"
                " as BERSERTIFIKAT; any other empty number means 0."),
        gettext("4. SUMBER names the paper: kind, number and date."),
        gettext("5. Nothing counts before a second person has approved the list."),
    ]  # fmt: skip
    return write_fillable(FillSheet(SHEET_NAME, title, columns, lines), Guide(GUIDE_NAME, guide))
