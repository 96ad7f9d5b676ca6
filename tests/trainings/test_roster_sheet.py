"""Reading rosters as operators send them. No database, no key."""

import datetime
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blk_portal.privacy.nik import looks_invented, mask_nik
from blk_portal.sheets.errors import Refusal, SheetRefused
from blk_portal.sheets.export import write_xlsx
from tests.sheets.builders import HEADER, ods, person, text_table, xls, xlsx
from tests.trainings.readings import BORN, TODAY, codes, read, read_people, refusal
from trainings.faults import TEXTS, WARNINGS, Code, RosterRefusal
from trainings.roster_sheet import check_row

LETTERHEAD = [
    ["PEMERINTAH KABUPATEN BANDUNG"],
    ["BLKK PESANTREN NURUL HIKMAH"],
    ["Alamat", ":", "Jl. Raya Soreang No. 1, Kab. Bandung"],
    ["NAMA LEMBAGA", ":", "Nurul Hikmah"],
    ["DAFTAR NAMA PESERTA PELATIHAN"],
    [],
    ["NO", "NAMA LENGKAP", "NO. KTP / NIK", "TEMPAT/TANGGAL LAHIR", None, "JENIS KELAMIN", None,
     "PENDIDIKAN TERAKHIR", "ALAMAT", None, "NO. HP/WA"],
    [None, None, None, "TEMPAT", "TANGGAL", "L", "P", None, "DESA", "KEC"],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(8)", "(9)", "(10)", "(11)"],
    [1, "Asep", "'3204011203999001", "Bandung", "12/03/1999", "v", None, "SMA", "Cikoneng",
     "Ciparay", "0812-3456-7890"],
    [],
    [2, "Euis", "320401 520299 9002", "Garut", "12 Pebruari 1999", None, "x", "SMP", "A", "B",
     "+62 812 3456 7890"],
    [3, "Ujang", "3,20401E+15", "Garut", "31 Februari 1999", "v", "v", "SMP", "A", "B", "-"],
    [4],
    ["JUMLAH", None, None, None, None, 2, 2],
    [],
    [None, "Mengetahui,", None, None, None, None, None, "Bandung, 20 September 2022"],
    [None, "Ketua Yayasan", None, None, None, None, None, "Kepala BLKK"],
    [None, "KH. Ahmad Fauzi", None, None, None, None, None, "Siti Maesaroh, S.Pd"],
    [None, None, None, None, None, None, None, "NIP. 19760312 200501 1 002"],
]  # fmt: skip
MERGES = [(6, 0, 7, 0), (6, 1, 7, 1), (6, 3, 6, 4), (6, 5, 6, 6), (6, 8, 6, 9)]


@pytest.mark.parametrize(
    "source",
    [
        xlsx(LETTERHEAD, MERGES), xlsx(LETTERHEAD), xls(LETTERHEAD), text_table(LETTERHEAD, ";"),
        text_table(LETTERHEAD, ",", "cp1252"), text_table(LETTERHEAD, "\t", "utf-16"),
        ods(LETTERHEAD, MERGES), ods(LETTERHEAD),
    ],
    ids=["merged", "not merged", "xls", "semicolons", "commas", "tabs", "ods merged", "ods"],
)  # fmt: skip
def test_a_sheet_with_letterhead_double_header_totals_and_signatures_is_read(source):
    reading = read(source)
    asep, euis = reading.accepted
    assert (asep.row, asep.name, asep.nik, asep.sex) == (10, "Asep", "3204011203999001", "L")
    assert (asep.birth_place, asep.birth_date) == ("Bandung", BORN)
    assert (asep.education, asep.address, asep.phone) == (
        "SMA",
        "Cikoneng, Ciparay",
        "081234567890",
    )
    assert (euis.row, euis.nik, euis.sex) == (12, "3204015202999002", "P")
    assert euis.birth_date == datetime.date(1999, 2, 12)
    assert [(fault.row, fault.column, fault.code) for fault in reading.rejected] == [
        (13, "NO. KTP / NIK", Code.NIK_SCIENTIFIC),
        (13, "JENIS KELAMIN", Code.SEX_BOTH),
        (13, "TEMPAT/TANGGAL LAHIR TANGGAL", Code.BIRTH_DATE_IMPOSSIBLE),
    ]
    assert reading.warnings == []


