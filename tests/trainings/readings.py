"""Short forms for reading a roster in a test."""

import datetime

import pytest

from blk_portal.sheets.errors import SheetRefused
from tests.sheets.builders import HEADER, xlsx
from trainings.roster_sheet import read_roster

TODAY = datetime.date(2022, 9, 20)
BORN = datetime.date(1999, 3, 12)


def read(source, **options):
    return read_roster(source, "roster.xlsx", today=TODAY, **options)


def read_people(*people, header=HEADER):
    return read(xlsx([header, *people]))


def codes(faults, row=None):
    return [fault.code for fault in faults if row in (None, fault.row)]


def refusal(source):
    with pytest.raises(SheetRefused) as refused:
        read(source)
    assert refused.value.message
    assert refused.value.cure
    return refused.value.code
