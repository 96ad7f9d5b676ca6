"""The list of institutions as offices keep it in a spreadsheet: columns, checks, faults."""

from institutions.register_sheet.reader import RegisterSheet, read_register
from institutions.register_sheet.reference import Reference

__all__ = ["Reference", "RegisterSheet", "read_register"]
