"""Headings, rows and cells an acceptance run found in rosters from the field."""

import pytest

from tests.sheets.builders import HEADER, person, xlsx
from tests.trainings.readings import BORN, codes, read, read_people
from trainings.faults import Code

NIK = "3204011203999001"


@pytest.mark.parametrize("cell", ["Ketua RT", "Yayasan Nurul Huda, Garut", "Instruktur senam"])
@pytest.mark.parametrize(
    ("sex", "birth", "fault"),
    [
        ("", "Bandung, 12 Maret 1999", Code.SEX_MISSING),
        ("L", "Bandung, 31 Februari 1999", Code.BIRTH_DATE_IMPOSSIBLE),
        ("L?", "Bandung, 03/25/1999", Code.BIRTH_DATE_MONTH_FIRST),
    ],
)
def test_a_person_without_number_and_nik_is_no_signature(cell, sex, birth, fault):
    header = ["NAMA", "NIK", "L/P", "TTL", "PEKERJAAN"]
    reading = read(xlsx([header, ["Asep Hidayat", "-", sex, birth, cell]]))
    assert fault in codes(reading.rejected, 2)


@pytest.mark.parametrize(
    "heading", ["NIK (contoh: 3203121203990001)", "NIK\n(16 digit, contoh 3203121203990001)"]
)
def test_an_example_in_the_heading_does_not_hide_the_column(heading):
    header = [heading if cell == "NIK" else cell for cell in HEADER]
    assert read_people(person(1, nik=NIK), header=header).accepted[0].nik == NIK


@pytest.mark.parametrize(
    "heading", ["NIK tanpa spasi", "Nomor Induk Kependudukan (NIK), jangan disingkat"]
)
def test_a_heading_that_begins_with_the_nik_is_taken_for_it(heading):
    header = [heading if cell == "NIK" else cell for cell in HEADER]
    assert read_people(person(1, nik=NIK), header=header).accepted[0].nik == NIK


def test_a_column_about_the_nik_does_not_contradict_it():
    reading = read_people([*person(1, nik=NIK), "cocok"], header=[*HEADER, "NIK VALID"])
    assert [row.nik for row in reading.accepted] == [NIK]


def test_the_nik_of_a_parent_is_not_the_participants():
    header = ["NIK IBU" if cell == "NIK" else cell for cell in HEADER]
    assert read_people(person(1, nik=NIK), header=header).accepted[0].nik is None


@pytest.mark.parametrize("heading", ["LP", "JEN. KEL", "L- P"])
def test_further_headings_of_sex(heading):
    header = [heading if cell == "L/P" else cell for cell in HEADER]
    assert read_people(person(1, sex="P"), header=header).accepted[0].sex == "P"


@pytest.mark.parametrize("heading", ["PENDI-\nDIKAN", "PDDKN"])
def test_further_headings_of_education(heading):
    header = [heading if cell == "PENDIDIKAN" else cell for cell in HEADER]
    assert read_people(person(1), header=header).accepted[0].education == "SMA"


def test_sexes_in_columns_headed_pa_and_pi():
    rows = [
        ["NO", "NAMA", "NIK", "TTL", "JENIS KELAMIN", None],
        [None, None, None, None, "PA", "PI"],
        [1, "Asep", NIK, "Bandung, 12 Maret 1999", "v", None],
        [2, "Euis", "-", "Bandung, 12 Maret 1999", None, "1"],
    ]
    reading = read(xlsx(rows, [(0, 4, 0, 5)]))
    assert [row.sex for row in reading.accepted] == ["L", "P"]
    assert not reading.rejected


def test_day_month_year_below_a_heading_of_birth_is_the_date():
    rows = [
        ["NO", "NAMA", "NIK", "KELAHIRAN", None, "L/P"],
        [None, None, None, "TEMPAT", "TGL/BLN/THN", None],
        [1, "Asep", NIK, "Bandung", "12/03/1999", "L"],
    ]
    (row,) = read(xlsx(rows, [(0, 3, 0, 4)])).accepted
    assert (row.birth_place, row.birth_date) == ("Bandung", BORN)


@pytest.mark.parametrize(
    "footer",
    [
        [["JUMLAH", None, 8], ["Laki-laki", None, 5], ["Perempuan", None, 3]],
        [[None, "Laki-laki", "= 5 orang"], [None, "Perempuan", "= 3 orang"]],
        [["L", None, None, 5], ["P", None, None, 3]],
        [["Rekapitulasi"], ["LK", 5], ["PR", 3]],
        [["PEMBINA", None, "NARASUMBER"], ["Ahmad", None, "Siti"]],
        [["Dibuat di : Bandung"], ["Tanggal : 12 Maret 2022"], ["Yang membuat daftar,"], ["Ali"]],
        [["Tembusan:"], ["1. Kepala Dinas"]],
        [["Sumber: BLKK 2022"]],
    ],
    ids=lambda footer: footer[0][0] or footer[0][1],
)
def test_lines_below_the_table_are_no_participants(footer):
    reading = read_people(person(1), [], *footer)
    assert [row.row for row in reading.accepted] == [2]
    assert reading.rejected == []


@pytest.mark.parametrize(
    "numbering",
    [list("abcdefgh"), [f"({sign})" for sign in "abcdefgh"], [1, 2, 3, "4=2+3", 5, 6, 7, 8]],
)
def test_columns_named_by_letters_or_sums_are_no_participant(numbering):
    reading = read_people(numbering, person(1))
    assert [row.row for row in reading.accepted] == [3]
    assert reading.rejected == []


def test_an_acute_accent_in_front_of_a_nik_is_dropped():
    assert read_people(person(1, nik="´" + NIK)).accepted[0].nik == NIK


def test_a_number_that_a_narrow_column_hid_is_not_taken_for_none():
    reading = read_people(person(1, nik="################"))
    assert codes(reading.rejected) == [Code.NIK_CHARACTERS]
