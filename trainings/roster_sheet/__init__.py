"""The roster of participants as operators keep it in a spreadsheet: columns, checks, faults."""

from trainings.roster_sheet.checks import check_row
from trainings.roster_sheet.pasted import ColumnChoice, ColumnsUnclear, read_pasted
from trainings.roster_sheet.reader import read_people, read_roster
from trainings.roster_sheet.readings import RosterReading, RosterRow, RowCheck

__all__ = [
    "ColumnChoice",
    "ColumnsUnclear",
    "RosterReading",
    "RosterRow",
    "RowCheck",
    "check_row",
    "read_pasted",
    "read_people",
    "read_roster",
]
