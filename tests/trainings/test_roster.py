"""From roster rows to participants: matching, keeping, mending, and what is never lost."""

from dataclasses import replace
from datetime import date

import pytest

from blk_portal.privacy import keys
from blk_portal.reporting.refusals import Stale
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    CohortReportFactory,
    OperatorFactory,
    ParticipantFactory,
    PendingRowFactory,
    ProgrammeYearFactory,
)
from trainings import entries, roster
from trainings.faults import Code, fault
from trainings.models import Participant, PendingRow
from trainings.roster_sheet import RosterReading, RosterRow, check_row

pytestmark = pytest.mark.django_db

TODAY = date(2022, 9, 1)
BORN = date(2001, 5, 17)
FIRST, SECOND, THIRD = "3273051705019001", "3273051705019002", "3273051705019003"
NAMES = ["Andi Contoh", "Budi Contoh", "Citra Contoh", "Dedi Contoh", "Eka Contoh"]


def row(number=2, *, name=NAMES[0], nik=FIRST, **facts):
    facts = {"sex": "L", "birth_place": "Bandung", "birth_date": BORN} | facts
    return RosterRow(row=number, name=name, nik=nik, **facts)


def rejected(number, *codes, name="Sri Rusak", **cells):
    """A returned row: its faults and the cells as written."""
    faults = [fault(code, row=number, column="NIK", field="nik", count=15) for code in codes]
    return faults, {number: {"name": name, "nik": "320405", "sex": "L"} | cells}


@pytest.fixture
def cohort():
    return CohortFactory()


@pytest.fixture
def operator(cohort):
    return OperatorFactory(institution=cohort.institution)


@pytest.fixture
def upload(cohort, operator):
    """Store accepted rows, and returned ones if given."""

    def store(*rows, returned=(), filename="daftar.xlsx", warnings=()):
        reading = RosterReading(accepted=list(rows), warnings=list(warnings))
        for faults, cells in returned:
            reading.rejected.extend(faults)
            reading.rejected_cells.update(cells)
        return roster.store_upload(cohort, reading, filename=filename, by=operator, today=TODAY)

    return store


def outcome(upload):
    return (upload.created, upload.changed, upload.unchanged, upload.rejected)


def snapshot(cohort):
    return list(Participant.objects.filter(cohort=cohort).order_by("pk").values())


