"""Every verb from every state: one table says which pass, all others change nothing."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction

from blk_portal.reporting.models import Obligation, Receipt
from blk_portal.reporting.refusals import Incomplete, NotYours, Refused, Stale
from blk_portal.reporting.signals import report_moved
from blk_portal.reporting.verbs import VERBS, ReportStatus
from tests.factories import (
    AreaReviewerFactory,
    CohortReportFactory,
    OperatorFactory,
    ParticipantFactory,
    PendingRowFactory,
)
from trainings.entries import explain_warnings
from trainings.models import CohortCount, CohortReport, CohortReportTransition

pytestmark = pytest.mark.django_db

# The life of a report, written a second time by hand: state, verb -> next state.
ALLOWED = {
    ("draft", "submit"): "submitted",
    ("returned", "submit"): "submitted",
    ("submitted", "withdraw"): "draft",
    ("submitted", "verify"): "verified",
    ("submitted", "send_back"): "returned",
    ("submitted", "set_aside"): "draft",
    ("verified", "reopen"): "returned",
}
OWED_AFTER = {
    "draft": "expected",
    "submitted": "reported",
    "returned": "expected",
    "verified": "reported",
}
DOUBT = {"code": "nik_suspicious", "field": "nik", "column": "NIK", "params": {}}
NEEDS_COMMENT = {"send_back", "set_aside", "reopen"}
WAY_TO = {"draft": {}, "submitted": {"submitted": True}, "returned": {"returned": True},
          "verified": {"verified": True}}  # fmt: skip


def carry_out(report, verb, *, by, version=None, comment="Lengkapi baris 3."):
    """A verb as the pages call it."""
    options = {"comment": comment} if verb in NEEDS_COMMENT else {}
    version = report.version if version is None else version
    return getattr(report, verb)(by=by, version=version, **options)


def traces(report):
    """Everything a verb leaves behind."""
    row = CohortReport.objects.values().get(pk=report.pk)
    return (
        row,
        list(CohortReportTransition.objects.filter(report=report).values()),
        list(Receipt.objects.filter(obligation=report.obligation_id).values()),
        list(CohortCount.objects.filter(report=report).values()),
        Obligation.objects.get(pk=report.obligation_id).state,
    )


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", ReportStatus.values)
def test_person_carries_out_a_verb_only_from_its_states(state, verb):
    report = CohortReportFactory(**WAY_TO[state])
    reviewer = AreaReviewerFactory(office=report.cohort.institution.office)
    before = traces(report)

    if target := ALLOWED.get((state, verb)):
        carry_out(report, verb, by=reviewer)
        report.refresh_from_db()
        assert report.status == target
        assert report.version == before[0]["version"] + 1
        owed = "not_expected" if verb == "set_aside" else OWED_AFTER[target]
        assert Obligation.objects.get(pk=report.obligation_id).state == owed
        assert (report.verified_by == reviewer) == (target == "verified")
    else:
        with pytest.raises(Stale):
            carry_out(report, verb, by=reviewer)
        assert traces(report) == before


def test_table_of_verbs_is_the_one_tested_here():
    table = {(source, name): verb.target for name, verb in VERBS.items() for source in verb.sources}
    assert table == ALLOWED
    assert {name for name, verb in VERBS.items() if verb.needs_comment} == NEEDS_COMMENT
    assert {name for name, verb in VERBS.items() if verb.issues_receipt} == {"submit"}


def test_reviewer_moves_a_report_and_the_log_tells_it():
    report = CohortReportFactory(submitted=True)
    reviewer = AreaReviewerFactory(office=report.cohort.institution.office)
    transition = report.send_back(by=reviewer, version=1, comment="  NIK baris 4.  ")

    assert (transition.verb, transition.from_status, transition.to_status) == (
        "send_back", "submitted", "returned",
    )  # fmt: skip
    assert (transition.version, transition.by, transition.comment) == (2, reviewer, "NIK baris 4.")
    assert type(transition.label) is str
    assert transition.receipt is None
    assert list(report.transitions.values_list("version", "verb")) == [
        (2, "send_back"), (1, "submit"),
    ]  # fmt: skip


@pytest.mark.parametrize("version", [0, 1, 3, 99])
def test_reviewer_with_an_old_page_is_refused_and_told_who_and_when(version):
    with time_machine.travel(datetime(2022, 9, 30, 1, 40, tzinfo=UTC)):
        operator = OperatorFactory(name="Siti Contoh")
        report = CohortReportFactory(verbs=("submit", "send_back"), operator=operator)
        carry_out(report, "submit", by=operator)
    assert report.version == 3
    reviewer = AreaReviewerFactory(office=report.cohort.institution.office)
    stale = CohortReport.objects.get(pk=report.pk)
    if version == report.version:
        assert carry_out(stale, "verify", by=reviewer, version=version)
        return
    with pytest.raises(Stale) as refusal:
        carry_out(stale, "verify", by=reviewer, version=version)
    assert refusal.value.status == 409
    assert "Siti Contoh" in refusal.value.message
    assert "30 September 2022, 08.40 WIB" in refusal.value.message
    assert refusal.value.cure
    report.refresh_from_db()
    assert report.status == "submitted"


def test_reviewer_is_refused_when_the_report_was_withdrawn_and_sent_again_meanwhile():
    report = CohortReportFactory(submitted=True)
    opened = CohortReport.objects.get(pk=report.pk)
    report.withdraw(by=report.submitted_by, version=1)
    report.submit(by=report.submitted_by, version=2)
    reviewer = AreaReviewerFactory(office=report.cohort.institution.office)
    with pytest.raises(Stale):
        opened.verify(by=reviewer, version=1)
    report.refresh_from_db()
    assert (report.status, report.version) == ("submitted", 3)
    assert CohortReport.objects.get(pk=report.pk).verify(by=reviewer, version=3)


def test_operator_is_refused_on_a_report_nobody_has_moved_when_the_version_is_wrong():
    report = CohortReportFactory()
    operator = OperatorFactory(institution=report.cohort.institution)
    with pytest.raises(Stale):
        report.submit(by=operator, version=7)
    assert not Receipt.objects.exists()
    assert report.submit(by=operator, version=0)


@pytest.mark.parametrize("comment", ["", "   ", "\n\t"])
@pytest.mark.parametrize(
    ("verb", "state"), [("send_back", "submitted"), ("reopen", "verified")], ids=str
)
def test_reviewer_returns_only_with_a_comment(verb, state, comment):
    report = CohortReportFactory(**WAY_TO[state])
    reviewer = AreaReviewerFactory(office=report.cohort.institution.office)
    before = traces(report)
    with pytest.raises(Incomplete) as refusal:
        carry_out(report, verb, by=reviewer, comment=comment)
    assert refusal.value.cure
    assert traces(report) == before
    assert carry_out(report, verb, by=reviewer, comment="Perbaiki NIK.").comment == "Perbaiki NIK."


def test_submitter_may_not_verify_but_a_colleague_may():
    staff = AreaReviewerFactory()
    report = CohortReportFactory(submitted=True, operator=staff)
    before = traces(report)
    with pytest.raises(NotYours) as refusal:
        report.verify(by=staff, version=report.version)
    assert refusal.value.status == 403
    assert traces(report) == before
    report.verify(by=AreaReviewerFactory(), version=report.version)
    assert report.status == "verified"


def test_submitter_may_not_verify_with_an_object_read_before_the_submission():
    staff = AreaReviewerFactory()
    report = CohortReportFactory()
    read_before = CohortReport.objects.get(pk=report.pk)
    report.submit(by=staff, version=0)
    with pytest.raises(Refused):
        read_before.verify(by=staff, version=1)
    report.refresh_from_db()
    assert report.status == "submitted"


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"verified_by": "submitter"}, "cohortreport_verifier_is_not_submitter"),
        ({"verified_by": None}, "cohortreport_verified_has_verifier"),
        ({"verified_at": None}, "cohortreport_verified_has_verifier"),
        ({"status": "returned"}, "cohortreport_verified_has_verifier"),
        ({"status": "submitted"}, "cohortreport_verified_has_verifier"),
        ({"submitted_by": None}, "cohortreport_submitted_has_submitter"),
        ({"submitted_at": None}, "cohortreport_submitted_has_submitter"),
    ],
)
def test_database_refuses_a_report_whose_state_and_stamps_disagree(changes, constraint):
    report = CohortReportFactory(verified=True)
    if changes.get("verified_by") == "submitter":
        changes = {"verified_by": report.submitted_by}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CohortReport.objects.filter(pk=report.pk).update(**changes)
    other = AreaReviewerFactory()
    assert CohortReport.objects.filter(pk=report.pk).update(verified_by=other) == 1


def test_database_keeps_one_log_row_a_version():
    report = CohortReportFactory(submitted=True)
    row = report.transitions.get()
    row.pk = None
    with pytest.raises(IntegrityError, match="once_per_version"), transaction.atomic():
        row.save()


def test_reviewer_reopens_and_the_verifier_is_forgotten_on_the_row_and_kept_in_the_log():
    report = CohortReportFactory(reopened=True)
    assert (report.status, report.verified_by, report.verified_at) == ("returned", None, None)
    assert report.submitted_by is not None
    assert [row.verb for row in report.transitions.order_by("version")] == [
        "submit", "verify", "reopen",
    ]  # fmt: skip
    assert report.is_open


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "verified"])
def test_operator_may_change_only_an_open_report(state):
    assert CohortReportFactory(**WAY_TO[state]).is_open == (state in {"draft", "returned"})


def test_operator_submits_a_complete_report_and_not_an_empty_one():
    report = CohortReportFactory(people=0)
    operator = OperatorFactory(institution=report.cohort.institution)
    before = traces(report)
    with pytest.raises(Incomplete) as refusal:
        report.submit(by=operator, version=0)
    assert refusal.value.status == 409
    assert refusal.value.cure
    assert traces(report) == before
    ParticipantFactory(cohort=report.cohort)
    assert report.submit(by=operator, version=0)


@pytest.mark.parametrize(
    ("spoil", "anchor"),
    [
        (lambda cohort: PendingRowFactory(cohort=cohort), "perbaikan"),
        (lambda cohort: ParticipantFactory(cohort=cohort, result=""), "hasil"),
        (lambda cohort: ParticipantFactory(cohort=cohort, warnings=[DOUBT]),
         "peringatan"),
        (lambda cohort: ParticipantFactory.create_batch(15, cohort=cohort), "peserta"),
    ],
    ids=["rows to mend", "result lacks", "warning unexplained", "too many for the seats"],
)  # fmt: skip
def test_operator_is_told_what_lacks_and_where(spoil, anchor):
    report = CohortReportFactory(people=2)
    operator = OperatorFactory(institution=report.cohort.institution)
    assert report.missing_to_submit() == []
    spoil(report.cohort)
    assert [missing.anchor for missing in report.missing_to_submit()] == [anchor]
    with pytest.raises(Incomplete):
        report.submit(by=operator, version=0)
    report.refresh_from_db()
    assert report.status == "draft"


def test_operator_explains_the_warnings_and_submits():
    report = CohortReportFactory(people=1)
    ParticipantFactory(cohort=report.cohort, warnings=[DOUBT])
    operator = OperatorFactory(institution=report.cohort.institution)
    explain_warnings(report.cohort, {DOUBT["code"]: "KTP sudah diperiksa."}, by=operator)
    assert report.submit(by=operator, version=0)


@pytest.mark.parametrize("verb", ["submit", "withdraw", "verify", "send_back", "reopen"])
def test_receiver_that_raises_undoes_the_whole_verb(verb):
    state = next(state for state, name in ALLOWED if name == verb)
    report = CohortReportFactory(**WAY_TO[state])
    reviewer = AreaReviewerFactory(office=report.cohort.institution.office)
    before = traces(report)

    def refuse(sender, **kwargs):
        raise Refused("Tidak sekarang.")

    report_moved.connect(refuse)
    try:
        with pytest.raises(Refused):
            carry_out(CohortReport.objects.get(pk=report.pk), verb, by=reviewer)
    finally:
        report_moved.disconnect(refuse)
    assert traces(report) == before
    assert carry_out(CohortReport.objects.get(pk=report.pk), verb, by=reviewer)
