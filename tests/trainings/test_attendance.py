"""Attendance and tests out of rosters: percent, shares, days, and everything that is no number."""

from datetime import date

import pytest

from tests.factories import CohortFactory, OperatorFactory, ParticipantFactory
from trainings.entries import record_results
from trainings.faults import Code
from trainings.roster import store_upload
from trainings.roster_sheet import read_pasted, read_roster
from trainings.roster_sheet.attendance import read_attendance, read_score
from trainings.roster_sheet.columns import field_of

TODAY = date(2022, 10, 1)
NAMES = ("Siti Aminah", "Budi Santoso", "Dewi Lestari", "Agus Salim")


def roster(headings: str, *cells: str) -> bytes:
    """A roster with further columns; cells of a row are parted by semicolons."""
    lines = [f"No;Nama;L/P;Tanggal Lahir;{headings}"]
    lines += [f"{n};{NAMES[n - 1]};L;1{n}/05/2001;{text}" for n, text in enumerate(cells, start=1)]
    return "\n".join(lines).encode()


def read(headings: str, *cells: str):
    return read_roster(roster(headings, *cells), "daftar.csv", today=TODAY)


def attendance(headings: str, *cells: str) -> list[int | None]:
    return [person.attendance for person in read(headings, *cells).accepted]


def codes(reading) -> list[str]:
    return [found.code for found in reading.people_warnings]


@pytest.mark.parametrize(("heading", "field"), [
    ("KEHADIRAN", "attendance"), ("Kehadiran (%)", "attendance"), ("% HADIR", "attendance"),
    ("PRESENSI", "attendance"), ("Persentase Kehadiran", "attendance"),
    ("Absensi", "attendance"), ("Prosentase Kehadiran Peserta", "attendance"),
    ("JUMLAH HADIR", "days_attended"), ("Jml Kehadiran", "days_attended"),
    ("Hari Hadir", "days_attended"), ("Total Hari Hadir", "days_attended"),
    ("HARI PELATIHAN", "days_held"), ("Jumlah Pertemuan", "days_held"),
    ("Jml Hari Efektif", "days_held"), ("PRE TEST", "pre_test"), ("Nilai Pre-Test", "pre_test"),
    ("Pretest", "pre_test"), ("Tes Awal", "pre_test"), ("Hasil Post Test", "post_test"),
    ("POSTTEST", "post_test"), ("Nilai Tes Akhir", "post_test"), ("Post Test (0-100)", "post_test"),
    ("Tidak Hadir", None), ("Daftar Hadir", None), ("Tanda Tangan Kehadiran", None),
    ("HASIL", "result"), ("No Absen", "number"), ("Tanggal Lahir", "birth_date"),
])  # fmt: skip
def test_heading_of_attendance_and_tests_is_known(heading, field):
    assert field_of((heading,)) == field


@pytest.mark.parametrize(("parts", "field"), [
    (("KEHADIRAN", "%"), "attendance"), (("KEHADIRAN", "HARI"), "days_attended"),
    (("KEHADIRAN", "Jumlah"), "days_attended"), (("KEHADIRAN", "SAKIT"), None),
    (("KEHADIRAN", "7"), None), (("Nilai", "Pre Test"), "pre_test"),
    (("TES", "Akhir"), "post_test"),
])  # fmt: skip
def test_heading_over_several_rows_is_known(parts, field):
    assert field_of(parts) == field


@pytest.mark.parametrize(("written", "stored"), [
    ("95", 95), ("95%", 95), ("95 %", 95), ("95,5 %", 96), ("0,95", 95), ("0.5", 50), ("100", 100),
    ("0", 0), ("19/20", 95), ("19 dari 20", 95), ("19 hari dari 20 hari", 95), ("20 / 20", 100),
    ("19/0", Code.ATTENDANCE_UNREADABLE), ("hadir", Code.ATTENDANCE_UNREADABLE),
    ("√", Code.ATTENDANCE_UNREADABLE), ("105", Code.ATTENDANCE_OVER),
    ("100,4%", Code.ATTENDANCE_OVER), ("21/20", Code.ATTENDANCE_OVER),
    ("-5", Code.ATTENDANCE_NEGATIVE), ("−5 %", Code.ATTENDANCE_NEGATIVE),
    ("18 hari", Code.ATTENDANCE_DAYS),
])  # fmt: skip
def test_attendance_is_a_percent_or_says_why_not(written, stored):
    assert read_attendance(written) == stored


@pytest.mark.parametrize(("written", "stored"), [
    ("85", 85), ("85,5", 86), ("17/20", 85), ("100", 100), ("0", 0), ("0,5", 0),
    ("101", Code.SCORE_OUT_OF_RANGE), ("-1", Code.SCORE_OUT_OF_RANGE),
    ("A", Code.SCORE_UNREADABLE), ("baik", Code.SCORE_UNREADABLE),
])  # fmt: skip
def test_test_is_a_score_or_says_why_not(written, stored):
    assert read_score(written) == stored