class TestStoring:
    def test_roster_of_another_year_overwrites_nothing_of_the_year_before(self, cohort, upload):
        earlier = CohortFactory(
            institution=cohort.institution, programme_year=ProgrammeYearFactory(year=2021)
        )
        ParticipantFactory(
            cohort=earlier, name=NAMES[0], nik=FIRST, birth_date=BORN, education="SMA",
        )  # fmt: skip
        before = snapshot(earlier)
        upload(row(2, education="S1"), row(3, name=NAMES[1], nik=SECOND))
        assert snapshot(earlier) == before
        assert cohort.participants.count() == 2

    def test_operator_uploads_good_rows_and_each_is_a_participant(self, cohort, upload):
        stored = upload(
            row(2, phone="081200009999", disability="fisik", is_santri=True, result="lulus"),
            row(3, name="budi  CONTOH", nik=None, sex="P", result=None),
        )
        assert outcome(stored) == (2, 0, 0, 0)
        first, second = cohort.participants.order_by("roster_row")
        assert (first.name, first.sex, first.birth_date, first.phone) == (
            "Andi Contoh", "L", BORN, "081200009999",
        )  # fmt: skip
        assert (first.disability, first.is_santri, first.result) == ("fisik", True, "passed")
        assert first._open_nik() == FIRST
        assert bytes(first.nik_index) == keys.index_of(FIRST)
        assert (second.nik_index, second.disability, second.result) == (None, "none", "")
        assert second.name_key == "budicontoh"
        assert [first.roster_row, second.roster_row] == [2, 3]

    @pytest.mark.parametrize(
        ("word", "result"),
        [("lulus", "passed"), ("tidak_lulus", "failed"), ("mengundurkan_diri", "withdrawn")],
    )
    def test_result_in_the_file_becomes_the_result(self, cohort, upload, word, result):
        upload(row(result=word))
        assert cohort.participants.get().result == result

    def test_same_file_twice_changes_nothing(self, cohort, upload):
        rows = [row(n + 2, name=name, nik=None if n == 3 else f"327305170501900{n + 1}")
                for n, name in enumerate(NAMES)]  # fmt: skip
        returned = [rejected(9, Code.NIK_LENGTH)]
        upload(*rows, returned=returned)
        before = snapshot(cohort)
        second = upload(*rows, returned=returned)
        assert outcome(second) == (0, 0, 5, 1)
        assert snapshot(cohort) == before
        assert PendingRow.objects.count() == 1
        assert second.absent == []

    def test_rows_that_only_moved_are_unchanged(self, cohort, upload):
        upload(row(2), row(3, name=NAMES[1], nik=SECOND))
        assert outcome(upload(row(3), row(2, name=NAMES[1], nik=SECOND))) == (0, 0, 2, 0)
        assert list(cohort.participants.values_list("name", flat=True)) == [NAMES[1], NAMES[0]]

    def test_rows_that_the_new_file_lacks_are_kept_and_listed(self, cohort, upload):
        upload(row(2), row(3, name=NAMES[1], nik=SECOND))
        gone = cohort.participants.get(name=NAMES[1])
        second = upload(row(2))
        assert second.absent == [gone.pk]
        assert cohort.participants.count() == 2

    def test_seat_limit_blocks_no_row(self, upload, cohort):
        cohort.seats = 1
        cohort.save()
        assert outcome(upload(row(2), row(3, name=NAMES[1], nik=SECOND))) == (2, 0, 0, 0)

    def test_another_cohort_is_not_touched(self, cohort, upload):
        elsewhere = ParticipantFactory(nik=FIRST, name="Orang Lain")
        assert outcome(upload(row())) == (1, 0, 0, 0)
        elsewhere.refresh_from_db()
        assert elsewhere.name == "Orang Lain"

    def test_warnings_stay_with_their_row_and_notes_with_the_file(self, cohort, upload):
        doubt = fault(Code.NIK_SEX_DIFFERS, row=2, column="NIK", field="nik")
        skipped = fault(Code.ROW_SKIPPED, row=30, column="A", field="")
        stored = upload(row(2), row(3, name=NAMES[1], nik=SECOND), warnings=[doubt, skipped])
        first, second = cohort.participants.order_by("roster_row")
        assert first.warning_texts == [doubt.message]
        assert second.warnings == []
        assert [note["code"] for note in stored.notes] == [skipped.code]
        assert skipped.message in stored.note_texts[0]
        upload(row(2), row(3, name=NAMES[1], nik=SECOND))
        first.refresh_from_db()
        assert first.warnings == []

    @pytest.mark.parametrize("state", ["submitted", "verified"])
    def test_roster_of_a_report_handed_in_is_closed(self, state):
        cohort = CohortReportFactory(**{state: True}).cohort
        before = snapshot(cohort)
        person = cohort.participants.first()
        pending = PendingRowFactory(cohort=cohort)
        operator = OperatorFactory(institution=cohort.institution)
        for change in (
            lambda: roster.store_upload(
                cohort, RosterReading([row()]), filename="a", by=operator, today=TODAY
            ),
            lambda: roster.mend(cohort, {pending.pk: {}}, today=TODAY),
            lambda: entries.record_results(cohort, {person.pk: {"result": "failed"}}),
            lambda: roster.remove(cohort, person),
            lambda: roster.drop(cohort, pending, {}, today=TODAY),
            lambda: entries.explain_warnings(cohort, {"nik_suspicious": "x"}, by=operator),
        ):
            with pytest.raises(Stale) as refusal:
                change()
            assert refusal.value.cure
        assert snapshot(cohort) == before
        assert list(PendingRow.objects.all()) == [pending]
        assert cohort.uploads.count() == 1

    @pytest.mark.parametrize("state", ["returned", "reopened"])
    def test_roster_of_a_returned_report_is_open_again(self, state, upload):
        cohort = CohortReportFactory(**{state: True}).cohort
        reading = RosterReading([row()])
        stored = roster.store_upload(
            cohort, reading, filename="a", by=AreaReviewerFactory(), today=TODAY
        )
        assert (stored.created, len(stored.absent)) == (1, 2)


