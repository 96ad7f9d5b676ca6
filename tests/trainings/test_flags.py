"""Flags on a returned report: raised with it, answered by the operator, settled by a decision."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from blk_portal.reporting.refusals import Incomplete, Stale
from tests.factories import (
    AreaReviewerFactory,
    CohortReportFactory,
    OperatorFactory,
    ParticipantFactory,
)
from trainings.models import CohortReport, CohortReportFlag, Participant
from trainings.models.flag import REPORT, ROW

pytestmark = pytest.mark.django_db
NOTE = "Cocokkan dengan KTP."


@pytest.fixture
def reviewer():
    return AreaReviewerFactory()


@pytest.fixture
def operator():
    return OperatorFactory()


@pytest.fixture
def report():
    return CohortReportFactory(submitted=True)


def first(report) -> Participant:
    return report.cohort.participants.first()


def flag_of(report) -> CohortReportFlag:
    return CohortReportFlag.objects.get(transition__report=report)


def send_back(report, by, *places, **options):
    flags = [report.flag(first(report), field=field, note=NOTE) for field in places]
    return report.send_back(by=by, version=report.version, flags=flags, **options)


def explain(flag, by) -> None:
    flag.answer, flag.answered_at, flag.answered_by = "Sesuai KTP.", timezone.now(), by
    flag.save()


def anchors(report) -> list[str]:
    return [missing.anchor for missing in report.missing_to_submit()]


def change(report, **values) -> None:
    Participant.objects.filter(pk=first(report).pk).update(**values)


def test_reviewer_returns_a_report_with_flags_that_stand_for_the_comment(report, reviewer):
    transition = send_back(report, reviewer, "nik", "result")
    assert (report.status, transition.comment) == ("returned", "")
    stored = transition.flags.values_list("field", "participant", "row", "note")
    person = first(report)
    assert list(stored) == [
        ("nik", person.pk, person.roster_row, NOTE), ("result", person.pk, person.roster_row, NOTE),
    ]  # fmt: skip


def test_reviewer_reopens_with_flags_only_beside_a_reason(reviewer):
    report = CohortReportFactory(verified=True)
    flags = [report.flag(first(report), field="result", note=NOTE)]
    with pytest.raises(Incomplete):
        report.reopen(by=reviewer, version=report.version, comment=" ", flags=flags)
    assert not CohortReportFlag.objects.exists()
    report.reopen(by=reviewer, version=report.version, comment="Tertukar.", flags=flags)
    assert flag_of(report).transition.verb == "reopen"


def test_return_on_an_old_version_stores_no_flag(report, reviewer):
    flags = [report.flag(first(report), field="nik", note=NOTE)]
    with pytest.raises(Stale):
        report.send_back(by=reviewer, version=report.version + 1, flags=flags)
    assert not CohortReportFlag.objects.exists()
    report.send_back(by=reviewer, version=report.version, flags=flags)
    assert CohortReportFlag.objects.count() == 1


def test_flag_names_only_a_participant_of_its_own_cohort(report):
    other = ParticipantFactory()
    with pytest.raises(ValueError, match="another cohort"):
        report.flag(other, field="nik", note=NOTE)
    assert report.flag(first(report), field="nik", note=NOTE)


def test_flag_keeps_neither_a_nik_nor_a_telephone_number_in_full(report, reviewer):
    person = first(report)
    send_back(report, reviewer, "nik", "phone", ROW)
    kept = str(list(CohortReportFlag.objects.values()))
    assert person._open_nik() not in kept
    assert person.phone not in kept
    shown = dict(CohortReportFlag.objects.values_list("field", "was"))
    assert shown == {"nik": person.masked_nik, "phone": "0812••••••99", ROW: ""}


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": "Nama Lain Contoh"}),
        ("result", {"result": "failed"}),
        ("birth_date", {"birth_date": "2000-01-31"}),
        ("address", {"address": "Kp. Cikadu"}),
        ("phone", {"phone": "081200019999"}),
        (ROW, {"education": "SMK"}),
    ],
)
def test_operator_answers_a_flag_by_changing_its_value_and_no_other(
    report, reviewer, field, values
):
    send_back(report, reviewer, field)
    assert anchors(report) == ["tanda"]
    change(report, is_santri=True)
    if field != ROW:
        change(report, birth_place="Garut")
    assert anchors(report) == ["tanda"]
    change(report, **values)
    assert anchors(report) == []


def test_operator_answers_a_flagged_nik_even_where_the_mask_stays_the_same(report, reviewer):
    send_back(report, reviewer, "nik")
    person = first(report)
    nik = person._open_nik()
    person.set_nik(nik)
    person.save()
    assert anchors(report) == ["tanda"], "sealed again, the same number"
    person.set_nik(f"{nik[:6]}010100{nik[12:]}")
    person.save()
    assert first(report).masked_nik == flag_of(report).was
    assert anchors(report) == []


def test_operator_who_takes_the_change_back_has_to_answer_again(report, reviewer, operator):
    send_back(report, reviewer, "result")
    change(report, result="failed")
    assert anchors(report) == []
    change(report, result="passed")
    assert anchors(report) == ["tanda"]
    with pytest.raises(Incomplete):
        report.submit(by=operator, version=report.version)
    explain(flag_of(report), operator)
    assert report.submit(by=operator, version=report.version)


def test_operator_answers_a_flag_on_the_whole_report_in_words(report, reviewer, operator):
    flags = [report.flag(field=REPORT, note="Lampirkan daftar hadir.")]
    report.send_back(by=reviewer, version=report.version, flags=flags)
    change(report, result="failed")
    assert anchors(report) == ["tanda"]
    explain(flag_of(report), operator)
    assert anchors(report) == []


def test_operator_takes_a_flagged_row_off_and_the_flag_keeps_its_history_only(report, reviewer):
    send_back(report, reviewer, "name")
    person, row = first(report), first(report).roster_row
    assert flag_of(report).was == person.name
    person.delete()
    flag = flag_of(report)
    assert (flag.participant, flag.was, flag.was_digest, flag.became) == (None, "", "", "")
    assert (flag.row, flag.field, flag.note) == (row, "name", NOTE)
    assert flag.is_removed
    assert flag.is_answered
    assert anchors(report) == []


def test_many_rows_are_erased_at_once_and_their_flags_forget_them(reviewer):
    report = CohortReportFactory(submitted=True, people=3)
    people = list(report.cohort.participants.all())
    flags = [report.flag(person, field="name", note=NOTE) for person in people]
    report.send_back(by=reviewer, version=report.version, flags=flags)
    Participant.objects.filter(pk__in=[person.pk for person in people[:2]]).delete()
    left = CohortReportFlag.objects.exclude(participant=None)
    assert [flag.participant for flag in left] == people[2:]
    assert set(CohortReportFlag.objects.filter(participant=None).values_list("was")) == {("",)}


def test_decision_settles_what_became_of_a_flag(report, reviewer, operator):
    send_back(report, reviewer, "result", "education")
    change(report, result="failed")
    education = CohortReportFlag.objects.get(field="education")
    explain(education, operator)
    report.submit(by=operator, version=report.version)
    assert CohortReportFlag.objects.standing().count() == 2
    report.verify(by=reviewer, version=report.version)
    assert not CohortReportFlag.objects.standing().exists()
    report.reopen(by=reviewer, version=report.version, comment="Tertukar.")
    change(report, result="passed", education="SMK")
    settled = {flag.field: flag for flag in CohortReportFlag.objects.all()}
    assert [settled[name].is_changed for name in ("result", "education")] == [True, False]
    assert [str(settled[name].after_words) for name in ("result", "education")] == [
        str(Participant.Result.FAILED.label), "SMA",
    ]  # fmt: skip
    assert anchors(report) == [], "only the last return asks for answers"


def test_second_return_settles_the_flags_of_the_first(report, reviewer, operator):
    send_back(report, reviewer, "result")
    change(report, result="failed")
    report.submit(by=operator, version=report.version)
    send_back(report, reviewer, "result")
    old, new = CohortReportFlag.objects.order_by("transition__version")
    assert (old.became, old.has_changed, old.was, new.was) == ("failed", True, "passed", "failed")
    report = CohortReport.objects.with_log().get(pk=report.pk)
    assert report.standing_flags == report.open_flags == [new]
    assert [row.version for row in report.flagged_returns] == [4, 2]


def test_withdrawn_report_still_shows_what_was_flagged(report, reviewer, operator):
    send_back(report, reviewer, "result")
    change(report, result="failed")
    report.submit(by=operator, version=report.version)
    report.withdraw(by=operator, version=report.version)
    change(report, result="passed")
    assert anchors(report) == ["tanda"]


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"note": ""}, "has_note"),
        ({"answer": "Sesuai."}, "answer_is_signed"),
        ({"resolved_at": "2022-09-30T00:00Z"}, "settled_at_once"),
        ({"became": "failed"}, "settled_at_once"),
        ({"field": "shoe_size"}, "known_place"),
        ({"field": REPORT}, "whole_report_has_no_row"),
        ({"participant": None}, "forgets_the_removed"),
    ],
)
def test_database_refuses_a_flag_that_contradicts_itself(report, reviewer, changes, constraint):
    send_back(report, reviewer, "result")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CohortReportFlag.objects.update(**changes)
    assert CohortReportFlag.objects.update(note="Lain.") == 1


def test_database_keeps_one_flag_a_place(report, reviewer):
    with pytest.raises(IntegrityError, match="once_a_place"), transaction.atomic():
        send_back(report, reviewer, "result", "result")
    report.refresh_from_db()
    assert report.status == "submitted"
    assert send_back(report, reviewer, "result", "nik")