def test_all_faults_of_a_row_come_in_one_pass_and_the_mended_row_passes_the_same_checks():
    reading = read_people(
        person(1, name="-", nik="32040112", sex="X", birth="Bandung, 31 Februari 1999")
    )
    assert codes(reading.rejected) == [
        Code.NAME_MISSING, Code.NIK_LENGTH, Code.SEX_UNKNOWN, Code.BIRTH_DATE_IMPOSSIBLE,
    ]  # fmt: skip
    cells = reading.rejected_cells[2]
    assert (cells["birth_place"], cells["birth_date"]) == ("Bandung", "31 Februari 1999")
    again = check_row(cells, row=2, today=TODAY, headers=reading.headers)
    assert [fault.code for fault in again.faults] == codes(reading.rejected)
    assert [fault.column for fault in again.faults] == ["NAMA", "NIK", "L/P", "TTL"]
    mended = cells | {"name": "Ali", "nik": "", "sex": "L", "birth_date": "28 Februari 1999"}
    person_read = check_row(mended, row=2, today=TODAY).person
    assert (person_read.birth_place, person_read.birth_date.day) == ("Bandung", 28)


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        ("3204011203999001", "3204011203999001"),
        ("'3204011203999001", "3204011203999001"),
        ("`3204011203999001", "3204011203999001"),
        ("’3204011203999001 ", "3204011203999001"),
        ("3204-0112-0399-9001", "3204011203999001"),
        ("320401 120399 9001", "3204011203999001"),
        ("NIK: 3204.0112.0399.9001", "3204011203999001"),
        ("３２０４０１１２０３９９９００１", "3204011203999001"),
        ("0", None), ("-", None), ("", None), ("#N/A", None), ("nan", None), ("NULL", None),
        ("belum ada", None), (0, None), ("'", None),
        ("3,20323E+15", Code.NIK_SCIENTIFIC), ("3.20323E+15", Code.NIK_SCIENTIFIC),
        ("320401120399900", Code.NIK_LENGTH), ("32040112039990011", Code.NIK_LENGTH),
        (320401120399900, Code.NIK_LENGTH),
        ("32040112O3999001", Code.NIK_CHARACTERS),
        ("9904011203999001", Code.NIK_REGION), ("3200011203999001", Code.NIK_REGION),
        ("3204013203999001", Code.NIK_BIRTH_DATE), ("3204011213999001", Code.NIK_BIRTH_DATE),
        ("3204011203990000", Code.NIK_SERIAL), ("3204010000000000", Code.NIK_DIGIT_LOST),
    ],
)  # fmt: skip
def test_a_nik_is_read_or_named_as_a_fault(written, outcome):
    reading = read_people(person(1, nik=written))
    if isinstance(outcome, Code):
        assert codes(reading.rejected) == [outcome]
        assert all(str(written) not in fault.message + fault.cure for fault in reading.rejected)
    else:
        assert [row.nik for row in reading.accepted] == [outcome]
        assert reading.warnings == []


def test_rows_without_a_nik_are_no_duplicates():
    reading = read_people(
        *(person(n, nik=nik) for n, nik in enumerate(["-", "-", "0", "", None], 1))
    )
    assert len(reading.accepted) == 5
    assert not reading.warnings


def test_a_nik_written_twice_is_rejected_with_the_row_of_the_first():
    reading = read_people(
        person(1, nik="3204011203999001", sex=""), person(2, nik="3204-0112-0399-9001")
    )
    assert codes(reading.rejected, 3) == [Code.NIK_DUPLICATE]
    assert "2" in next(fault.message for fault in reading.rejected if fault.row == 3)


def test_a_nik_in_a_numeric_cell_is_never_accepted_in_silence():
    reading = read_people(*(person(n, nik=3204011203999000 + n) for n in range(1, 9)))
    assert len(reading.accepted) == 8
    assert codes(reading.warnings) == [Code.NIK_NUMERIC_CELL] * 8


def test_a_numeric_column_of_zeros_has_lost_its_digits():
    reading = read_people(*(person(n, nik=3204011203990010 + 100 * n) for n in range(1, 6)))
    assert codes(reading.rejected) == [Code.NIK_DIGIT_LOST] * 5
    cells = reading.rejected_cells[2]
    assert cells["nik"] == "320401120399011?"
    check = check_row(cells | {"nik": "3204011203990110"}, row=2, today=TODAY)
    assert check.person.nik == "3204011203990110"


