"""Roster files as operators keep them, made anew for each test. All people are invented."""

from datetime import date

import xlsxwriter

from tests.factories.trainings import synthetic_nik

NAMES = (
    "Siti Aminah", "Dewi Lestari", "Asep Saepudin", "Rina Marlina", "Wawan Setiawan", "Nur Hasanah",
    "Yuni Kartika", "Dadan Ramdani", "Tuti Alawiyah", "Lilis Suryani", "Fitri Handayani",
    "Euis Komariah", "Ujang Supriatna", "Cecep Hidayat", "Neng Sari", "Iis Rohaeti",
)  # fmt: skip
SEXES = "PPLPLPPLPPPPLLPP"
FIRST_ROW = 7
SCIENTIFIC, IMPOSSIBLE, SEXLESS = 4, 8, 13
# Right as it stands on the identity card, whose number says the other sex: a warning, no fault.
CONTRADICTING = 11


def born(index: int) -> date:
    return date(1995 + index % 8, 1 + index % 12, 3 + index)


def nik(index: int) -> str:
    sex = SEXES[index]
    if index == CONTRADICTING:
        sex = "L" if sex == "P" else "P"
    return synthetic_nik(index, born=born(index), sex=sex)


def write_roster(path, *, faults: bool = True):
    """A letterhead, a title, a header merged over two lines, sixteen people and a signature block.

    Three rows hold a fault, one a warning.
    """
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Peserta")
    sheet.merge_range("A1:I1", "PONDOK PESANTREN NURUL HIKMAH (CONTOH)")
    sheet.merge_range("A2:I2", "DAFTAR PESERTA PELATIHAN")
    _write_header(sheet)
    for index, name in enumerate(NAMES):
        number, birth, sex = nik(index), f"{born(index):%d/%m/%Y}", SEXES[index]
        if faults:
            number = "3,20412E+15" if index == SCIENTIFIC else number
            birth = "31 Februari 2001" if index == IMPOSSIBLE else birth
            sex = "" if index == SEXLESS else sex
        row = (
            index + 1, name, number, "Bandung", birth, sex, "SMA", "Kp. Cikadu",
            f"08400000{index:04}",
        )  # fmt: skip
        for column, value in enumerate(row):
            sheet.write(FIRST_ROW - 1 + index, column, value)
    sheet.write(FIRST_ROW + len(NAMES) + 1, 6, "Bandung, 20 September 2022")
    sheet.write(FIRST_ROW + len(NAMES) + 2, 6, "Pimpinan,")
    sheet.write(FIRST_ROW + len(NAMES) + 6, 6, "KH. Ahmad Fauzi")
    book.close()
    return path


def _write_header(sheet) -> None:
    """Rows 5 and 6: place and date of birth share one heading, the others span both lines."""
    for column, header in enumerate(("NO", "NAMA", "NIK")):
        sheet.merge_range(4, column, 5, column, header)
    sheet.merge_range(4, 3, 4, 4, "KELAHIRAN")
    sheet.write(5, 3, "TEMPAT")
    sheet.write(5, 4, "TANGGAL")
    for column, header in enumerate(("L/P", "PENDIDIKAN", "ALAMAT", "NO HP"), start=5):
        sheet.merge_range(4, column, 5, column, header)
