"""The money of a cohort: recorded when it came, its LPJ filed by one and accepted by another."""

from datetime import date

import pytest
from django.urls import reverse

from institutions.due import working_days_after
from institutions.models import Document
from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    OperatorFactory,
    TrainingAidFactory,
    small_pdf,
)
from trainings.models import AidRefused, TrainingAid

pytestmark = pytest.mark.django_db
CAME = date(2022, 9, 1)


@pytest.fixture
def cohort():
    return CohortFactory()


@pytest.fixture
def operator(cohort):
    return OperatorFactory(institution=cohort.institution)


@pytest.fixture
def reviewer(cohort):
    return AreaReviewerFactory(office=cohort.institution.office)


def page(verb: str, cohort) -> str:
    return reverse(f"trainings:aid-{verb}", args=[cohort.pk])


def receive(cohort, by, **changed) -> TrainingAid:
    told = {"amount": 48_000_000, "on": CAME, "number": "SP2D-1", **changed}
    return TrainingAid.objects.receive(cohort=cohort, by=by, **told)


class TestReceiving:
    def test_lpj_is_due_after_the_working_days_of_the_year(self, cohort, operator):
        aid = receive(cohort, operator)
        assert aid.lpj_due_on == working_days_after(CAME, cohort.programme_year.lpj_due_days)
        assert aid.state_on(aid.lpj_due_on) == TrainingAid.State.DUE
        late = date(2023, 1, 2)
        assert aid.state_on(late) == TrainingAid.State.OVERDUE
        assert list(TrainingAid.objects.overdue(on=late)) == [aid]
        assert not TrainingAid.objects.overdue(on=aid.lpj_due_on).exists()

    def test_said_again_it_corrects_until_the_lpj_is_filed(self, cohort, operator):
        receive(cohort, operator)
        aid = receive(cohort, operator, amount=50_000_000)
        assert TrainingAid.objects.get().amount == 50_000_000
        aid.file(by=operator, on=date(2022, 9, 20))
        with pytest.raises(AidRefused):
            receive(cohort, operator, amount=1)
        assert TrainingAid.objects.get().amount == 50_000_000

    def test_day_that_has_not_come_is_refused(self, cohort, operator):
        with pytest.raises(AidRefused):
            receive(cohort, operator, on=date(2099, 1, 1))
        with pytest.raises(AidRefused):
            receive(cohort, operator, amount=0)
        assert not TrainingAid.objects.exists()


class TestAccounting:
    def test_lpj_is_accepted_by_somebody_else_than_filed_it(self, cohort, operator, reviewer):
        aid = receive(cohort, operator)
        with pytest.raises(AidRefused):
            aid.accept(by=reviewer, on=date(2022, 9, 21))
        with pytest.raises(AidRefused):
            aid.file(by=operator, on=date(2022, 8, 31))
        aid.file(by=operator, on=date(2022, 9, 20), number="LPJ-1")
        for by, on in ((operator, date(2022, 9, 21)), (reviewer, date(2022, 9, 19))):
            with pytest.raises(AidRefused):
                aid.accept(by=by, on=on)
        assert aid.state_on(date(2022, 9, 20)) == TrainingAid.State.FILED
        aid.accept(by=reviewer, on=date(2022, 9, 21))
        assert aid.state_on(date(2022, 9, 21)) == TrainingAid.State.ACCEPTED
        for verb in ("file", "accept"):
            with pytest.raises(AidRefused):
                getattr(aid, verb)(by=reviewer, on=date(2022, 9, 22))

    def test_lpj_that_was_sent_back_is_filed_anew(self, cohort, operator, reviewer):
        aid = receive(cohort, operator)
        aid.file(by=operator, on=date(2022, 9, 20))
        with pytest.raises(AidRefused):
            aid.send_back(by=reviewer, reason=" ")
        aid.send_back(by=reviewer, reason="Kuitansi tidak terbaca.")
        assert aid.filed_on is None
        assert aid.sent_back_because == "Kuitansi tidak terbaca."
        aid.file(by=operator, on=date(2022, 9, 25))
        assert aid.sent_back_because == ""


class TestPages:
    def test_operator_records_and_files_with_the_paper(self, client, cohort, operator):
        client.force_login(operator)
        wrong = client.post(page("receive", cohort), {"on": "2022-09-01", "amount": "banyak"})
        assert wrong.status_code == 400
        sent = {"on": "2022-09-01", "amount": "Rp 48.000.000", "number": "SP2D-7"}
        assert client.post(page("receive", cohort), sent).status_code == 302
        early = {"on": "2022-08-01", "document_number": "LPJ-9"}
        answer = client.post(page("file", cohort), early)
        assert answer.status_code == 409
        assert 'value="LPJ-9"' in answer.content.decode()
        sent = {"on": "2022-09-20", "document_number": "LPJ-9", "file": small_pdf("lpj.pdf")}
        assert client.post(page("file", cohort), sent).status_code == 302
        aid = TrainingAid.objects.get()
        assert (aid.lpj_number, aid.filed_by, aid.paper) == (
            "LPJ-9",
            operator,
            Document.objects.get(),
        )
        shown = client.get(reverse("trainings:cohort-plan", args=[cohort.pk])).content.decode()
        for words in ("48.000.000", "SP2D-7", "LPJ-9", "LPJ disampaikan"):
            assert words in shown
        assert page("receive", cohort) not in shown

    def test_lpj_before_any_money_is_refused_in_words(self, client, cohort, operator):
        client.force_login(operator)
        assert client.get(page("file", cohort)).status_code == 409

    def test_staff_accept_or_send_back_but_not_of_another_area(self, client, reviewer, operator):
        own, foreign = (TrainingAidFactory(filed_by=operator).cohort for _side in range(2))
        client.force_login(AreaReviewerFactory(office=own.institution.office))
        for verb, sent in (("send-back", {"reason": "Belum."}), ("accept", {"on": "2022-10-01"})):
            assert client.post(page(verb, foreign), sent).status_code == 404
        assert client.post(page("accept", own), {"on": "2022-10-01"}).status_code == 302
        assert [aid.accepted_on for aid in TrainingAid.objects.order_by("pk")] == [
            date(2022, 10, 1), None,
        ]  # fmt: skip