class TestMatching:
    def test_person_is_found_by_nik_whatever_the_spelling_of_the_name(self, cohort, upload):
        upload(row())
        person = cohort.participants.get()
        assert outcome(upload(row(name="Andi C. Contoh, S.Pd."))) == (0, 1, 0, 0)
        person.refresh_from_db()
        assert person.name == "Andi C. Contoh, S.Pd."
        assert person.name_key == "andiccontohspd"

    def test_person_is_found_by_nik_with_a_corrected_birth_date(self, cohort, upload):
        upload(row())
        assert outcome(upload(row(birth_date=date(2001, 5, 18)))) == (0, 1, 0, 0)
        assert cohort.participants.get().birth_date == date(2001, 5, 18)

    def test_person_without_a_nik_is_found_by_name_and_birth_date(self, cohort, upload):
        upload(row(nik=None))
        assert outcome(upload(row(name="ANDI   CONTOH", nik=FIRST))) == (0, 1, 0, 0)
        assert cohort.participants.get()._open_nik() == FIRST

    def test_row_without_a_nik_does_not_take_the_nik_away(self, cohort, upload):
        upload(row())
        assert outcome(upload(row(nik=None))) == (0, 0, 1, 0)
        assert cohort.participants.get()._open_nik() == FIRST

    def test_same_name_with_another_birth_date_is_another_person(self, cohort, upload):
        upload(row(nik=None))
        assert outcome(upload(row(nik=None, birth_date=date(2002, 1, 1)))) == (1, 0, 0, 0)

    def test_namesakes_of_one_day_with_different_niks_are_two(self, cohort, upload):
        twins = (row(2), row(3, nik=SECOND))
        assert outcome(upload(*twins)) == (2, 0, 0, 0)
        assert outcome(upload(*twins)) == (0, 0, 2, 0)

    def test_row_that_fits_two_participants_comes_back_as_a_question(self, cohort, upload):
        upload(row(2), row(3, nik=SECOND))
        before = snapshot(cohort)
        assert outcome(upload(row(5, nik=None))) == (0, 0, 0, 1)
        assert snapshot(cohort) == before
        (waiting,) = cohort.pending_rows.all()
        assert [found["code"] for found in waiting.faults] == [Code.MATCH_AMBIGUOUS]
        assert waiting.open_cells()["name"] == NAMES[0]

    def test_two_rows_without_nik_alike_are_stored_once_and_asked_once(self, cohort, upload):
        assert outcome(upload(row(2, nik=None), row(3, nik=None))) == (1, 0, 0, 1)
        assert cohort.pending_rows.get().row == 3

    def test_nik_of_somebody_else_comes_back_as_a_question_and_overwrites_nobody(
        self, cohort, upload
    ):
        upload(row())
        before = snapshot(cohort)
        stranger = row(4, name="Orang Lain", birth_date=date(1990, 2, 2))
        assert outcome(upload(stranger)) == (0, 0, 0, 1)
        assert snapshot(cohort) == before
        (waiting,) = cohort.pending_rows.all()
        assert waiting.faults[0]["code"] == Code.NIK_OF_ANOTHER
        assert waiting.open_cells()["nik"] == FIRST
        assert FIRST not in str(waiting.faults)

    def test_each_participant_takes_one_row_only(self, cohort, upload):
        upload(row(2, nik=None))
        assert outcome(upload(row(2), row(3, nik=SECOND))) == (1, 1, 0, 0)
        assert {person._open_nik() for person in cohort.participants.all()} == {FIRST, SECOND}