def test_a_single_zero_is_a_warning_and_text_zeros_en_masse_are_lost_digits():
    one = read_people(person(1, nik=3204011203999010), person(2, nik="3204011203999002"))
    assert codes(one.warnings) == [Code.NIK_NUMERIC_CELL]
    header, people = HEADER, [person(n, nik=f"320401120399{9000 + 10 * n}") for n in range(1, 7)]
    assert codes(read(text_table([header, *people])).rejected) == [Code.NIK_DIGIT_LOST] * 6


def test_numbers_too_large_to_be_exact_are_rejected_and_text_is_fine():
    reading = read_people(person(1, nik=9101011203999001), person(2, nik="9401011203999001"))
    assert codes(reading.rejected, 2) == [Code.NIK_DIGIT_LOST]
    assert [row.row for row in reading.accepted] == [3]


def test_a_number_as_text_keeps_its_warning_when_another_cell_was_mended():
    reading = read_people(person(1, nik=3204011203999001, sex=""))
    check = check_row(reading.rejected_cells[2] | {"sex": "L"}, row=2, today=TODAY)
    assert [fault.code for fault in check.warnings] == [Code.NIK_NUMERIC_CELL]


def test_a_nik_against_birth_date_or_sex_is_a_warning():
    reading = read_people(
        person(1, nik="3204011303999001"), person(2, nik="3204015203999002"),
        person(3, nik="1111111111111111"),
    )  # fmt: skip
    assert len(reading.accepted) == 3
    assert codes(reading.warnings) == [
        Code.NIK_BIRTH_DATE_DIFFERS, Code.NIK_SEX_DIFFERS, Code.NIK_SUSPICIOUS,
        Code.NIK_BIRTH_DATE_DIFFERS,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("spellings", "sex"),
    [
        (["L", "LK", "Lk.", "Laki - Laki", "LAKI-LAKI", "PRIA", 1, "1", "Ikhwan", "Putra"], "L"),
        (["P", "PR", "Perempuan", "WANITA", "W", 2, "2", "Akhwat", "Putri", "P (Perempuan)"], "P"),
    ],
)
def test_sex_is_read_in_every_spelling(spellings, sex):
    reading = read_people(*(person(n, sex=written) for n, written in enumerate(spellings, 1)))
    assert [row.sex for row in reading.accepted] == [sex] * len(spellings)


@pytest.mark.parametrize("mark", ["v", "V", "√", "✓", "x", "1", 1, "ya", "\xfc", "●", True])
def test_a_mark_in_one_of_two_columns_is_the_sex(mark):
    header = ["NAMA", "L", "P", "TTL"]
    reading = read_people(["A", mark, None, "B, 1 Mei 1999"], ["C", "-", mark, "B, 2 Mei 1999"],
                          ["D", None, None, "B, 3 Mei 1999"], ["E", mark, mark, "B, 4 Mei 1999"],
                          header=header)  # fmt: skip
    assert [row.sex for row in reading.accepted] == ["L", "P"]
    assert codes(reading.rejected) == [Code.SEX_MISSING, Code.SEX_BOTH]


@pytest.mark.parametrize(
    "name", ["Qur'an", "Qur`an", 'MUTA"ALIMIN', "Al- Hidayah", "=1+1 Budi", "محمد"]
)
def test_names_stay_as_written(name):
    assert read_people(person(1, name=f"  {name}\xa0")).accepted[0].name == name


@pytest.mark.parametrize(
    ("name", "code"),
    [("", Code.NAME_MISSING), ("#N/A", Code.NAME_MISSING), ("123", Code.NAME_WITHOUT_LETTERS),
     ("A" * 151, Code.NAME_TOO_LONG), ("Bu\x00di", Code.CONTROL_CHARACTERS)],
)  # fmt: skip
def test_what_is_no_name_is_rejected(name, code):
    assert codes(read_people(person(1, name=name)).rejected) == [code]


def test_optional_columns_are_read():
    header = ["No", "Nama", "JK", "TTL", "Disabilitas", "Santri/Umum", "Hasil", "Ket.", "Nama Ayah"]
    reading = read_people(
        [1, "A", "L", "B, 1 Mei 2000", "Tuna Netra", "Santri", "Lulus", "", "X"],
        [2, "B", "P", "B, 2 Mei 2000", "Tidak ada", "Umum", "", "Mengundurkan diri", "X"],
        [3, "C", "P", "B, 3 Mei 2000", "v", "?", "85", "", "X"],
        header=header,
    )  # fmt: skip
    first, second = reading.accepted
    assert (first.disability, first.is_santri, first.result) == ("sensorik", True, "lulus")
    assert (second.disability, second.is_santri, second.result) == (
        "none", False, "mengundurkan_diri",
    )  # fmt: skip
    assert codes(reading.rejected) == [Code.DISABILITY_UNKNOWN]
    assert codes(reading.people_warnings) == [Code.RESULT_UNKNOWN]
    (unread,) = reading.notes
    assert (unread.code, unread.row, unread.column) == (Code.COLUMN_NOT_READ, 1, "Nama Ayah")


