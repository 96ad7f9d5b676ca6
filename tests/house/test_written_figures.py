"""Figures, dates and moments are written by one set of filters, so that both languages fit."""

import re
from pathlib import Path

import pytest

from tests.house.sources import ROOT, name_of, python_files, templates

FOR_PROGRAMS = re.compile(r'datetime="\{\{ [\w.]+\|date:"c" \}\}"')
OTHER_WRITERS = re.compile(
    r"\|(?:date|time|floatformat|intcomma|intword|naturalday|naturaltime|timesince|timeuntil"
    r"|localize|unlocalize|stringformat)\b|\{% (?:now|localize|localtime) "
)
RAW_COUNT = re.compile(
    r"\{% blocktranslate[^%]*\bcount n=[^%]*%\}(?:(?!endblocktranslate).)*\{\{ n \}\}", re.DOTALL
)
# Where a date is written by its pattern, and why.
PATTERNS_IN_CODE = {
    "trainings/roster.py": "a cell of a worksheet, as the operator would type it",
    "trainings/models/participant.py": "a cell of a roster, for the checks of rosters",
}


@pytest.mark.parametrize("path", templates(), ids=name_of)
def test_template_writes_figures_by_the_filters_of_the_portal(path: Path):
    text = FOR_PROGRAMS.sub("", path.read_text())
    assert not OTHER_WRITERS.findall(text), "use the filters of templatetags/portal.py"
    assert not RAW_COUNT.search(text), "count n=... with shown=...|number, and write {{ shown }}"


def test_code_writes_dates_by_the_formats_of_the_portal():
    found = {
        name_of(path)
        for path in python_files()
        if "strftime(" in path.read_text() and "demo" not in path.relative_to(ROOT).parts
    }
    assert found == PATTERNS_IN_CODE.keys()
