"""Workbooks that go out and come back: rows to mend, and the sheet made for a cohort."""

import io
import re
import zipfile
from datetime import date

import pytest
from django.urls import reverse
from django.utils.translation import override

from blk_portal.sheets.errors import SheetRefused
from blk_portal.sheets.workbook import read_sheets
from tests.factories import (
    CohortFactory,
    CohortReportFactory,
    OperatorFactory,
    ParticipantFactory,
    PendingRowFactory,
)
from tests.sheets.builders import HEADER, ods, xlsx
from trainings import roster
from trainings.faults import Code, RosterRefusal
from trainings.models import Participant, PendingRow
from trainings.roster_sheet import read_roster
from trainings.roster_sheet.columns import MENDING_KEY, MENDING_NOTE
from trainings.workbooks import mending_workbook, template_workbook

pytestmark = pytest.mark.django_db

TODAY = date(2022, 9, 1)
NIK, OTHER_NIK = "3273051705019001", "3273051705019002"
ROWS = [
    [1, "Sri Rusak", NIK[:15], "Bandung, 17 Mei 2001", "L", "SMA", "Kp. Contoh", "081299"],
    [2, "", OTHER_NIK, "Garut, 17 Mei 2001", "L", "SMP", "-", "081200009999"],
    [3, "=A1+B1", "-", "Garut, 31 Februari 2001", "x", "SMP", "@SUM(A1)", "081200009999"],
    [4, "Baik Contoh", "3273051705019003", "Garut, 17 Mei 2001", "L", "SMP", "-", "0812000099"],
]


@pytest.fixture
def cohort():
    return CohortFactory()


@pytest.fixture
def operator(cohort):
    return OperatorFactory(institution=cohort.institution)


@pytest.fixture
def upload(cohort, operator):
    def store(data, filename="daftar.xlsx", to=None):
        reading = read_roster(data, filename, today=TODAY)
        return roster.store_upload(
            to or cohort, reading, filename=filename, by=operator, today=TODAY
        )

    return store


@pytest.fixture
def waiting(cohort, upload):
    """Three rows to mend, one of them without a name, beside a good one."""
    upload(xlsx([HEADER, *ROWS]))
    return {row.row: row for row in cohort.pending_rows.all()}


def workbook(cohort):
    return mending_workbook(cohort, cohort.pending_rows.all())


def table(data):
    """The header and the rows of the first sheet, and all rows above them."""
    rows = read_sheets(data)[0].rows
    top = next(n for n, row in enumerate(rows) if "NAMA" in row)
    width = len(rows[top])
    return rows[:top], rows[top], [[*row, *[None] * (width - len(row))] for row in rows[top + 1 :]]


def mended(data, changes, write=xlsx):
    """The workbook as an operator saves it: {name of row 1's number: {header: value}}."""
    above, header, rows = table(data)
    for row in rows:
        for name, value in changes.get(row[0], {}).items():
            row[header.index(name)] = value
    return write([*above, header, *rows])


MENDED = {
    2: {"NIK": NIK},
    3: {"NAMA": "Nama Baru"},
    4: {"NAMA": "Ani Contoh", "L/P": "P", "TANGGAL LAHIR": "28/02/2001"},
}


def outcome(upload):
    return (upload.created, upload.changed, upload.unchanged, upload.rejected)


