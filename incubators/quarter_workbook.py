"""The sheet to fill in for a quarter, made for its report: a row for each tenant, by its code."""

from django.utils.translation import gettext

from blk_portal.formats import date_range
from blk_portal.sheets.fillable import Cell, FillColumn, FillSheet, Guide, write_fillable
from incubators.models import IncubationReport
from incubators.quarter_checks import Examination, Line
from incubators.quarter_forms import dotted
from incubators.quarter_rules import GIVERS, SOURCES
from incubators.quarter_sheet import CODE, COLUMNS, IN_ORDER, QUARTER, TENANT, code_of

# Read back by its headings, which stay Indonesian like those of the roster.
SHEET_NAME, GUIDE_NAME = "Triwulan", "Petunjuk"
ORDER = (CODE, TENANT, QUARTER, *IN_ORDER[1:])
WIDTHS = {TENANT: 30, QUARTER: 12, CODE: 10, "turnover": 18, "note": 30}
CHOICES = {"operating": ("ya", "tidak")}


def template_workbook(report: IncubationReport, examined: Examination) -> bytes:
    """The tenants of the quarter with what is stored of each; uploaded as it is it changes nothing.

    Amounts are cells of text: a program set to English would take 1.250 for one and a quarter.
    """
    institution, period = report.incubator.institution, report.period
    title = [
        gettext("QUARTERLY REPORT OF AN INCUBATOR"),
        f"{institution.name} ({institution.code})",
        f"{period}, {date_range(period.first_day, period.last_day)}",
    ]
    rows = [[_cells(line, report).get(name) for name in ORDER] for line in examined.lines]
    sheet = FillSheet(SHEET_NAME, title, [_column(name) for name in ORDER], rows, frozen_columns=2)
    return write_fillable(sheet, Guide(GUIDE_NAME, _guide_lines()))


def _column(name: str) -> FillColumn:
    hints = {
        "turnover": gettext("Of the quarter, for example 12.500.000 or 12,5 juta; 0 where none."),
        "workers_male": gettext("At the end of the quarter, the owner among them."),
        "workers_female": gettext("At the end of the quarter, the owner among them."),
        "kur_giver": gettext("The bank of the KUR, where there is a KUR."),
        "other_giver": gettext("Who gave the other money, where there is any."),
    }
    for source in SOURCES:
        hints[source] = gettext("What was received in the quarter; empty where nothing.")
    kept = Cell.NOTE if name in (CODE, QUARTER) else Cell.TEXT
    width = WIDTHS.get(name, 15)
    return FillColumn(COLUMNS[name][0], width, kept, CHOICES.get(name, ()), hints.get(name, ""))


def _cells(line: Line, report: IncubationReport) -> dict[str, str]:
    """What the row of a tenant holds already, by column."""
    known = {
        CODE: code_of(line.tenant),
        TENANT: line.tenant.business,
        QUARTER: f"TW{report.quarter} {report.year}",
        "operating": "ya",
    }
    row = line.row
    if row is None:
        return known
    known |= {
        "turnover": dotted(row.turnover),
        "workers_male": str(row.workers_male),
        "workers_female": str(row.workers_female),
        "operating": "ya" if row.is_operating else "tidak",
        "note": row.note,
    }
    amounts: dict[str, int] = {}
    for money in row.finance.all():
        amounts[money.source] = amounts.get(money.source, 0) + money.amount
        if giver := GIVERS.get(money.source):
            known.setdefault(giver, money.giver)
    known |= {source: dotted(amount) for source, amount in amounts.items()}
    return known


def _guide_lines() -> list[str]:
    return [
        gettext("How to fill in the sheet"),
        gettext("1. One row for each tenant. Leave the column KODE: rows are found by it."),
        gettext("2. Turnover and workers are needed; where there was nothing, write 0."),
        gettext("3. Amounts in rupiah, for example 1.250.000 or 2,5 juta."),
        gettext("4. A row that is left empty changes nothing of its tenant."),
        gettext("5. Leave the headings as they are and upload the file on the page of the report."),
    ]
