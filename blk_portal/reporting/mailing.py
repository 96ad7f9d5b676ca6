"""Mailing what waits in the outbox: at least once, with pauses, and never in anybody's way."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import date
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from blk_portal.formats import today_in_jakarta
from blk_portal.reporting.notices import Notice
from blk_portal.reporting.outbox import Mail, MailState
from institutions.models import Institution

logger = logging.getLogger(__name__)

SECONDS_A_TURN = 45
AT_ONCE = 500
LANGUAGE = "id"
# The server is well and refuses this mail; any other trouble on the wire is trouble for all mails.
FAULTS_OF_THE_MAIL = (
    SMTPDataError,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
)


class ServerDown(Exception):
    """The mail server takes nothing just now: the others need not be tried."""


def send_due(*, seconds: float = SECONDS_A_TURN) -> bool:
    """Mail the notices that are due for one turn; true where more than one turn's work waits."""
    due = list(Notice.objects.due(at=timezone.now()).for_lists()[:AT_ONCE])
    return send_each(due, letter, seconds=seconds)


def send_each(
    due: Sequence[Mail],
    letter: Callable[[Mail], EmailMessage | None],
    *,
    seconds: float = SECONDS_A_TURN,
) -> bool:
    """Mail these rows for one turn; true where more is waiting than one turn has time for.

    letter: the mail of a row as it stands now; none where it is not wanted or needed any longer.
    """
    end = time.monotonic() + seconds
    if not due:
        return False
    connection = get_connection()
    try:
        for row in due:
            if time.monotonic() > end:
                return True
            if row.claim(at=timezone.now()):
                deliver(row, letter, connection)
    except ServerDown:
        return False
    finally:
        connection.close()
    return len(due) == AT_ONCE


def deliver(
    row: Mail, letter: Callable[[Mail], EmailMessage | None], connection: BaseEmailBackend
) -> None:
    """One attempt at one mail. Raises ServerDown where the server is at fault and not the mail."""
    try:
        message = letter(row)
        if message is None:
            row.settle(MailState.SILENT)
            return
        message.connection = connection
        message.send()
    except Exception as error:
        # Whatever it is, it may come again: it is counted, and the outbox goes on.
        told = reason_of(error)
        logger.warning("%s %s was not mailed: %s", row._meta.model_name, row.pk, told)
        row.settle(MailState.WAITING, error=told)
        connection.close()
        if isinstance(error, OSError) and not isinstance(error, FAULTS_OF_THE_MAIL):
            raise ServerDown from error
        return
    row.settle(MailState.SENT)


def reason_of(error: Exception) -> str:
    """What failed, without the address and without what the server wrote."""
    code = error.smtp_code if isinstance(error, SMTPResponseException) else ""
    kind = "SMTP " if isinstance(error, SMTPException) else ""
    return f"{kind}{type(error).__name__} {code}".strip()


def letter(notice: Notice) -> EmailMessage | None:
    """The mail of a notice as it stands now; none where it is not wanted or needed any longer."""
    person = notice.recipient
    may_know = Institution.objects.visible_to(person).filter(pk=notice.institution_id)
    if not (person.email and person.wants_mail and person.may_log_in and may_know.exists()):
        return None
    with translation.override(LANGUAGE):
        return _letter(notice, on=today_in_jakarta())


def _letter(notice: Notice, *, on: date) -> EmailMessage | None:
    owed = notice.owed(on=on) if notice.kind == Notice.Kind.REMINDER else []
    if notice.kind == Notice.Kind.REMINDER and not owed:
        return None
    context = {
        "notice": notice,
        "person": notice.recipient,
        "owed": owed,
        "url": address_of(notice),
        "settings_url": settings.PORTAL_URL + reverse("progress:news"),
    }
    subject = gettext("%(what)s: %(name)s") % {
        "what": notice.get_kind_display(),
        "name": notice.institution.name,
    }
    body = render_to_string("reporting/notice_message.txt", context).strip()
    # The same number at every attempt: who gets it twice sees that it is one.
    number = f"<kabar-{notice.pk}@{settings.PORTAL_URL.partition('//')[2]}>"
    return EmailMessage(
        " ".join(subject.split()), body, settings.DEFAULT_FROM_EMAIL, [notice.recipient.email],
        headers={"Message-ID": number, "Auto-Submitted": "auto-generated"},
    )  # fmt: skip


def address_of(notice: Notice) -> str:
    """Where the reader goes on: the obligation, or the home page with all that is owed."""
    if notice.obligation_id is None:
        return f"{settings.PORTAL_URL}{reverse('progress:home')}"
    return f"{settings.PORTAL_URL}{reverse('progress:duty-detail', args=[notice.obligation_id])}"