class TestRowsToMend:
    def test_workbook_holds_exactly_the_rows_as_they_were_written(self, cohort, waiting):
        ParticipantFactory(cohort=cohort)
        above, header, rows = table(workbook(cohort))
        assert header == [
            "NO BARIS", MENDING_NOTE, "NAMA", "NIK", "L/P", "TEMPAT LAHIR", "TANGGAL LAHIR",
            "PENDIDIKAN", "ALAMAT", "NO HP", MENDING_KEY,
        ]  # fmt: skip
        assert cohort.institution.name in above[1]
        assert [row[0] for row in rows] == [2, 3, 4]
        assert rows[0][2:5] == ["Sri Rusak", NIK[:15], "L"]
        assert rows[0][5:7] == ["Bandung", "17 Mei 2001"]
        assert rows[1][2] is None
        assert [row[-1] for row in rows] == [f"B{waiting[n].pk}" for n in (2, 3, 4)]

    def test_workbook_says_what_is_wrong_in_the_language_of_the_reader(self, cohort, waiting):
        with override("en"):
            data = workbook(cohort)
        assert table(data)[2][0][1] == (
            "NIK: The NIK has 15 digits; it should have 16."
            " Type the 16 digits from the KTP or the family card (KK)."
        )
        assert table(workbook(cohort))[2][0][1].startswith("NIK: NIK berisi 15 digit")

    def test_faulty_cells_are_coloured_and_commented_and_digits_are_text(self, cohort, waiting):
        with zipfile.ZipFile(io.BytesIO(workbook(cohort))) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
            comments = book.read("xl/comments1.xml").decode()
            styles = book.read("xl/styles.xml").decode()
        places = re.findall(r'<comment ref="([A-Z]+\d+)"', comments)
        # Under four lines of title and a blank one: NIK, name, sex and date.
        assert places == ["D7", "C8", "E9", "G9"]
        style = {place: re.search(rf'<c r="{place}" s="(\d+)"', sheet)[1] for place in ("D7", "D8")}
        formats = styles[styles.index("<cellXfs") :].split("<xf ")[1:]
        faulty, plain = (formats[int(style[place])] for place in ("D7", "D8"))
        assert 'numFmtId="49"' in faulty
        assert 'numFmtId="49"' in plain
        assert "applyFill" in faulty
        assert "applyFill" not in plain

    def test_nothing_in_the_workbook_is_a_formula_or_a_link(self, cohort, waiting):
        data = workbook(cohort)
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink" not in sheet
        assert table(data)[2][2][2] == "=A1+B1"

    @pytest.mark.parametrize("write", [xlsx, ods])
    def test_operator_mends_the_workbook_and_all_rows_are_accepted(
        self, cohort, upload, waiting, write
    ):
        second = upload(mended(workbook(cohort), MENDED, write), "perbaikan.xlsx")
        assert outcome(second) == (3, 0, 0, 0)
        assert not cohort.pending_rows.exists()
        people = {person.name: person for person in cohort.participants.all()}
        assert set(people) == {"Baik Contoh", "Sri Rusak", "Nama Baru", "Ani Contoh"}
        assert people["Sri Rusak"]._open_nik() == NIK
        assert people["Ani Contoh"].birth_date == date(2001, 2, 28)
        assert [person.roster_row for person in people.values()] == [2, 3, 4, 5]
        assert not any(person.warnings for person in people.values())
        assert second.notes == []
        assert second.absent == [], "a workbook of rows to mend is no whole roster"

    def test_same_mended_workbook_twice_doubles_nobody(self, cohort, upload, waiting):
        data = mended(workbook(cohort), MENDED)
        upload(data)
        assert outcome(upload(data)) == (0, 0, 3, 0)
        assert cohort.participants.count() == 4
        assert not cohort.pending_rows.exists()

    def test_untouched_workbook_changes_nothing(self, cohort, upload, waiting):
        before = {row.pk: (row.faults, row.open_cells()) for row in waiting.values()}
        assert outcome(upload(workbook(cohort), "x.xlsx")) == (0, 0, 0, 3)
        rows = cohort.pending_rows.all()
        codes = {pk: [kept["code"] for kept in faults] for pk, (faults, _cells) in before.items()}
        assert {row.pk: [kept["code"] for kept in row.faults] for row in rows} == codes
        assert {row.pk: row.open_cells() for row in rows} == {
            pk: {**cells, "two_values": ""} for pk, (_faults, cells) in before.items()
        }
        assert [row.row for row in rows] == [2, 3, 4]

    def test_rows_still_wrong_come_back_and_the_workbook_serves_again(
        self, cohort, upload, waiting
    ):
        data = workbook(cohort)
        half = {2: {"NIK": "12"}, 3: {"NAMA": "Nama Baru"}}
        assert outcome(upload(mended(data, half))) == (1, 0, 0, 2)
        assert [row.pk for row in cohort.pending_rows.all()] == [waiting[2].pk, waiting[4].pk]
        assert cohort.pending_rows.get(row=2).open_cells()["nik"] == "12"
        assert outcome(upload(mended(data, MENDED))) == (2, 0, 1, 0)
        assert not cohort.pending_rows.exists()
        assert cohort.participants.count() == 4

    def test_row_whose_name_was_mended_leaves_no_row_behind(self, cohort, upload):
        PendingRowFactory(
            cohort=cohort, faults=[],
            cells={"name": "Sri 123", "sex": "L", "birth_date": "17/05/2001"},
        )  # fmt: skip
        number = cohort.pending_rows.get().row
        upload(mended(workbook(cohort), {number: {"NAMA": "Nama Lain Sekali"}}))
        assert not cohort.pending_rows.exists()
        assert cohort.participants.get().name == "Nama Lain Sekali"

    def test_rows_taken_out_of_the_workbook_wait_on(self, cohort, upload, waiting):
        above, header, rows = table(mended(workbook(cohort), MENDED))
        assert outcome(upload(xlsx([*above, header, rows[1]]))) == (1, 0, 0, 0)
        assert {row.pk for row in cohort.pending_rows.all()} == {waiting[2].pk, waiting[4].pk}

    def test_workbook_without_its_marks_is_a_roster_like_any_other(self, cohort, upload, waiting):
        above, header, rows = table(mended(workbook(cohort), MENDED))
        upload(xlsx([*above, header[:-1], *(row[:-1] for row in rows)]))
        assert cohort.participants.count() == 4
        assert [row.pk for row in cohort.pending_rows.all()] == [waiting[3].pk, waiting[4].pk]

    def test_marks_of_another_cohort_touch_none_of_its_rows(self, cohort, upload, waiting):
        elsewhere = CohortFactory(institution=cohort.institution)
        own = PendingRowFactory(cohort=elsewhere)
        upload(mended(workbook(cohort), MENDED), to=elsewhere)
        assert set(PendingRow.objects.filter(cohort=cohort)) == set(waiting.values())
        assert own in elsewhere.pending_rows.all()
        assert elsewhere.participants.count() == 3
        assert cohort.participants.count() == 1

    @pytest.mark.parametrize("mark", ["B1", "B999999999999999999", "=1+1", "b", "B1;DROP", "0"])
    def test_forged_marks_mean_nothing(self, cohort, upload, waiting, mark):
        upload(mended(workbook(cohort), {2: {MENDING_KEY: mark, "NIK": OTHER_NIK}}))
        assert Participant.objects.filter(cohort=cohort, name="Sri Rusak").count() == 1
        assert not cohort.pending_rows.filter(pk=waiting[2].pk).exists(), "its name answers it"

    def test_copied_row_is_a_row_of_its_own(self, cohort, upload, waiting):
        above, header, rows = table(mended(workbook(cohort), MENDED))
        copy = list(rows[0])
        copy[2], copy[3] = "Orang Tambahan", "3273051705019009"
        assert upload(xlsx([*above, header, *rows, copy])).created == 4
        assert cohort.participants.count() == 5

    def test_two_values_ask_for_the_right_one_and_are_settled_by_it(self, cohort, upload):
        header = [*HEADER, "JENIS KELAMIN"]
        row = ["1", "Sri", NIK, "Bandung, 17 Mei 2001", "L", "SMA", "-", "-", "P"]
        upload(xlsx([header, row]))
        data = workbook(cohort)
        assert table(data)[2][0][4] is None
        assert outcome(upload(data)) == (0, 0, 0, 1)
        assert cohort.pending_rows.get().faults[0]["code"] == Code.TWO_VALUES
        assert outcome(upload(mended(data, {2: {"L/P": "L"}}))) == (1, 0, 0, 0)
        assert cohort.participants.get().sex == "L"

    def test_doubt_about_a_number_stays_with_a_row_mended_elsewhere(self, cohort, upload):
        upload(xlsx([HEADER, ["1", "Sri", int(NIK), "Bandung, 17 Mei 2001", "?", "", "", ""]]))
        upload(mended(workbook(cohort), {2: {"L/P": "L"}}))
        codes = [kept["code"] for kept in cohort.participants.get().warnings]
        assert codes == [Code.NIK_NUMERIC_CELL]

    def test_participants_absent_from_the_roster_stay_listed(self, cohort, upload, waiting):
        gone = ParticipantFactory(cohort=cohort)
        upload(xlsx([HEADER, *ROWS]))
        second = upload(mended(workbook(cohort), MENDED))
        assert second.absent == [gone.pk]


