"""News: written with its event, mailed from the table until it arrives, and never in the way."""

from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected

import pytest
import time_machine
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blk_portal.reporting import mailing, tasks
from blk_portal.reporting.models import Notice
from blk_portal.reporting.outbox import MOST_ATTEMPTS
from tests.factories import (
    AreaReviewerFactory,
    CohortReportFactory,
    InstitutionFactory,
    NationalAdminFactory,
    NoticeFactory,
    ObligationFactory,
    OperatorFactory,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2022, 9, 20, 5, tzinfo=UTC)


class Broken(EmailBackend):
    """A mail server that fails as `Broken.error` says; those of `Broken.refused` only."""

    error: Exception | None = None
    refused: frozenset[str] = frozenset()
    tried = 0

    def send_messages(self, messages):
        type(self).tried += 1
        (message,) = messages
        if self.error and (not self.refused or message.to[0] in self.refused):
            raise self.error
        return super().send_messages(messages)


@pytest.fixture
def server(settings, monkeypatch):
    """The mail server, which a test may break."""
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    monkeypatch.setattr(Broken, "error", None)
    monkeypatch.setattr(Broken, "refused", frozenset())
    monkeypatch.setattr(Broken, "tried", 0)
    return Broken


@pytest.fixture
def rung(monkeypatch):
    bells = []
    monkeypatch.setattr(tasks.send_notices, "delay", lambda: bells.append(1))
    return bells


def told(user) -> list[str]:
    return list(user.notices.order_by("pk").values_list("kind", flat=True))


def test_operators_are_told_what_became_of_a_report(rung, django_capture_on_commit_callbacks):
    report = CohortReportFactory(submitted=True)
    institution = report.cohort.institution
    other = OperatorFactory(institution=institution)
    stranger = OperatorFactory(institution=InstitutionFactory())
    off = OperatorFactory(institution=institution, is_active=False)
    reviewer = AreaReviewerFactory(office=institution.office)
    with django_capture_on_commit_callbacks(execute=True):
        report.send_back(by=reviewer, version=1, comment="NIK Peserta 3 keliru.")
    assert rung == [1]
    report.submit(by=report.submitted_by, version=2)
    report.verify(by=reviewer, version=3)
    report.reopen(by=reviewer, version=4, comment="Periksa.")
    wanted = ["report_returned", "report_verified", "report_reopened"]
    assert told(other) == wanted
    assert told(report.submitted_by) in (wanted, [])
    assert told(stranger) == told(off) == told(reviewer) == []


def test_event_that_is_undone_tells_nobody():
    report = CohortReportFactory(submitted=True)
    OperatorFactory(institution=report.cohort.institution)
    reviewer = AreaReviewerFactory(office=report.cohort.institution.office)
    with transaction.atomic():
        report.verify(by=reviewer, version=1)
        assert Notice.objects.exists()
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


def test_extension_and_excuse_are_told_but_not_to_who_made_them():
    duty = ObligationFactory(period=True)
    operator = OperatorFactory(institution=duty.institution)
    staff = AreaReviewerFactory(office=duty.institution.office)
    with time_machine.travel(NOON):
        duty.extend(by=staff, due_on=date(2022, 10, 3), reason="Banjir.")
        duty.excuse(by=staff, reason="Banjir.")
        duty.expect_again(by=staff, reason="Surut.")
        duty.confirm_zero(by=operator)
    assert told(operator) == ["extended", "excused", "expected_again"]


def test_mail_says_what_where_and_how_to_stop_it_and_names_no_participant(settings, server):
    settings.PORTAL_URL = "https://portal.example.test"
    report = CohortReportFactory(submitted=True, people=2)
    person = report.cohort.participants.first()
    operator = OperatorFactory(institution=report.cohort.institution, name="Siti (contoh)")
    reviewer = AreaReviewerFactory(office=report.cohort.institution.office)
    report.send_back(by=reviewer, version=1, comment=f"Nama {person.name} keliru.")
    mailing.send_due()
    (message,) = [one for one in mail.outbox if one.to == [operator.email]]
    assert message.subject == f"Laporan dikembalikan: {report.cohort.institution.name}"
    assert "Yth. Siti (contoh)" in message.body
    assert "Dikembalikan untuk diperbaiki" in message.body
    path = reverse("progress:duty-detail", args=[report.obligation_id])
    assert f"https://portal.example.test{path}" in message.body
    assert f"https://portal.example.test{reverse('progress:news')}" in message.body
    assert person.name not in message.body
    notice = operator.notices.get()
    assert (notice.state, notice.attempts) == ("sent", 1)
    assert message.extra_headers["Message-ID"] == f"<kabar-{notice.pk}@portal.example.test>"
    mailing.send_due()
    assert len([one for one in mail.outbox if one.to == [operator.email]]) == 1


@pytest.mark.parametrize(
    "change",
    [{"wants_mail": False}, {"email": ""}, {"is_active": False}],
    ids=["mails off", "no address", "account off"],
)
def test_person_who_is_not_to_be_mailed_gets_none_and_the_notice_stays(server, change):
    notice = NoticeFactory()
    type(notice.recipient).objects.filter(pk=notice.recipient.pk).update(**change)
    mailing.send_due()
    notice.refresh_from_db()
    assert (notice.state, notice.read_at, server.tried) == ("silent", None, 0)


