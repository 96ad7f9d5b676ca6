"""What the portal writes: text stays text, in every program that opens it."""

import csv
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from blk_portal.sheets.export import write_csv, write_xlsx
from blk_portal.sheets.workbook import read_sheets

FORMULAS = ["=cmd|'/c calc'!A1", "@SUM(A1)", "+1+1", "-1+1", "\tx", "\rx", "＝1+1", "＠x", " =1+1"]


def test_formulas_are_text_in_a_workbook():
    data = write_xlsx(["Nama", "=1+1"], [[text] for text in FORMULAS] + [["https://x"]])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    (page,) = read_sheets(data)
    assert page.rows[0] == ["Nama", "=1+1"]
    assert [row[0] for row in page.rows[1:]] == [*FORMULAS, "https://x"]


def test_formulas_are_disarmed_in_a_text_table():
    data = write_csv(["Nama"], [[text] for text in FORMULAS])
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["'" + text for text in FORMULAS]


def test_numbers_and_dates_keep_their_kind():
    row = ["3204011203999001", 3204011203999001, 12, 1.5, date(1999, 3, 12), True, None, "a\x00b"]
    (page,) = read_sheets(write_xlsx(list("abcdefgh"), [row]))
    assert page.rows[1] == [
        "3204011203999001", "3204011203999001", 12, 1.5, date(1999, 3, 12), True, None, "ab",
    ]  # fmt: skip
    assert write_csv(["a"], [[-5], ["-5"], ["+62811"]]).splitlines()[1:] == [
        b"-5",
        b"-5",
        b"+62811",
    ]


def test_decimals_are_numbers_where_the_table_is_opened():
    row = [Decimal("94.89"), 0.5, "94.89"]
    assert write_csv(["a"], [row]).splitlines()[1] == b"94,89;0,5;94.89"
    for spills in (False, True):
        (page,) = read_sheets(write_xlsx(list("abc"), [row], spills=spills))
        assert page.rows[1] == [94.89, 0.5, "94.89"]


@settings(max_examples=20)
@given(st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_any_text_can_be_written(texts):
    assert write_xlsx(texts, [texts], sheet="[a]:*")
    assert write_xlsx(texts, [texts], sheet="[a]:*", spills=True)
    assert write_csv(texts, [texts])


def test_long_table_says_what_a_short_one_says():
    words = [*FORMULAS, "<r>tebal</r>", "a & b < c", "_x0041_", " tepi ", "baris\nbaru", "a\x00b"]
    when = datetime(2022, 9, 30, 8, 40)
    rows = [
        [number, word, 1.5, date(1999, 3, 12), when, True, None, "", 3204011203999001]
        for number, word in enumerate(words)
    ]
    short, long = (write_xlsx(list("abcdefghi"), rows, spills=spills) for spills in (False, True))
    (short_page,), (long_page,) = read_sheets(short), read_sheets(long)
    assert long_page.rows == short_page.rows
    told = [word.replace("\x00", "").replace("</r>", "</r> ") for word in words]
    assert [row[1] for row in long_page.rows[1:]] == told
