"""Birth dates as operators write them."""

import datetime

import pytest

from tests.sheets.builders import person
from tests.trainings.readings import codes, read_people
from trainings.faults import Code


@pytest.mark.parametrize(
    ("written", "place", "born"),
    [
        ("Medan, 12/06/2010", "Medan", (2010, 6, 12)),
        ("DELITUA, 29 MEI 2010", "DELITUA", (2010, 5, 29)),
        ("Kec. Soreang, Kab. Bandung, 12 Maret 1999", "Kec. Soreang, Kab. Bandung", (1999, 3, 12)),
        ("Bandung 12-03-1999", "Bandung", (1999, 3, 12)),
        ("Bandung/12.3.1999", "Bandung", (1999, 3, 12)),
        ("Bandung, 5 Nopember 1999", "Bandung", (1999, 11, 5)),
        ("Bandung, 5 Pebruari 1999", "Bandung", (1999, 2, 5)),
        ("Bandung, 1 Agt 1999", "Bandung", (1999, 8, 1)),
        ("Bandung, 1 Ags 1999", "Bandung", (1999, 8, 1)),
        ("Bandung, 1 Agu 1999", "Bandung", (1999, 8, 1)),
        ("Bandung, 1 Agust 1999", "Bandung", (1999, 8, 1)),
        ("Bandung, 1 Agts 1999", "Bandung", (1999, 8, 1)),
        ("Bandung, 12 – 03 – 1999", "Bandung", (1999, 3, 12)),
        ("Bandung, 12—Maret—1999", "Bandung", (1999, 3, 12)),
        ("Bandung, 12/3/ 1999", "Bandung", (1999, 3, 12)),
        ("Bandung, 12\\03\\1999", "Bandung", (1999, 3, 12)),
        ("Bandung, 1-Okt-1999", "Bandung", (1999, 10, 1)),
        ("Bandung, 1 Sept. 1999", "Bandung", (1999, 9, 1)),
        ("Bandung, Senin 1 Des 1999", "Bandung", (1999, 12, 1)),
        ("12 Maret 1999, Bandung", "Bandung", (1999, 3, 12)),
        ("(Bandung, 12 Maret 1999)", "Bandung", (1999, 3, 12)),
        ("1999-03-12", "", (1999, 3, 12)),
        (datetime.date(1999, 3, 12), "", (1999, 3, 12)),
    ],
)  # fmt: skip
def test_birth_place_and_date_are_read(written, place, born):
    reading = read_people(person(1, birth=written))
    (row,) = reading.accepted
    assert (row.birth_place, row.birth_date) == (place, datetime.date(*born))
    assert reading.warnings == []


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Bandung, 31 Februari 2001", Code.BIRTH_DATE_IMPOSSIBLE),
        ("Bandung, 00/00/0000", Code.BIRTH_DATE_IMPOSSIBLE),
        ("Bandung, 03/25/1999", Code.BIRTH_DATE_MONTH_FIRST),
        ("Bandung, Maret 1999", Code.BIRTH_DATE_INCOMPLETE),
        ("Bandung, 12 Maret", Code.BIRTH_DATE_INCOMPLETE),
        (1999, Code.BIRTH_DATE_INCOMPLETE),
        ("Bandung, 12 Marettt 1999", Code.BIRTH_DATE_UNREADABLE),
        ("Bandung", Code.BIRTH_DATE_MISSING),
        ("-", Code.BIRTH_DATE_MISSING),
        ("Bandung, 12 Maret 2031", Code.BIRTH_DATE_FUTURE),
        ("Bandung, 12 Maret 1901", Code.BIRTH_DATE_TOO_OLD),
    ],
)
def test_a_birth_date_that_cannot_be_read_is_named(written, code):
    assert codes(read_people(person(1, birth=written)).rejected) == [code]


@pytest.mark.parametrize(
    ("written", "year", "code"),
    [
        ("Bandung, 12-3-99", 1999, Code.BIRTH_YEAR_SHORT),
        ("Bandung, 12/03/05", 2005, Code.BIRTH_YEAR_SHORT),
        ("Bandung, 12/03/30", 1930, Code.BIRTH_DATE_AGE),
        (36231, 1999, Code.BIRTH_DATE_SERIAL),
        ("DELITUA, 29 MEI 2019", 2019, Code.BIRTH_DATE_AGE),
    ],
)
def test_a_birth_date_that_was_completed_or_is_unusual_is_accepted_with_a_warning(
    written, year, code
):
    reading = read_people(person(1, birth=written))
    assert reading.accepted[0].birth_date.year == year
    assert code in codes(reading.warnings)


def test_dates_that_a_worksheet_may_have_turned_round_are_warned_of():
    births = [datetime.date(1999, 3, 12), "25/03/1999", datetime.date(1999, 4, 5), "13/04/2000"]
    reading = read_people(*(person(n, birth=birth) for n, birth in enumerate(births, 1)))
    assert [(fault.row, fault.code) for fault in reading.warnings] == [
        (2, Code.BIRTH_DATE_SWAPPED),
        (4, Code.BIRTH_DATE_SWAPPED),
    ]
