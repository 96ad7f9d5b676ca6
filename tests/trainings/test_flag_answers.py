"""What an operator types into flagged rows: the rules of the roster, fault by fault."""

from datetime import date

import pytest

from blk_portal.reporting.refusals import Stale
from tests.factories import CohortReportFactory, OperatorFactory, ParticipantFactory, synthetic_nik
from trainings.flag_answers import answer_flags
from trainings.models import CohortReportFlag, Participant
from trainings.unlocking import Locked

pytestmark = pytest.mark.django_db
TODAY = date(2022, 10, 1)
BORN = date(2001, 5, 17)


def returned(*flagged: str):
    """A report of two people, whose first row came back with flags on these columns."""
    return CohortReportFactory(flagged=True, people=2, flags=flagged)


@pytest.fixture
def report():
    return returned("row")


@pytest.fixture
def operator():
    return OperatorFactory()


@pytest.fixture
def person(report):
    return report.cohort.participants.first()


def type_in(report, person, by, answers=None, **typed):
    values = {person.pk: typed} if typed else {}
    return answer_flags(report, values, answers or {}, by=by, today=TODAY)


def codes(faults) -> list[str]:
    return [fault.code for found in faults.values() for fault in found]


@pytest.mark.parametrize(
    ("field", "text", "stored"),
    [
        ("name", " Siti  Aminah ", "Siti Aminah"),
        ("birth_date", "12 Maret 1999", date(1999, 3, 12)),
        ("birth_place", "", ""),
        ("address", "Kp. Cikadu", "Kp. Cikadu"),
        ("phone", "+62 812-0000-9998", "081200009998"),
        ("disability", "sensorik", "sensorik"),
        ("education", "D3", "D3"),
        ("result", "withdrawn", "withdrawn"),
        ("sex", "P", "P"),
    ],
)
def test_operator_mends_a_value_and_the_rest_stays(operator, field, text, stored):
    report = returned(field)
    person = report.cohort.participants.first()
    before = Participant.objects.values().get(pk=person.pk)
    assert type_in(report, person, operator, **{field: text}) == {}
    after = Participant.objects.values().get(pk=person.pk)
    assert after[field] == stored
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= {field, "name_key", "warnings"}


def test_operator_types_into_a_column_that_was_not_flagged(operator):
    report = returned("nik", "result")
    person = report.cohort.participants.first()
    before = Participant.objects.values().get(pk=person.pk)
    with pytest.raises(Locked, match="Alamat"):
        type_in(report, person, operator, result="failed", address="Kp. Cikadu")
    assert Participant.objects.values().get(pk=person.pk) == before


def test_operator_types_the_nik_anew_or_takes_it_back(report, person, operator):
    nik = synthetic_nik(700, born=BORN, sex=person.sex)
    assert type_in(report, person, operator, nik=nik) == {}
    person.refresh_from_db()
    assert person._open_nik() == nik
    assert type_in(report, person, operator, nik="belum ada") == {}
    person.refresh_from_db()
    assert person.nik_sealed is None


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("nik", "32040", "nik_length"),
        ("name", "", "name_missing"),
        ("birth_date", "31/02/2001", "birth_date_impossible"),
        ("phone", "tidak tahu nomornya", "phone_unreadable"),
        ("address", "x" * 301, "address_too_long"),
    ],
)
def test_operator_types_a_fault_and_nothing_of_the_row_is_stored(
    report, person, operator, field, text, code
):
    before = Participant.objects.values().get(pk=person.pk)
    faults = type_in(report, person, operator, **{"result": "failed", field: text})
    assert codes(faults) == [code]
    assert Participant.objects.values().get(pk=person.pk) == before


def test_operator_types_the_nik_of_another_participant(report, person, operator):
    other = report.cohort.participants.last()
    assert codes(type_in(report, person, operator, nik=other._open_nik())) == ["nik_of_another"]
    person.refresh_from_db()
    assert person._open_nik() != other._open_nik()


def test_warnings_follow_the_new_values_and_keep_what_the_file_told(report, person, operator):
    numeric = {"field": "nik", "code": "nik_numeric_cell", "message": "?", "cure": "?"}
    repeated = {"field": "name", "code": "person_repeated", "message": "?", "cure": "?"}
    Participant.objects.filter(pk=person.pk).update(warnings=[numeric, repeated])
    type_in(report, person, operator, birth_date="18/05/2001")
    person.refresh_from_db()
    assert [one["code"] for one in person.warnings] == [
        "nik_numeric_cell", "person_repeated", "nik_birth_date_differs",
    ]  # fmt: skip
    born = date(2001, 5, 18)
    type_in(report, person, operator, nik=synthetic_nik(701, born=born, sex=person.sex))
    person.refresh_from_db()
    assert [one["code"] for one in person.warnings] == ["person_repeated"]


def test_operator_writes_changes_and_takes_back_an_answer(report, person, operator):
    flag = CohortReportFlag.objects.first()
    for text in ("Sesuai KTP.", "Sesuai KK.", ""):
        type_in(report, person, operator, answers={flag.pk: text})
        flag.refresh_from_db()
        assert flag.answer == text
        assert (flag.answered_by == operator) == bool(text)


def test_rows_and_flags_of_another_cohort_are_left_alone(report, operator):
    foreign = CohortReportFactory(flagged=True)
    stranger, flag = foreign.cohort.participants.first(), CohortReportFlag.objects.last()
    assert flag.transition.report == foreign
    type_in(report, stranger, operator, answers={flag.pk: "Sesuai."}, result="failed")
    flag.refresh_from_db()
    stranger.refresh_from_db()
    assert (flag.answer, stranger.result) == ("", "passed")
    type_in(foreign, stranger, operator, answers={flag.pk: "Sesuai."}, result="failed")
    flag.refresh_from_db()
    stranger.refresh_from_db()
    assert (flag.answer, stranger.result) == ("Sesuai.", "failed")


def test_sent_report_takes_no_answers(operator):
    report = CohortReportFactory(submitted=True)
    person = ParticipantFactory(cohort=report.cohort)
    with pytest.raises(Stale):
        type_in(report, person, operator, result="failed")
    person.refresh_from_db()
    assert person.result == "passed"
