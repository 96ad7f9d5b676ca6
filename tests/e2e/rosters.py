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
FIRST_ROW = 6
SCIENTIFIC, IMPOSSIBLE, SEXLESS = 4, 8, 13


def born(index: int) -> date:
    return date(1995 + index % 8, 1 + index % 12, 3 + index)


def nik(index: int) -> str:
    return synthetic_nik(index, born=born(index), sex=SEXES[index])


def write_roster(path, *, faults: bool = True):
    """A letterhead, a title, sixteen people and a signature block; three rows hold a fault."""
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Peserta")
    sheet.merge_range("A1:H1", "PONDOK PESANTREN NURUL HIKMAH (CONTOH)")
    sheet.merge_range("A2:H2", "DAFTAR PESERTA PELATIHAN")
    headers = ("NO", "NAMA", "NIK", "TTL", "L/P", "PENDIDIKAN", "ALAMAT", "NO HP")
    for column, header in enumerate(headers):
        sheet.write(4, column, header)
    for index, name in enumerate(NAMES):
        number, birth, sex = nik(index), f"Bandung, {born(index):%d/%m/%Y}", SEXES[index]
        if faults:
            number = "3,20412E+15" if index == SCIENTIFIC else number
            birth = "Bandung, 31 Februari 2001" if index == IMPOSSIBLE else birth
            sex = "" if index == SEXLESS else sex
        row = (index + 1, name, number, birth, sex, "SMA", "Kp. Cikadu", f"08400000{index:04}")
        for column, value in enumerate(row):
            sheet.write(FIRST_ROW - 1 + index, column, value)
    sheet.write(24, 6, "Bandung, 20 September 2022")
    sheet.write(25, 6, "Pimpinan,")
    sheet.write(29, 6, "KH. Ahmad Fauzi")
    book.close()
    return path
