"""A ready message to the contact of an institution: what is owed, since when, and where to go."""

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from blk_portal.reporting.obligation import Obligation
from institutions.models import Institution
from institutions.phones import whatsapp_url

LANGUAGE = "id"
MOST_LINES = 8


def owed_message(institution: Institution, owed: Sequence[Obligation]) -> str:
    """The message as a person would write it, always in Indonesian, without anybody's data."""
    context = {
        "institution": institution,
        "owed": owed[:MOST_LINES],
        "more": max(len(owed) - MOST_LINES, 0),
        "url": settings.PORTAL_URL + reverse("progress:home"),
    }
    with translation.override(LANGUAGE):
        return render_to_string("reporting/owed_message.txt", context).strip()


def messenger_url(institution: Institution, text: str) -> str:
    """Opens the messenger with the message; empty where the contact has no mobile number."""
    address = whatsapp_url(institution.contact_phone)
    return f"{address}?{urlencode({'text': text}, quote_via=quote)}" if address else ""
