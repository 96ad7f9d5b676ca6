"""The workbook of a pack: the cells behind the paper, and the tables that people go on with."""

from django.utils.translation import gettext

from blk_portal.progress.breakdowns import PARTICIPATIONS, part_label
from blk_portal.progress.indicators import INDICATORS
from blk_portal.progress.models import Breakdown
from blk_portal.progress.pack.contents import (
    OF_PROVINCES,
    Contents,
    age,
    audit,
    definitions,
    hidden_note,
    method,
)
from blk_portal.progress.pack.shown import Place, Shown
from blk_portal.sheets.export import Page


def pages(held: Contents) -> list[Page]:
    """Summary, provinces, provinces by field, every cell, and what each figure means."""
    return [_summary(held), _provinces(held), _fields(held), _cells(held), _definitions(held)]


def _summary(held: Contents) -> Page:
    rows: list[list[object]] = []
    for one in held.headlines:
        goal = one.target.value if one.target else None
        value = held.shown.value(one.indicator.code)
        rows.append([str(one.indicator.label), str(one.indicator.unit), value, goal])
        for other, _value in one.companions:
            rows.append([str(other.label), str(other.unit), held.shown.value(other.code), None])
    told = [str(held.pack), held.pack.get_audience_display(), age(held), audit(held.freshness)]
    told += [hidden_note(held)] if held.pack.is_public else []
    return Page(
        gettext("Summary"),
        [gettext("Figure"), gettext("Unit"), gettext("Reached"), gettext("Target")],
        [*rows, [], *([one] for one in told)],
    )


def _provinces(held: Contents) -> Page:
    rows = [
        [one.code, one.name, *(held.shown.value(code, Place(one.pk)) for code in OF_PROVINCES)]
        for one in held.shown.provinces
    ]
    whole = ["", gettext("Indonesia"), *(held.shown.value(code) for code in OF_PROVINCES)]
    labels = [str(INDICATORS[code].label) for code in OF_PROVINCES]
    head = [gettext("Code"), gettext("Province"), *labels]
    return Page(gettext("Provinces"), head, [*rows, whole])


def _fields(held: Contents) -> Page:
    """Participations of each province by vocational field."""
    fields = held.parts_of(Breakdown.FIELD)

    def line(province: int | None) -> list[object]:
        places = [Place(province), *(Place(province, Breakdown.FIELD, code) for code, _n in fields)]
        return [held.shown.value(PARTICIPATIONS, place) for place in places]

    rows = [[one.code, one.name, *line(one.pk)] for one in held.shown.provinces]
    whole = ["", gettext("Indonesia"), *line(None)]
    head = [gettext("Code"), gettext("Province"), str(INDICATORS[PARTICIPATIONS].label)]
    names = [name for _code, name in fields]
    return Page(gettext("Provinces and fields"), [*head, *names], [*rows, whole])


def _cells(held: Contents) -> Page:
    """One row for each stored cell, as the portal keeps it."""
    provinces = {one.pk: one for one in held.shown.provinces}
    kinds = dict(Breakdown.choices)
    rows: list[list[object]] = []
    for place, code in held.shown.told():
        area = provinces.get(place.province or 0)
        rows.append([
            held.pack.programme_year.year,
            area.code if area else "",
            area.name if area else gettext("Indonesia"),
            code,
            str(INDICATORS[code].label),
            str(kinds.get(place.breakdown, "")) if place.breakdown else "",
            place.bucket,
            _part(held.shown, place),
            held.shown.value(code, place),
        ])  # fmt: skip
    head = [
        gettext("Budget year"), gettext("Code"), gettext("Area"), gettext("Code of the indicator"),
        gettext("Indicator"), gettext("Broken down by"), gettext("Code of the part"),
        gettext("Part"), gettext("Value"),
    ]  # fmt: skip
    return Page(gettext("Cells"), head, rows)


def _part(shown: Shown, place: Place) -> str:
    field = shown.fields.get(place.bucket) if place.breakdown == Breakdown.FIELD else None
    return str(field or part_label(place.breakdown, place.bucket))


def _definitions(held: Contents) -> Page:
    head = [gettext("Figure"), gettext("What counts"), gettext("What does not count")]
    rows = [*definitions(held), [], *([line] for line in method(held))]
    return Page(gettext("Definitions"), head, rows)
