"""The paper of the national-meeting pack: what its tables and charts say, and how it is set."""

import io
import json
from datetime import date

import pytest
from django.utils import translation
from pypdf import PdfReader

from blk_portal.printing.compiler import compiled
from blk_portal.progress.models import MeetingPack
from blk_portal.progress.pace import Pace, Series
from blk_portal.progress.pack.contents import Contents, contents
from blk_portal.progress.pack.paper import paper
from tests.factories import ActualFactory, ProvinceFactory, TargetFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def held() -> Contents:
    """A nation of one province: 100 participations, of which 10 are opening balance."""
    year = TargetFactory(indicator="completed", value=900).programme_year
    parts = {
        ("", ""): 100, ("sex", "P"): 40, ("sex", "L"): 50, ("sex", "opening"): 10,
        ("funding", "apbn"): 90, ("funding", "opening"): 10,
    }  # fmt: skip
    for province in (None, ProvinceFactory()):
        for (breakdown, bucket), value in parts.items():
            ActualFactory(
                programme_year=year, province=province, indicator="completed",
                breakdown=breakdown, bucket=bucket, value=value,
            )  # fmt: skip
    return contents(MeetingPack.objects.ask(year, by=None))


def written(held: Contents) -> dict:
    with translation.override("id"):
        return paper(held)


def pages_of(data: dict) -> list[str]:
    """The text of each page as it is set."""
    content = compiled("meeting", json.dumps(data))
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def test_columns_of_the_crossed_table_are_headed_by_what_they_break_down(held):
    data = written(held)
    crossed = data["crossed"]
    assert crossed["groups"] == [
        {"name": "", "span": 2},
        {"name": "Menurut jenis kelamin", "span": 3},
        {"name": "Menurut sumber dana", "span": 5},
    ]
    assert crossed["head"].count("Saldo awal") == 2
    assert len(crossed["head"]) == sum(group["span"] for group in crossed["groups"])
    [page] = [text for text in pages_of(data) if crossed["title"] in text]
    assert "Menurut jenis kelamin" in page
    assert "Menurut sumber dana" in page


def test_column_is_as_wide_as_its_longest_word_however_many_there_are(held):
    data, many = written(held), [f"Perempuan{n}" for n in range(9)]
    data["crossed"] |= {
        "title": "Banyak kolom", "groups": [{"name": "", "span": 10}], "head": ["Provinsi", *many],
        "rows": [["SATU", *"123456789"]], "total": ["Indonesia", *"123456789"],
    }  # fmt: skip
    [page] = [text for text in pages_of(data) if "Banyak kolom" in text]
    assert " ".join(many) in page, "words that run into each other are read as one"


def test_row_of_a_table_stands_on_one_page(held):
    data = written(held)
    data["definitions"] = [[f"nama{n}", f"awal{n} {'kata ' * 80} akhir{n}", ""] for n in range(40)]
    pages = [set(text.split()) for text in pages_of(data)]
    for number in range(40):
        row = {f"awal{number}", f"akhir{number}"}
        assert any(row <= words for words in pages), f"row {number} is cut"


def test_projection_is_explained_only_where_it_is_drawn(held):
    target = held.headlines[0].target or TargetFactory.build(indicator="completed", value=900)
    months = {date(2022, month, 1): 40 for month in range(1, 7)}
    series = Series(by_month=months, steps_by_month=dict.fromkeys(months, 9), recent=40)
    for today, is_drawn in ((date(2022, 6, 30), True), (date(2023, 6, 30), False)):
        held.paces[:] = [Pace(target, 240, today, series)]
        data = written(held)
        assert bool(data["paces"][0]["chart"]["projections"]) == is_drawn
        assert ("Titik-titik" in data["words"]["pace-note"]) == is_drawn
        assert any("Perkiraan" in line for line in data["method"]) == is_drawn