def test_operator_who_left_the_institution_is_not_mailed(server):
    notice = NoticeFactory()
    notice.recipient.memberships.all().delete()
    mailing.send_due()
    assert not mail.outbox


def test_mail_outlives_a_server_that_is_down_for_a_day_and_leaves_once(server):
    with time_machine.travel(NOON, tick=False) as clock:
        notices = NoticeFactory.create_batch(3)
        server.error = SMTPServerDisconnected("down")
        for _minute in range(24 * 60):
            mailing.send_due()
            clock.shift(timedelta(minutes=1))
        states = {(notice.state, notice.last_error) for notice in Notice.objects.all()}
        assert states == {("waiting", "SMTP SMTPServerDisconnected")}
        # Pauses grow, and a server that is down is asked about one mail a turn, not about all.
        assert server.tried < 60
        server.error = None
        for _minute in range(4 * 60 + 1):
            mailing.send_due()
            clock.shift(timedelta(minutes=1))
    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        notice.recipient.email for notice in notices
    )
    assert set(Notice.objects.values_list("state", flat=True)) == {"sent"}


def test_poisoned_mail_stops_after_its_attempts_and_keeps_nobody_waiting(server, client, rung):
    with time_machine.travel(NOON, tick=False) as clock:
        bad, good = NoticeFactory(), NoticeFactory()
        server.refused = frozenset({bad.recipient.email})
        server.error = SMTPRecipientsRefused({bad.recipient.email: (550, b"no such user")})
        mailing.send_due()
        good.refresh_from_db()
        assert good.state == "sent"
        for _hour in range(3 * 24):
            clock.shift(timedelta(hours=1))
            mailing.send_due()
        bad.refresh_from_db()
        assert (bad.state, bad.attempts) == ("stopped", MOST_ATTEMPTS)
        assert bad.last_error == "SMTP SMTPRecipientsRefused"
        tried = server.tried
        mailing.send_due()
        assert server.tried == tried
        # The administrator mends the cause and has it sent again.
        server.error = None
        client.force_login(NationalAdminFactory())
        form = {"action": "send_again", ACTION_CHECKBOX_NAME: [bad.pk, good.pk]}
        page = client.post(reverse("admin:reporting_notice_changelist"), form, follow=True)
        assert "1 surel dicoba kirim lagi" in page.content.decode()
        mailing.send_due()
    bad.refresh_from_db()
    assert (bad.state, bad.attempts) == ("sent", 1)
    assert len(mail.outbox) == 2


def test_mail_that_takes_its_worker_down_is_counted_before_it_is_tried(server, monkeypatch):
    notice = NoticeFactory()

    def die(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(mailing, "deliver", die)
    with pytest.raises(KeyboardInterrupt):
        mailing.send_due()
    notice.refresh_from_db()
    assert notice.attempts == 1
    assert notice.next_attempt_at > notice.created_at
    Notice.objects.update(attempts=MOST_ATTEMPTS, next_attempt_at=notice.created_at)
    mailing.send_due()
    notice.refresh_from_db()
    assert notice.state == "stopped"


def test_two_workers_at_once_mail_it_once(server):
    notice = NoticeFactory()
    twin = Notice.objects.get(pk=notice.pk)
    assert notice.claim(at=NOON)
    assert not twin.claim(at=NOON)


def test_worker_asks_as_many_questions_for_ten_mails_as_their_number_needs(server):
    NoticeFactory()
    with CaptureQueriesContext(connection) as one:
        mailing.send_due()
    NoticeFactory.create_batch(10)
    with CaptureQueriesContext(connection) as ten:
        mailing.send_due()
    assert len(ten) <= 10 * len(one)


def test_operator_reads_news_at_home_and_ticks_it_off(client):
    notice = NoticeFactory()
    foreign = NoticeFactory()
    client.force_login(notice.recipient)
    text = client.get(reverse("progress:home")).content.decode()
    assert "Tenggat baru 14 September 2022" in text
    form = {"kabar": [notice.pk, foreign.pk, "x"]}
    assert client.post(reverse("progress:news-read"), form).status_code == 302
    notice.refresh_from_db(), foreign.refresh_from_db()
    assert notice.read_at is not None
    assert foreign.read_at is None
    assert "Tenggat baru" not in client.get(reverse("progress:home")).content.decode()
    assert "Tenggat baru" in client.get(reverse("progress:news")).content.decode()


def test_operator_turns_mails_off_and_on_and_the_home_page_stays(client):
    notice = NoticeFactory()
    client.force_login(notice.recipient)
    for wish, wants in (("tidak", False), ("ya", True)):
        assert client.post(reverse("progress:news"), {"surel": wish}).status_code == 302
        notice.recipient.refresh_from_db()
        assert notice.recipient.wants_mail is wants
        assert "Tenggat baru" in client.get(reverse("progress:home")).content.decode()
