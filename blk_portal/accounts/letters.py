"""How an invitation reaches its person: a message to pass on, and a mail to a known address."""

import logging
from dataclasses import dataclass
from smtplib import SMTPException
from urllib.parse import quote, urlencode

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext

from blk_portal.accounts.models import Invitation, User
from blk_portal.accounts.requests import person_of

logger = logging.getLogger(__name__)


@dataclass
class Letter:
    """An invitation with its link, which nobody can read again later.

    is_sent: whether the mail has left; None where the person has no address.
    """

    invitation: Invitation
    url: str
    is_sent: bool | None = None

    @property
    def person(self) -> User:
        return self.invitation.user

    @property
    def subject(self) -> str:
        return gettext("Your account for the BLK Komunitas portal")

    @property
    def text(self) -> str:
        """The message, as a person would write it."""
        end = timezone.localtime(
            self.invitation.expires_at, timezone=timezone.get_default_timezone()
        )
        context = {
            "person": self.person,
            "url": self.url,
            "until": f"{formats.date_format(end, 'j F Y, H.i')} WIB",
        }
        return render_to_string("accounts/invitation_message.txt", context).strip()

    @property
    def messenger_url(self) -> str:
        """Opens WhatsApp with the message; the sender chooses to whom it goes."""
        return f"https://wa.me/?{urlencode({'text': self.text}, quote_via=quote)}"

    @property
    def mail_url(self) -> str:
        """Opens a mail of one's own with the message."""
        parts = urlencode({"subject": self.subject, "body": self.text}, quote_via=quote)
        return f"mailto:{quote(self.person.email)}?{parts}"

    def send(self) -> None:
        """Mail it; a mail server that fails keeps nobody from working and is said on the page."""
        try:
            send_mail(self.subject, self.text, settings.DEFAULT_FROM_EMAIL, [self.person.email])
        except (SMTPException, OSError) as error:
            # Neither the address nor the link belongs into the log.
            logger.warning("invitation was not mailed: %s", type(error).__name__)
            self.is_sent = False
        else:
            self.is_sent = True


@transaction.atomic
def write(request: HttpRequest, person: User) -> Letter:
    """Invite a person anew; the mail leaves once the invitation is saved for good."""
    invitation, token = person.invite(by=person_of(request))
    invitation.user = person
    address = reverse("accounts:invitation", args=[token])
    letter = Letter(invitation, request.build_absolute_uri(address))
    if person.email:
        transaction.on_commit(letter.send)
    return letter


def page(request: HttpRequest, letter: Letter, *, back_url: str) -> TemplateResponse:
    """The one page that shows the link. It is rendered last of all: then the mail has left."""
    context = {"letter": letter, "person": letter.person, "back_url": back_url}
    response = TemplateResponse(request, "accounts/invitation_link.html", context)
    response["Cache-Control"] = "private, no-store"
    return response