class TestTemplate:
    def fill(self, cohort, *people):
        above, header, rows = table(self.made(cohort))
        for row, person in zip(rows, people, strict=False):
            for name, value in person.items():
                row[header.index(name)] = value
        return xlsx([*above, header, *rows])

    def made(self, cohort):
        return template_workbook(cohort, list(cohort.participants.all()))

    def test_sheet_is_made_for_the_cohort_with_a_row_for_each_seat(self, cohort):
        above, header, rows = table(self.made(cohort))
        assert header == [
            "NO", "NAMA", "NIK", "L/P", "TEMPAT LAHIR", "TANGGAL LAHIR", "PENDIDIKAN", "ALAMAT",
            "NO HP", "DISABILITAS", "SANTRI", "HASIL", "KEHADIRAN (%)", "PRE TEST", "POST TEST",
        ]  # fmt: skip
        assert [line[0] for line in above[:3]] == [
            "DAFTAR PESERTA PELATIHAN",
            cohort.institution.name,
            f"{cohort.programme}, Angkatan {cohort.batch}, 1 Agustus 2022 sampai 31 Agustus 2022",
        ]
        assert [row[0] for row in rows] == list(range(1, cohort.seats + 1))

    def test_cells_are_text_and_dates_with_lists_to_choose_from(self, cohort):
        with zipfile.ZipFile(io.BytesIO(self.made(cohort))) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        for words in ("L,P", "ya,tidak", "lulus,tidak lulus,mengundurkan diri"):
            assert f'<formula1>"{words}"</formula1>' in sheet
        assert "<f>" not in sheet

    def test_untouched_sheet_is_refused_plainly(self, cohort):
        with pytest.raises(SheetRefused) as refused:
            read_roster(self.made(cohort), today=TODAY)
        assert refused.value.code == RosterRefusal.ROSTER_EMPTY

    def test_filled_sheet_is_accepted_without_a_warning(self, cohort, upload):
        data = self.fill(
            cohort,
            {"NAMA": "Sri Contoh", "NIK": NIK, "L/P": "L", "TEMPAT LAHIR": "Bandung",
             "TANGGAL LAHIR": date(2001, 5, 17), "PENDIDIKAN": "SMA", "ALAMAT": "Kp. Contoh",
             "NO HP": "081200009999", "DISABILITAS": "tidak ada", "SANTRI": "ya", "HASIL": "lulus"},
            {"NAMA": "Ani Contoh", "L/P": "P", "TANGGAL LAHIR": "17/05/2001"},
        )  # fmt: skip
        reading = read_roster(data, today=TODAY)
        assert reading.warnings == reading.rejected == []
        assert outcome(upload(data)) == (2, 0, 0, 0)
        person = cohort.participants.get(name="Sri Contoh")
        assert (person.result, person.is_santri, person.disability) == ("passed", True, "none")

    @pytest.mark.parametrize("words", ["disability", "is_santri", "result", "sex"])
    def test_every_word_to_choose_is_understood(self, cohort, words):
        with zipfile.ZipFile(io.BytesIO(self.made(cohort))) as book:
            sheet = book.read("xl/worksheets/sheet1.xml").decode()
        lists = re.findall(r'<formula1>"([^"]*)"</formula1>', sheet)
        header = {"disability": "DISABILITAS", "is_santri": "SANTRI", "result": "HASIL",
                  "sex": "L/P"}[words]  # fmt: skip
        index = ["sex", "disability", "is_santri", "result"].index(words)
        people = [
            {"NAMA": f"Orang {chr(65 + n)}", "L/P": "L", "TANGGAL LAHIR": "17/05/2001", header: one}
            for n, one in enumerate(lists[index].split(","))
        ]
        reading = read_roster(self.fill(cohort, *people), today=TODAY)
        assert reading.warnings == reading.rejected == []
        read = {getattr(person, words) for person in reading.accepted}
        assert len(read) == len(people), "each word stands for something of its own"

    def test_stored_participants_are_filled_in_without_their_nik(self, cohort):
        doubt = {"code": "birth_date_swapped", "field": "birth_date", "column": "", "params": {}}
        person = ParticipantFactory(
            cohort=cohort, name="Sri Contoh", sex="P", nik=NIK, warnings=[doubt]
        )
        data = self.made(cohort)
        _above, _header, rows = table(data)
        assert rows[0] == [
            1, "Sri Contoh", None, "P", "Bandung", date(2001, 5, 17), None, None, None, None, None,
            "lulus", "95", None, None,
        ]  # fmt: skip
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            parts = b"".join(map(book.read, book.namelist())).decode()
        assert NIK not in parts
        assert person.masked_nik in parts
        assert "mungkin tertukar" in parts

    def test_sheet_with_stored_participants_comes_back_and_changes_nothing(self, cohort, upload):
        warned = [{"code": "nik_sex_differs", "field": "nik", "column": "NIK", "params": {}}]
        ParticipantFactory(cohort=cohort, warnings=warned, result="failed", roster_row=5)
        ParticipantFactory(cohort=cohort, nik=None, result="", roster_row=6, name="O'ne X")
        twins = ParticipantFactory.create_batch(2, cohort=cohort, name="Kembar Contoh")
        before = list(cohort.participants.order_by("pk").values())
        assert outcome(upload(self.made(cohort))) == (0, 0, 2, 0)
        after = list(cohort.participants.order_by("pk").values())
        for row in (*before, *after):
            del row["roster_row"]
        assert after == before
        assert len(twins) == 2, "told apart by their NIK only, and left out"

    def test_guide_is_not_taken_for_a_roster(self, cohort):
        ParticipantFactory(cohort=cohort)
        _sheet, guide = read_sheets(self.made(cohort))
        assert guide.name == "Petunjuk"
        assert read_roster(self.made(cohort), today=TODAY).notes == []