@pytest.mark.parametrize(("headings", "cells", "stored"), [
    ("Kehadiran", ("95", "80", "", "-"), [95, 80, None, None]),
    ("Kehadiran (%)", ("18", "20"), [18, 20]),
    ("Kehadiran", ("0.95", "1", "0.5"), [95, 100, 50]),
    ("Jumlah Hadir;Hari Pelatihan", ("18;20", "20;20"), [90, 100]),
    ("Kehadiran;Jumlah Hari", ("18;20", "20;20"), [90, 100]),
    ("Kehadiran;Jumlah Hari", ("95;20", "20;20"), [95, 20]),
    ("Kehadiran;Jumlah Hadir", ("95;19", "90;18"), [95, 90]),
    ("Kehadiran", ("18/20", "19 dari 20"), [90, 95]),
])  # fmt: skip
def test_roster_brings_attendance_in_the_forms_of_practice(headings, cells, stored):
    reading = read(headings, *cells)
    assert [person.attendance for person in reading.accepted] == stored
    assert reading.rejected == []
    assert codes(reading) == []


def test_days_without_the_days_held_are_left_out_and_named():
    reading = read("Kehadiran", "18", "20", "19")
    assert [person.attendance for person in reading.accepted] == [None, None, None]
    assert codes(reading) == [Code.ATTENDANCE_DAYS] * 3
    assert {found.column for found in reading.people_warnings} == {"Kehadiran"}


def test_each_wrong_value_is_named_with_its_row_and_cure_and_the_row_is_kept():
    cells = ("105;50;50", "-5;101;50", "lengkap;50;-3", "95;baik;50")
    reading = read("Kehadiran;Pre Test;Post Test", *cells)
    assert len(reading.accepted) == 4
    assert [(found.row, found.code) for found in reading.people_warnings] == [
        (2, Code.ATTENDANCE_OVER), (3, Code.ATTENDANCE_NEGATIVE), (3, Code.SCORE_OUT_OF_RANGE),
        (4, Code.ATTENDANCE_UNREADABLE), (4, Code.SCORE_OUT_OF_RANGE), (5, Code.SCORE_UNREADABLE),
    ]  # fmt: skip
    assert all(found.cure for found in reading.people_warnings)
    assert [person.post_test for person in reading.accepted] == [50, 50, None, 50]


def test_pasted_rows_without_headings_bring_attendance_with_its_percent_sign():
    rows = [
        f"{n}\t{name}\tL\t1{n}/05/2001\t9{n}%" for n, name in enumerate(NAMES, start=1)
    ]  # fmt: skip
    reading = read_pasted("\n".join(rows), today=TODAY)
    assert [person.attendance for person in reading.accepted] == [91, 92, 93, 94]


@pytest.mark.django_db
class TestStoring:
    def store(self, cohort, headings, *cells):
        reading = read(headings, *cells)
        by = OperatorFactory(institution=cohort.institution)
        return store_upload(cohort, reading, filename="daftar.csv", by=by, today=TODAY)

    def test_upload_stores_attendance_and_tests_with_the_row(self):
        cohort = CohortFactory()
        self.store(cohort, "Kehadiran;Pre Test;Post Test;Hasil", "95;40;85;Lulus")
        [person] = cohort.participants.all()
        found = person.attendance, person.pre_test, person.post_test, person.result
        assert found == (95, 40, 85, "passed")
        again = self.store(cohort, "Kehadiran;Pre Test;Post Test;Hasil", "95;40;85;Lulus")
        assert (again.changed, again.unchanged) == (0, 1)

    def test_empty_column_leaves_what_was_entered(self):
        cohort = CohortFactory()
        ParticipantFactory(
            cohort=cohort, name=NAMES[0], sex="L", birth_date=date(2001, 5, 11), nik=None,
            attendance=95, pre_test=0,
        )  # fmt: skip
        self.store(cohort, "Kehadiran;Pre Test", ";")
        [person] = cohort.participants.all()
        assert (person.attendance, person.pre_test) == (95, 0)

    def test_warning_of_a_value_that_was_left_out_goes_when_it_is_entered(self):
        cohort = CohortFactory()
        self.store(cohort, "Kehadiran;No HP", "190;tidak jelas")
        [person] = cohort.participants.all()
        assert [one["code"] for one in person.warnings] == ["phone_unreadable", "attendance_over"]
        record_results(cohort, {person.pk: {"attendance": 90}})
        person.refresh_from_db()
        assert [one["code"] for one in person.warnings] == ["phone_unreadable"]