def test_a_header_repeated_at_a_page_break_is_no_row_even_in_another_order():
    other = ["NAMA", "L/P", "NIK", "TEMPAT LAHIR", "TANGGAL LAHIR"]
    rows = [["DAFTAR"], HEADER, person(1), ["Halaman 1"], ["DAFTAR"], HEADER, person(2), [], other,
            ["Zed", "P", "-", "Garut", "1 Mei 2000"]]  # fmt: skip
    reading = read(xlsx(rows))
    assert [row.row for row in reading.accepted] == [3, 7, 10]
    assert not reading.rejected


def test_four_header_rows_and_a_date_in_three_columns_are_understood():
    rows = [
        ["NO", "IDENTITAS PESERTA", None, None, None, None, None, None, None],
        [None, "NAMA", "NOMOR INDUK", "JENIS", None, "TEMPAT", "TANGGAL LAHIR", None, None],
        [None, "LENGKAP", "KEPENDUDUKAN", "KELAMIN", None, "LAHIR", None, None, None],
        [None, None, None, "L", "P", None, "TGL", "BLN", "THN"],
        [1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, "Budi", "3204011203999001", "v", None, "Bandung", 12, 3, 1999],
        [2, "Ani", "3204015203999002", None, "v", "Bandung", 31, 2, 1999],
    ]
    reading = read(xlsx(rows, [(0, 1, 0, 8), (2, 3, 2, 4), (1, 6, 1, 8)]))
    (budi,) = reading.accepted
    assert (budi.sex, budi.birth_place, budi.birth_date) == ("L", "Bandung", BORN)
    assert codes(reading.rejected) == [Code.BIRTH_DATE_IMPOSSIBLE]


def test_the_roster_is_found_behind_instructions_and_hidden_sheets_are_named():
    guide = [["PETUNJUK"], ["1", "Isi NAMA sesuai KTP"], HEADER, person(1, name="Contoh orang")]
    reading = read(xlsx([HEADER, person(1)], before=[("Petunjuk", guide)]))
    assert [row.name for row in reading.accepted] == ["Orang A"]
    assert not reading.warnings
    old = [HEADER, person(1), person(2)]
    reading = read(xlsx([HEADER, person(1)], before=[("Lama", old)], hidden=["Lama"]))
    assert len(reading.accepted) == 1
    assert codes(reading.warnings) == [Code.SHEET_SKIPPED]


def test_several_rosters_are_refused_by_name():
    source = xlsx(
        [HEADER, person(1)], name="Angkatan 2", before=[("Angkatan 1", [HEADER, person(1)])]
    )
    with pytest.raises(SheetRefused, match="Angkatan 1, Angkatan 2") as refused:
        read(source)
    assert refused.value.code == RosterRefusal.SEVERAL_ROSTERS


def test_files_that_are_no_roster_get_one_sentence():
    assert refusal(b"Halo Bapak, berikut daftar nama peserta.\nSalam") == RosterRefusal.NOT_A_ROSTER
    assert refusal(xlsx([["NO", "NAMA", "TANDA TANGAN"], [1, "A"]])) == RosterRefusal.NOT_A_ROSTER
    institutions = [["NO", "NAMA LEMBAGA", "L", "P"], [1, "BLKK A", 3, 4]]
    assert refusal(xlsx(institutions)) == RosterRefusal.NOT_A_ROSTER
    assert refusal(xlsx([HEADER])) == RosterRefusal.ROSTER_EMPTY
    assert refusal(b"") == Refusal.FILE_EMPTY
    assert refusal(xlsx([HEADER, *map(person, range(1, 5002))])) == RosterRefusal.TOO_MANY_ROWS


def test_a_row_in_doubt_is_returned_and_never_dropped():
    reading = read_people(person(1), [None, "Ahmad tanpa data"], [None] * 5 + ["SMA", "Kp. X"])
    assert {fault.row for fault in reading.rejected} == {3, 4}
    assert codes(reading.rejected, 4) == [Code.ROW_NOT_UNDERSTOOD]


