"""Faults are kept as codes and shown in the reader's language, those of earlier times too."""

from importlib import import_module

import pytest
from django.apps import apps
from django.utils.translation import override

from tests.factories import PendingRowFactory, RosterUploadFactory
from trainings.faults import Code, fault, stored_fault

migration = import_module("trainings.migrations.0004_bilingual_faults")
PARTICULARS = {
    Code.NIK_LENGTH: {"count": 15},
    Code.NIK_DUPLICATE: {"first": 12},
    Code.PERSON_REPEATED: {"first": 12},
    Code.BIRTH_YEAR_SHORT: {"year": 1999},
    Code.BIRTH_DATE_AGE: {"age": 9},
    Code.BIRTH_DATE_IMPOSSIBLE: {"date": "31 Februari"},
    Code.SHEET_SKIPPED: {"sheet": "Kelas B"},
}
# Came after faults were kept as codes: no row ever held their sentences.
NEVER_A_SENTENCE = {
    Code.PERSON_TO_CHECK, Code.ATTENDANCE_UNREADABLE, Code.ATTENDANCE_DAYS, Code.ATTENDANCE_OVER,
    Code.ATTENDANCE_NEGATIVE, Code.SCORE_UNREADABLE, Code.SCORE_OUT_OF_RANGE,
}  # fmt: skip
OF_FILES = {Code.ROW_SKIPPED, Code.SHEET_SKIPPED, Code.COLUMN_NOT_READ}


def found(code):
    return fault(
        code, row=3, column="NIK", field="nik", written="3204011203999001",
        **PARTICULARS.get(code, {}),
    )  # fmt: skip


def sentences(kept, language):
    with override(language):
        shown = stored_fault(kept)
        return shown.message, shown.cure


def as_kept_before(code, language):
    with override(language):
        one = found(code)
        return {
            "field": one.field, "column": one.column, "code": str(one.code),
            "message": one.message, "cure": one.cure,
        }  # fmt: skip


@pytest.mark.parametrize("code", Code)
def test_reader_gets_a_stored_fault_in_the_own_language(code):
    with override("id"):
        kept = found(code).to_store()
    indonesian, english = sentences(kept, "id"), sentences(kept, "en")
    assert indonesian != english
    assert "%(" not in "".join(indonesian + english)
    for value in PARTICULARS.get(code, {}).values():
        assert str(value) in indonesian[0]
        assert str(value) in english[0]
    assert "3204011203999001" not in str(kept)


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("code", sorted(set(Code) - OF_FILES - NEVER_A_SENTENCE))
def test_a_sentence_kept_before_becomes_its_code(code, language):
    kept = as_kept_before(code, language)
    assert sentences(kept, "en") == (kept["message"], kept["cure"]), "readable as it is"
    assert migration.coded(kept) == found(code).to_store()
    assert migration.coded(found(code).to_store()) == found(code).to_store()


@pytest.mark.parametrize("code", sorted(NEVER_A_SENTENCE))
def test_a_code_of_later_times_stays_as_it_is(code):
    assert migration.coded(found(code).to_store()) == found(code).to_store()


def test_a_sentence_that_cannot_be_told_stays():
    for code in ("nik_length", "unknown_code"):
        kept = {"field": "nik", "column": "NIK", "code": code, "message": "Lain.", "cure": "Ya."}
        assert migration.coded(kept) == kept
        assert sentences(kept, "id") == ("Lain.", "Ya.")


@pytest.mark.django_db
def test_rows_kept_before_are_rewritten():
    kept = as_kept_before(Code.NIK_LENGTH, "id")
    row = PendingRowFactory(faults=[kept, {**kept, "code": "lain"}])
    migration.keep_codes(apps, None)
    row.refresh_from_db()
    assert row.faults == [found(Code.NIK_LENGTH).to_store(), {**kept, "code": "lain"}]
    with override("en"):
        assert row.open_faults[0]["message"] == "The NIK has 15 digits; it should have 16."
        assert row.open_faults[1]["message"] == kept["message"]


@pytest.mark.django_db
def test_notes_on_a_file_are_in_the_language_of_the_reader():
    notes = [
        fault(Code.ROW_SKIPPED, row=30, column="A", field=""),
        fault(Code.COLUMN_NOT_READ, row=5, column="AGAMA", field=""),
        fault(Code.SHEET_SKIPPED, row=5, column="A", field="", sheet="Kelas B"),
        fault(Code.COLUMN_NOT_READ, row=5, column="HOBI", field=""),
    ]
    kept = [note.to_store() | {"row": note.row} for note in notes]
    upload = RosterUploadFactory(notes=["Kalimat lama.", *kept])
    with override("en"):
        assert upload.note_texts == [
            "Kalimat lama.",
            "Row 30: The row was not read as a participant.",
            "The sheet Kelas B also holds a roster and was not read.",
            "Columns the portal does not need: AGAMA, HOBI.",
        ]
    with override("id"):
        assert upload.note_texts[-1] == "Kolom yang tidak diperlukan portal: AGAMA, HOBI."
