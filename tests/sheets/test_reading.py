"""Opening files: told apart by content, cells where a person sees them."""

import datetime

import pytest

from blk_portal.sheets.cells import clean, column_letter, is_blank, plain, text_of
from blk_portal.sheets.workbook import Merge, read_sheets
from tests.sheets.builders import ods, ods_of, text_table, xls, xlsx

ROWS = [[], [None, "nama", 1.5], [], [None, None, datetime.date(1999, 3, 12), True]]


@pytest.mark.parametrize("write", [xlsx, ods])
def test_cells_stand_in_their_row_and_column(write):
    (sheet,) = read_sheets(write(ROWS, merges=[(1, 1, 2, 1)]), "x.xls")
    assert sheet.rows == [
        [], [None, "nama", 1.5], [], [None, None, datetime.date(1999, 3, 12), True],
    ]  # fmt: skip
    assert sheet.merges == [Merge(1, 1, 2, 1)]


def test_old_workbook_under_a_new_name_is_read():
    (sheet,) = read_sheets(xls([[], [None, "a", 2]]), "x.xlsx")
    assert sheet.rows == [[], [None, "a", 2.0]]


@pytest.mark.parametrize("write", [xlsx, ods])
def test_sheets_keep_their_order_name_and_whether_they_are_hidden(write):
    sheets = read_sheets(
        write([["a"]], before=[("Daftar & lain", [["b"]])], hidden=["Daftar & lain"])
    )
    assert [(sheet.name, sheet.hidden, sheet.rows) for sheet in sheets] == [
        ("Daftar & lain", True, [["b"]]), ("Sheet1", False, [["a"]]),
    ]  # fmt: skip


def test_cells_and_rows_that_an_open_document_counts_stand_where_a_person_sees_them():
    word = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    (sheet,) = read_sheets(
        ods_of(
            '<table:table table:name="A"><table:table-row table:number-rows-repeated="2">'
            '<table:table-cell table:number-columns-repeated="2"/>' + word.format("a")
            + '</table:table-row><table:table-row table:number-rows-repeated="3">'
            '<table:table-cell/></table:table-row><table:table-row>'
            '<table:table-cell table:number-columns-repeated="2" office:value-type="float"'
            ' office:value="7"/><table:table-cell table:number-columns-spanned="2"'
            ' table:number-rows-spanned="1"/><table:covered-table-cell/></table:table-row>'
            "</table:table>"
        )
    )  # fmt: skip
    assert sheet.rows == [[None, None, "a"], [None, None, "a"], [], [], [], [7, 7]]
    assert sheet.merges == [Merge(5, 2, 5, 3)]


def test_a_stray_blank_at_the_far_end_is_no_row():
    rows = [["a", "b", "c"]] + [[]] * 30_000 + [["  "]]
    (sheet,) = read_sheets(xlsx(rows))
    assert sheet.rows == [["a", "b", "c"]]
    assert not sheet.cut


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_text_tables_of_all_kinds_are_read(delimiter, encoding):
    rows = [["NAMA", "TTL", "X"], ["Café", "Bandung, 12 Maret; 1999", "a\nb"], ["c", "d", 'e"f']]
    (sheet,) = read_sheets(text_table(rows, delimiter, encoding))
    assert sheet.rows == rows


def test_a_stray_quotation_mark_swallows_no_rows():
    data = b'NAMA;NIK;L/P;TTL\n"Ali;1;L;x\n"Ani; B";2;P;y\nAri;3;L;z\n'
    (sheet,) = read_sheets(data)
    assert [row[0] for row in sheet.rows] == ["NAMA", "Ali", "Ani; B", "Ari"]


def test_the_line_for_excel_is_not_a_row():
    (sheet,) = read_sheets(b"sep=,\r\na,b,c;d\r\n1,2,3;4\r\n")
    assert sheet.rows == [["a", "b", "c;d"], ["1", "2", "3;4"]]


def test_cells_become_clean_text():
    assert clean(" Siti\xa0 Aminah\u200b\r\n binti\tX ") == "Siti Aminah binti X"
    assert clean("a\ud800b") == "ab"
    assert text_of(3204011203999001.0) == "3204011203999001"
    assert text_of(datetime.date(1999, 3, 2)) == "02/03/1999"
    assert text_of(None) == ""
    assert plain("３２") == plain("٣٢") == "32"
    assert all(is_blank(text) for text in ("", "-", ".", "#N/A", "nan", "NULL", "0", "–"))
    assert not is_blank("Na")
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
    ]