class TestNothingIsWiped:
    FULL = {
        "phone": "081200009999", "address": "Jl. Contoh 1", "education": "SMA",
        "disability": "fisik", "is_santri": False, "result": "lulus",
    }  # fmt: skip

    def test_empty_cells_of_a_new_file_keep_what_is_known(self, cohort, upload):
        upload(row(**self.FULL))
        before = snapshot(cohort)
        sparse = check_row(
            {"name": NAMES[0], "nik": FIRST, "sex": "L", "birth_date": "17/05/2001"},
            row=2, today=TODAY,
        )  # fmt: skip
        assert outcome(upload(sparse.person)) == (0, 0, 1, 0)
        assert snapshot(cohort) == before

    @pytest.mark.parametrize(
        ("changes", "stored"),
        [
            ({"phone": "081300009999"}, {"phone": "081300009999"}),
            ({"disability": "sensorik"}, {"disability": "sensorik"}),
            ({"is_santri": True}, {"is_santri": True}),
            ({"result": "tidak_lulus"}, {"result": "failed"}),
            ({"sex": "P"}, {"sex": "P"}),
            ({"birth_place": "Cimahi"}, {"birth_place": "Cimahi"}),
        ],
    )
    def test_filled_cells_of_a_new_file_correct_what_is_known(
        self, cohort, upload, changes, stored
    ):
        upload(row(**self.FULL))
        assert outcome(upload(replace(row(**self.FULL), **changes))) == (0, 1, 0, 0)
        person = cohort.participants.get()
        assert {name: getattr(person, name) for name in stored} == stored

    def test_rows_that_still_wait_from_an_earlier_file_stay(self, cohort, upload):
        upload(row(2), returned=[rejected(7, Code.NIK_LENGTH)])
        upload(row(2), filename="perbaikan.xlsx")
        assert cohort.pending_rows.get().open_cells()["name"] == "Sri Rusak"

    def test_waiting_row_goes_when_a_new_file_holds_the_person(self, cohort, upload):
        upload(row(2), returned=[rejected(7, Code.NIK_LENGTH)])
        upload(row(7, name="SRI RUSAK", nik=SECOND), filename="perbaikan.xlsx")
        assert not cohort.pending_rows.exists()
        assert cohort.participants.count() == 2

    def test_waiting_row_is_replaced_when_the_same_file_comes_again(self, cohort, upload):
        upload(returned=[rejected(7, Code.NIK_LENGTH), rejected(8, Code.NIK_REGION, name="Tono")])
        upload(returned=[rejected(8, Code.NIK_REGION, name="Tono")])
        waiting = [row.shown_name for row in cohort.pending_rows.all()]
        assert waiting == ["Sri Rusak", "Tono"], "a row that the new file lacks waits on"

    def test_waiting_row_of_a_namesake_stays(self, cohort, upload):
        upload(returned=[rejected(7, Code.NIK_LENGTH), rejected(9, Code.NIK_LENGTH)])
        upload(row(2, name="SRI RUSAK", nik=SECOND), filename="perbaikan.xlsx")
        assert cohort.pending_rows.count() == 1

    def test_waiting_row_without_a_name_goes_with_the_same_row_of_the_file(self, cohort, upload):
        upload(returned=[rejected(7, Code.NAME_MISSING, name="")])
        upload(row(7, nik=SECOND))
        assert not cohort.pending_rows.exists()

    def test_all_faults_of_a_row_wait_together_and_quote_nothing(self, cohort, upload):
        stored = upload(
            returned=[rejected(7, Code.NIK_LENGTH, Code.SEX_UNKNOWN, nik="327305170501900")]
        )
        assert stored.rejected == 1
        (waiting,) = cohort.pending_rows.all()
        assert [found["code"] for found in waiting.faults] == [Code.NIK_LENGTH, Code.SEX_UNKNOWN]
        assert "327305170501900" not in str(waiting.faults)
        assert waiting.open_faults[0]["written"] == "327305170501900"


