"""Bringing the reference tables into the database, as often as one likes.

Two kinds of rows. Regions are official: what the tables say replaces what the database says,
except the office of a regency, which is given once and then belongs to staff. All other rows are
proposals: they are added where they lack and never changed afterwards.
"""

from collections.abc import Iterable
from typing import TypeVar

from django.db import models, transaction

from institutions.models import (
    AssessmentCriterion,
    DocumentKind,
    DocumentRequirement,
    FieldAlias,
    ProgrammeYear,
    Province,
    Regency,
    TrainingOffice,
    VocationalField,
)
from institutions.models.programme import normalise_field
from institutions.reference import regions
from institutions.reference.criteria import CRITERIA_YEAR, criteria
from institutions.reference.fields import fields
from institutions.reference.offices import OFFICES, office_of
from institutions.reference.papers import PAPERS
from institutions.reference.years import COHORT_SIZE, GUIDELINES, years

Row = TypeVar("Row", bound=models.Model)
Region = TypeVar("Region", Province, Regency)


@transaction.atomic
def load_register() -> int:
    """Load all reference rows; returns how many were added or changed."""
    return sum(
        (
            _load_provinces(),
            _load_origins(),
            _load_offices(),
            _load_regencies(),
            _load_fields(),
            _load_aliases(),
            _load_years(),
            _load_papers(),
            _load_requirements(),
            _load_criteria(),
        )
    )


def _add_missing(model: type[Row], key: str, rows: Iterable[Row]) -> int:
    known = set(model._default_manager.values_list(key, flat=True))
    missing = [row for row in rows if getattr(row, key) not in known]
    model._default_manager.bulk_create(missing, ignore_conflicts=True)
    return len(missing)


def _settle(model: type[Region], rows: Iterable[Region], official: list[str]) -> int:
    """Add rows whose code is new, and bring the official fields of the others up to date."""
    known = {row.code: row for row in model.objects.all()}
    fresh, changed = [], []
    for row in rows:
        present = known.get(row.code)
        if present is None:
            fresh.append(row)
        elif any(getattr(present, name) != getattr(row, name) for name in official):
            for name in official:
                setattr(present, name, getattr(row, name))
            changed.append(present)
    model.objects.bulk_create(fresh)
    if changed:
        model.objects.bulk_update(changed, official, batch_size=200)
    return len(fresh) + len(changed)


def _load_provinces() -> int:
    official = [
        "name", "label", "time_zone", "valid_from", "map_column", "map_row", "bps_code",
    ]  # fmt: skip
    rows = [
        Province(code=row.code, **{name: getattr(row, name) for name in official})
        for row in regions.provinces()
    ]
    return _settle(Province, rows, official)


def _load_origins() -> int:
    """Say of each younger province out of which one it was made."""
    known = {province.code: province for province in Province.objects.all()}
    changed = []
    for code, origin in regions.origins().items():
        if known[code].split_from_id != known[origin].pk:
            known[code].split_from = known[origin]
            changed.append(known[code])
    Province.objects.bulk_update(changed, ["split_from"])
    return len(changed)


def _load_offices() -> int:
    rows = [TrainingOffice(code=row.code, name=row.name, kind=row.kind) for row in OFFICES]
    return _add_missing(TrainingOffice, "code", rows)


def _load_regencies() -> int:
    provinces = dict(Province.objects.values_list("code", "pk"))
    offices = dict(TrainingOffice.objects.values_list("code", "pk"))
    rows = [
        Regency(
            code=row.code,
            name=row.name,
            valid_from=row.valid_from,
            province_id=provinces[row.province_code],
            office_id=offices[office_of(row.code)],
            former_code=row.former_code,
            bps_code=row.bps_code,
            former_province_id=provinces.get(row.former_province_code),
        )
        for row in regions.regencies()
    ]
    official = [
        "name", "valid_from", "province_id", "former_code", "former_province_id", "bps_code",
    ]  # fmt: skip
    return _settle(Regency, rows, official)


def _load_fields() -> int:
    rows = [VocationalField(code=row.code, name=row.name) for row in fields()]
    return _add_missing(VocationalField, "code", rows)


def _load_aliases() -> int:
    ids = dict(VocationalField.objects.values_list("code", "pk"))
    rows = [
        FieldAlias(field_id=ids[row.code], spelling=spelling, key=normalise_field(spelling))
        for row in fields()
        for spelling in row.spellings
    ]
    return _add_missing(FieldAlias, "key", rows)


def _load_years() -> int:
    rows = [
        ProgrammeYear(year=year, guideline=GUIDELINES.get(year, ""), cohort_size=COHORT_SIZE)
        for year in years()
    ]
    return _add_missing(ProgrammeYear, "year", rows)


def _load_papers() -> int:
    rows = [
        DocumentKind(code=row.code, name=row.name, expires=row.expires, holds_names=row.holds_names)
        for row in PAPERS
    ]
    return _add_missing(DocumentKind, "code", rows)


def _load_requirements() -> int:
    kinds = dict(DocumentKind.objects.values_list("code", "pk"))
    rows = [
        DocumentRequirement(kind_id=kinds[row.code], status_from=row.asked_from)
        for row in PAPERS
        if row.asked_from
    ]
    return _add_missing(DocumentRequirement, "kind_id", rows)


def _load_criteria() -> int:
    """The criteria of the year they were published for, unless staff already keep some."""
    year = ProgrammeYear.objects.get(year=CRITERIA_YEAR)
    if year.assessment_criteria.exists():
        return 0
    rows = [
        AssessmentCriterion(
            programme_year=year, code=row.code, text=row.text, maturity=row.maturity,
            is_required=row.is_required, is_confirmed=row.is_confirmed, position=row.position,
        )
        for row in criteria()
    ]  # fmt: skip
    return len(AssessmentCriterion.objects.bulk_create(rows))