def test_numbered_row_with_the_word_of_a_heading_is_no_header():
    header = ["NO", "NAMA", "NIK", "L/P", "TTL", "PENDIDIKAN"]
    rows = [[n, "Budi", f"320401120399900{n}", "L", "B, 12 Maret 1999", word]
            for n, word in enumerate(("SMA", "NAME", "NAMA"), 1)]  # fmt: skip
    reading = read_people(*rows, header=header)
    assert {row.row for row in reading.accepted} | {row.row for row in reading.rejected} == {
        2,
        3,
        4,
    }


def test_two_columns_for_one_field_must_agree():
    header = ["NAMA", "NIK", "No KTP", "L/P", "TTL"]
    reading = read_people(
        ["A", "3204011203999001", "", "L", "B, 12 Maret 1999"],
        ["B", "3204011203999002", "3204011203999003", "L", "B, 12 Maret 1999"],
        header=header,
    )
    assert [row.nik for row in reading.accepted] == ["3204011203999001"]
    assert codes(reading.rejected) == [Code.TWO_VALUES]


def test_cells_merged_over_rows_count_for_each_and_a_merged_name_is_one_person():
    rows = [HEADER, person(1), [*person(2)[:5], None, "x", ""], person(3), [None] * 6 + ["RT 2"]]
    reading = read(xlsx(rows, [(1, 5, 2, 5), (3, 1, 4, 1)]))
    assert [row.education for row in reading.accepted] == ["SMA", "SMA", "SMA"]
    assert reading.accepted[2].address == "Kp. Cibeureum RT 2"


def test_the_same_person_without_nik_is_warned_of():
    reading = read_people(person(1, name="Al-Hidayah"), person(2, name="AL HIDAYAH"))
    assert codes(reading.warnings) == [Code.PERSON_REPEATED]


@settings(max_examples=40)
@given(st.lists(st.tuples(*[st.text(max_size=25)] * 5), min_size=1, max_size=8))
def test_every_row_with_a_number_is_accepted_or_returned(cells):
    """Whatever stands in the cells: what has a number and any content does not vanish."""
    rows = [[str(n), "Budi " + name, nik, "L" + sex, birth, edu]
            for n, (name, nik, sex, birth, edu) in enumerate(cells, 1)]  # fmt: skip
    source = write_xlsx(["NO", "NAMA", "NIK", "L/P", "TTL", "PENDIDIKAN"], rows)
    reading = read(source)
    seen = {row.row for row in reading.accepted} | {fault.row for fault in reading.rejected}
    assert seen == set(range(2, len(rows) + 2))


def test_a_planted_mess_is_found_whole():
    chance = random.Random(7)
    rows, expected = [["KOP SURAT"], [], HEADER], {}
    for number in range(1, 301):
        bad = chance.random() < 0.3
        rows.append(person(number, name=f"Peserta {number}", sex="?!a" if bad else "L"))
        expected[len(rows)] = bad
        if chance.random() < 0.05:
            rows.append(chance.choice([[], HEADER, ["(1)", "(2)", "(3)", "(4)"]]))
    rows += [[], ["TOTAL", 300], [None, "Mengetahui"], [None, "Kepala BLKK"], [None, "Drs. X"]]
    reading = read(xlsx(rows))
    assert {row.row for row in reading.accepted} == {
        row for row, bad in expected.items() if not bad
    }
    assert {fault.row for fault in reading.rejected} == {
        row for row, bad in expected.items() if bad
    }


def test_all_of_five_thousand_rows_are_accepted():
    source = xlsx([HEADER, *map(person, range(1, 5001))])
    assert len(read(source).accepted) == 5000


def test_every_code_has_its_sentences_and_is_documented(settings):
    assert set(TEXTS) == set(Code)
    assert set(WARNINGS) < set(Code)
    page = (settings.BASE_DIR / "docs" / "roster-codes.md").read_text()
    for code in [*Code, *RosterRefusal, *Refusal]:
        assert f"`{code.value}`" in page


def test_a_nik_is_masked_and_invented_ones_are_known():
    assert mask_nik("3204011203999001") == "3204••••••••9001"
    assert all(map(looks_invented, ("1111111111111111", "1212121212121212", "1234567890123456")))
    assert not looks_invented("3204011203999001")