class TestPages:
    ADDRESSES = ("trainings:roster-mend-download", "trainings:roster-template")

    def test_operator_takes_the_workbooks_away_and_nothing_keeps_them(
        self, client, cohort, operator
    ):
        PendingRowFactory(cohort=cohort, cells={"name": "Sri", "nik": NIK})
        client.force_login(operator)
        for address in self.ADDRESSES:
            response = client.get(reverse(address, args=[cohort.pk]))
            assert response.status_code == 200
            assert response["Content-Type"].endswith("spreadsheetml.sheet")
            assert re.fullmatch(
                r'attachment; filename="[a-z0-9-]+\.xlsx"', response["Content-Disposition"]
            )
            assert "no-store" in response["Cache-Control"]
            assert read_sheets(response.content)
            page = client.get(reverse("trainings:cohort-detail", args=[cohort.pk]))
            assert reverse(address, args=[cohort.pk]) in page.text

    def test_there_is_nothing_to_take_away_once_the_report_is_sent(self, client):
        cohort = CohortReportFactory(submitted=True).cohort
        client.force_login(OperatorFactory(institution=cohort.institution))
        for address in self.ADDRESSES:
            response = client.get(reverse(address, args=[cohort.pk]))
            assert response.url == reverse("trainings:cohort-detail", args=[cohort.pk])

    def test_without_rows_to_mend_the_way_leads_back(self, client, cohort, operator):
        client.force_login(operator)
        response = client.get(reverse("trainings:roster-mend-download", args=[cohort.pk]))
        assert response.url == reverse("trainings:cohort-detail", args=[cohort.pk])