class TestMending:
    def mend(self, cohort, pending, **typed):
        return roster.mend(cohort, {pending.pk: typed}, today=TODAY)

    @pytest.fixture
    def pending(self, cohort):
        return PendingRowFactory(
            cohort=cohort,
            cells={"name": "Sri Rusak", "nik": "32730517050190", "sex": "L",
                   "birth_date": "17/05/2001", "result": "lulus"},
        )  # fmt: skip

    def test_operator_mends_a_row_and_it_becomes_a_participant(self, cohort, pending):
        assert self.mend(cohort, pending, nik=FIRST) == (1, 0)
        person = cohort.participants.get()
        assert (person.name, person._open_nik(), person.result) == ("Sri Rusak", FIRST, "passed")
        assert not PendingRow.objects.exists()

    def test_operator_mends_wrongly_and_what_was_typed_is_kept(self, cohort, pending):
        assert self.mend(cohort, pending, nik="123", name="Sri Baru") == (0, 1)
        pending.refresh_from_db()
        assert pending.open_cells()["nik"] == "123"
        assert pending.shown_name == "Sri Baru"
        assert pending.name_key == "sribaru"
        assert [found["code"] for found in pending.faults] == [Code.NIK_LENGTH]
        assert not cohort.participants.exists()

    def test_operator_mends_into_the_nik_of_another_and_is_asked(self, cohort, pending):
        owner = ParticipantFactory(cohort=cohort, nik=FIRST, birth_date=date(1990, 1, 1))
        assert self.mend(cohort, pending, nik=FIRST) == (0, 1)
        pending.refresh_from_db()
        assert pending.faults[0]["code"] == Code.NIK_OF_ANOTHER
        owner.refresh_from_db()
        assert owner.name != "Sri Rusak"

    def test_operator_answers_an_ambiguous_match_with_the_nik(self, cohort, upload):
        upload(row(2), row(3, nik=SECOND))
        upload(row(5, nik=None, result="tidak_lulus", is_santri=True, disability="fisik"))
        assert self.mend(cohort, cohort.pending_rows.get(), nik=SECOND) == (1, 0)
        person = cohort.participants.get(nik_index=keys.index_of(SECOND))
        assert (person.result, person.is_santri, person.disability) == ("failed", True, "fisik")
        assert cohort.participants.count() == 2

    def test_operator_mends_two_rows_of_the_same_person_and_one_person_is_kept(self, cohort):
        cells = {"name": "Sri Rusak", "sex": "L", "birth_date": "17/05/2001", "nik": "1"}
        rows = [PendingRowFactory(cohort=cohort, cells=cells) for _n in range(2)]
        typed = {waiting.pk: {"nik": FIRST} for waiting in rows}
        assert roster.mend(cohort, typed, today=TODAY) == (2, 0)
        assert cohort.participants.count() == 1

    def test_rows_of_another_cohort_are_not_mended(self, cohort, pending):
        foreign = PendingRowFactory(cells=pending.open_cells())
        assert self.mend(cohort, foreign, nik=FIRST) == (0, 1)
        assert not Participant.objects.exists()
        assert PendingRow.objects.count() == 2

    def test_operator_removes_a_row_that_is_no_participant(self, cohort, pending):
        roster.drop(cohort, pending, {}, today=TODAY)
        assert not PendingRow.objects.exists()

    def test_operator_removes_a_row_and_keeps_what_was_typed_into_the_others(self, cohort, pending):
        other = PendingRowFactory(cohort=cohort, cells=pending.open_cells() | {"sex": ""})
        typed = {pending.pk: {"sex": "P"}, other.pk: {"nik": "327305"}}
        roster.drop(cohort, pending, typed, today=TODAY)
        [left] = PendingRow.objects.all()
        assert (left.pk, left.open_cells()["nik"]) == (other.pk, "327305")


class TestResults:
    def test_operator_enters_results_of_the_own_cohort_only(self, cohort):
        people = ParticipantFactory.create_batch(2, cohort=cohort, result="")
        foreign = ParticipantFactory(result="")
        results = {person.pk: {"result": "failed"} for person in (*people, foreign)}
        assert entries.record_results(cohort, results) == 2
        assert entries.record_results(cohort, results) == 0
        foreign.refresh_from_db()
        assert foreign.result == ""
        assert set(cohort.participants.values_list("result", flat=True)) == {"failed"}

    def test_operator_takes_a_participant_off_the_roster(self, cohort):
        person = ParticipantFactory(cohort=cohort)
        roster.remove(cohort, person)
        assert not cohort.participants.exists()

    def test_operator_explains_the_warnings(self, cohort, operator):
        texts = {"nik_suspicious": "KTP sudah dicocokkan."}
        assert entries.explain_warnings(cohort, texts, by=operator) == 1
        assert entries.explain_warnings(cohort, texts, by=operator) == 0
        kept = cohort.closing.explanations.get()
        assert (kept.code, kept.text, kept.by) == (*texts.popitem(), operator)
        assert entries.explain_warnings(cohort, {"nik_suspicious": ""}, by=operator) == 1
        assert not cohort.closing.explanations.exists()


def test_upload_takes_few_queries_however_many_rows(upload, django_assert_max_num_queries):
    rows = [row(n + 2, name=f"Orang {chr(97 + n)} Contoh", nik=None) for n in range(20)]
    with django_assert_max_num_queries(17):
        assert outcome(upload(*rows)) == (20, 0, 0, 0)
    with django_assert_max_num_queries(17):
        assert outcome(upload(*[replace(one, phone="081200009999") for one in rows])) == (
            0, 20, 0, 0,
        )  # fmt: skip
