"""An officer fills in a report on an operator's behalf; another officer verifies it."""

import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from blk_portal.reporting.refusals import Incomplete, NotYours, Stale
from tests.factories import AreaReviewerFactory, CohortReportFactory, OperatorFactory
from trainings.models import Cohort, CohortReport, StandIn

pytestmark = pytest.mark.django_db
REASON = "Surat 12/BLKK/X/2022 tanggal 3 Oktober."


@pytest.fixture
def report():
    return CohortReportFactory(people=2)


@pytest.fixture
def operator(report):
    return OperatorFactory(institution=report.cohort.institution, name="Siti (contoh)")


@pytest.fixture
def officer(report):
    return AreaReviewerFactory(office=report.cohort.institution.office, name="Ratna (contoh)")


@pytest.fixture
def colleague(report):
    return AreaReviewerFactory(office=report.cohort.institution.office)


def begin(report, officer, operator):
    return StandIn.begin(report, by=officer, on_behalf_of=operator, channel="letter", reason=REASON)


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_officer_sends_a_report_for_an_operator_and_another_officer_verifies(
    report, operator, officer, colleague
):
    begin(report, officer, operator)
    assert CohortReport.objects.editable_by(officer).get() == report
    report.submit(by=officer, version=0)
    sent = report.transitions.get()
    assert (sent.by, sent.stand_in.on_behalf_of, sent.stand_in.reason) == (
        officer, operator, REASON,
    )  # fmt: skip
    assert not Cohort.objects.editable_by(officer).exists()
    with pytest.raises(NotYours):
        report.verify(by=officer, version=1)
    report.verify(by=colleague, version=1)


def test_officer_who_filled_in_what_the_operator_sent_does_not_verify_it(
    report, operator, officer, colleague
):
    begin(report, officer, operator)
    report.submit(by=operator, version=0)
    assert report.transitions.get().stand_in is None
    with pytest.raises(NotYours):
        report.verify(by=officer, version=1)
    report.verify(by=colleague, version=1)


def test_stand_in_needs_an_operator_of_the_institution_and_an_open_report(
    report, operator, officer, colleague
):
    with pytest.raises(Incomplete):
        begin(report, officer, OperatorFactory())
    begin(report, officer, operator)
    with pytest.raises(Stale, match="Ratna"):
        begin(report, colleague, operator)
    report.submit(by=operator, version=0)
    with pytest.raises(Stale):
        begin(report, officer, operator)


def test_database_keeps_one_open_stand_in_of_two_people(report, operator, officer):
    begun = begin(report, officer, operator)
    for values in ({"on_behalf_of": officer}, {"reason": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            StandIn.objects.filter(pk=begun.pk).update(**values)


def test_officer_fills_in_through_the_pages_of_the_operator(report, operator, officer, colleague):
    client, cohort = browser(officer), report.cohort_id
    results = reverse("trainings:cohort-results", args=[cohort])
    first, *_rest = report.cohort.participants.all()
    assert client.post(results, {f"result-{first.pk}": "failed"}).status_code == 403
    page = reverse("trainings:standin-begin", args=[report.pk])
    assert "Siti (contoh)" in text_of(client.get(page))
    bare = client.post(page, {"on_behalf_of": operator.pk, "channel": "letter"})
    assert bare.status_code == 400
    form = {"on_behalf_of": operator.pk, "channel": "letter", "reason": REASON}
    begun = client.post(page, form, follow=True)
    assert "Ratna (contoh) mengisi laporan ini atas nama Siti (contoh)" in text_of(begun)
    assert client.post(results, {f"result-{first.pk}": "failed"}).status_code == 302
    first.refresh_from_db()
    assert first.result == "failed"
    assert browser(colleague).post(results, {f"result-{first.pk}": "passed"}).status_code == 403
    elsewhere = CohortReportFactory(cohort__institution=report.cohort.institution, people=1)
    other = reverse("trainings:cohort-results", args=[elsewhere.cohort_id])
    assert client.get(other).status_code == 403
    sent = client.post(
        reverse("trainings:report-submit", args=[cohort]), {"version": 0}, follow=True
    )
    assert "Ratna (contoh), atas nama Siti (contoh) (Surat)" in text_of(sent)
    assert client.get(results).status_code == 403


def test_officer_who_stops_leaves_the_draft_as_it_is(report, operator, officer):
    begin(report, officer, operator)
    client = browser(officer)
    stop = reverse("trainings:standin-stop", args=[report.pk])
    assert browser(operator).post(stop).status_code == 403
    assert client.post(stop).status_code == 302
    assert client.post(stop).status_code == 404
    assert not CohortReport.objects.editable_by(officer).exists()
