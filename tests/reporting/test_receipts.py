"""The receipt: a number to quote, and a digest that proves content without naming anybody."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.db.models import Value

from blk_portal.reporting.models import Receipt, digest_of
from blk_portal.reporting.refusals import Stale
from tests.factories import CohortReportFactory, OperatorFactory, ParticipantFactory

pytestmark = pytest.mark.django_db


def digest(report) -> str:
    return digest_of(report.receipt_content())


def test_operator_submits_and_gets_a_receipt_with_number_and_moment():
    report = CohortReportFactory()
    operator = OperatorFactory(institution=report.cohort.institution)
    # New Year has begun in Jakarta, not yet in London: the number follows Jakarta.
    with time_machine.travel(datetime(2022, 12, 31, 20, 0, tzinfo=UTC), tick=False):
        receipt = report.submit(by=operator, version=0)
    assert receipt.number == f"BT-2023-{receipt.pk:06d}"
    assert str(receipt) == receipt.number
    assert receipt.issued_at == report.submitted_at
    assert (receipt.issued_to, receipt.report_version) == (operator, 1)
    assert receipt.digest == digest(report)
    assert len(receipt.digest) == 64


def test_operator_submits_twice_and_gets_one_receipt():
    report = CohortReportFactory()
    operator = OperatorFactory(institution=report.cohort.institution)
    report.submit(by=operator, version=0)
    with pytest.raises(Stale):
        report.submit(by=operator, version=0)
    with pytest.raises(Stale):
        report.submit(by=operator, version=1)
    assert Receipt.objects.filter(obligation=report.obligation).count() == 1


def test_operator_submits_again_after_a_return_and_gets_a_second_receipt():
    report = CohortReportFactory(returned=True)
    operator = OperatorFactory(institution=report.cohort.institution)
    second = report.submit(by=operator, version=2)
    assert list(report.obligation.receipts.values_list("report_version", flat=True)) == [3, 1]
    assert second.digest == report.obligation.receipts.get(report_version=1).digest


def test_database_keeps_one_receipt_a_submission():
    receipt = CohortReportFactory(submitted=True).obligation.receipts.get()
    receipt.pk = None
    with pytest.raises(IntegrityError, match="receipt_one_per_submission"), transaction.atomic():
        receipt.save()


@pytest.mark.parametrize("change", [{"result": "failed"}, {"sex": "P"}])
def test_digest_changes_with_a_participants_facts(change):
    report = CohortReportFactory(people=0)
    people = ParticipantFactory.create_batch(2, cohort=report.cohort, sex="L")
    before = digest(report)
    report.cohort.participants.filter(pk=people[0].pk).update(**change)
    assert digest(report) != before


def test_digest_changes_when_a_participant_comes_or_goes():
    report = CohortReportFactory(people=1)
    alone = digest(report)
    second = ParticipantFactory(cohort=report.cohort)
    assert digest(report) != alone
    second.delete()
    assert digest(report) == alone


def test_digest_does_not_depend_on_the_order_of_the_rows():
    report = CohortReportFactory(people=4)
    before = digest(report)
    for position, person in enumerate(report.cohort.participants.order_by("-roster_row")):
        report.cohort.participants.filter(pk=person.pk).update(roster_row=position)
    assert digest(report) == before


def test_digest_survives_the_erasure_of_names_and_nik():
    report = CohortReportFactory(submitted=True, people=3)
    report.cohort.participants.update(
        name="dihapus", name_key="dihapus", birth_place="", address="", phone="", education="",
        birth_date="2001-01-01", nik_sealed=Value(None), nik_index=Value(None),
    )  # fmt: skip
    assert digest(report) == report.obligation.receipts.get().digest


def test_digest_content_holds_no_name_and_no_nik():
    report = CohortReportFactory(people=2)
    written = repr(report.receipt_content())
    for person in report.cohort.participants.all():
        assert str(person.uid) in written
        for secret in (person.name, person._open_nik(), person._open_nik()[-4:] + "'",
                       person.phone, person.nik_index.hex()):  # fmt: skip
            assert secret not in written


def test_digest_is_of_a_canonical_writing():
    assert digest_of({"b": 1, "a": [1, "é"]}) == digest_of({"a": [1, "é"], "b": 1})
    assert digest_of({"a": [1, 2]}) != digest_of({"a": [2, 1]})
