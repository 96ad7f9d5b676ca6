"""Faults and warnings were kept as sentences of the uploader's language; keep code and particulars.

What cannot be told from its sentence stays a sentence: it is shown as it is.
"""

import re

from django.db import migrations

BATCH = 1000
# The one particular of a sentence, in Indonesian and in English, and whether it is a number.
PARTICULARS = {
    "nik_length": ("count", re.compile(r"(\d+) digit"), True),
    "nik_duplicate": ("first", re.compile(r"(?:baris|row) (\d+)"), True),
    "person_repeated": ("first", re.compile(r"(?:baris|row) (\d+)"), True),
    "birth_year_short": ("year", re.compile(r"(?:sebagai|as) (\d{4})"), True),
    "birth_date_age": ("age", re.compile(r"(?:berusia|is) (\d+) "), True),
    "birth_date_impossible": (
        "date",
        re.compile(r"(?:Tanggal|The date) (.+) (?:tidak ada|does not exist)\."),
        False,
    ),
}
WITHOUT = frozenset(
    """
    row_not_understood two_values control_characters name_missing name_without_letters name_too_long
    nik_scientific nik_digit_lost nik_characters nik_region nik_birth_date nik_serial sex_missing
    sex_unknown sex_both birth_date_missing birth_date_month_first birth_date_incomplete
    birth_date_unreadable birth_date_future birth_date_too_old birth_place_too_long
    education_too_long address_too_long disability_unknown match_ambiguous nik_of_another
    nik_numeric_cell nik_suspicious nik_birth_date_differs nik_sex_differs birth_date_serial
    birth_date_swapped phone_unreadable santri_unknown result_unknown
    """.split()
)


def coded(kept: dict) -> dict:
    """A kept sentence as code and particulars, where they can be told."""
    code = kept.get("code")
    params = {}
    if "message" not in kept:
        return kept
    if code in PARTICULARS:
        name, form, is_number = PARTICULARS[code]
        if not (found := form.search(kept["message"])):
            return kept
        params = {name: int(found[1]) if is_number else found[1]}
    elif code not in WITHOUT:
        return kept
    return {
        "code": code,
        "field": kept.get("field", ""),
        "column": kept.get("column", ""),
        "params": params,
    }


def keep_codes(apps, schema_editor) -> None:
    for model_name, field in (("PendingRow", "faults"), ("Participant", "warnings")):
        model = apps.get_model("trainings", model_name)
        batch = []
        rows = model.objects.exclude(**{field: []}).only("pk", field).order_by("pk")
        for row in rows.iterator(chunk_size=BATCH):
            setattr(row, field, [coded(kept) for kept in getattr(row, field)])
            batch.append(row)
            if len(batch) == BATCH:
                model.objects.bulk_update(batch, [field])
                batch = []
        model.objects.bulk_update(batch, [field])


class Migration(migrations.Migration):
    dependencies = [
        ("trainings", "0003_flags"),
    ]

    operations = [migrations.RunPython(keep_codes)]
