"""A receipt as a page to print: what it says, and the code that leads to its check."""

import logging
from collections.abc import Callable, Sequence

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_noop
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from blk_portal.accounts.requests import Visitor
from blk_portal.formats import moment
from blk_portal.printing.typesetting import Busy, Unprintable, typeset
from blk_portal.reporting.models import Receipt

logger = logging.getLogger(__name__)
CHANGED = gettext_noop("The report has been changed since, so its figures are not repeated here.")
# Each kind of report says where a person who may see it finds what a receipt stands for, or "".
PAGES: list[Callable[[Receipt, Visitor], str]] = []


def page_for(receipt: Receipt, user: Visitor) -> str:
    """Where the person finds what a receipt stands for; empty where the person may not."""
    return next((url for find in PAGES if (url := find(receipt, user))), "")


def code_of(text: str) -> list[list[int]]:
    """The rows of a QR code, each with the columns that are dark."""
    code: QRCode = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return [[at for at, is_dark in enumerate(row) if is_dark] for row in code.get_matrix()]


def paper_of(
    receipt: Receipt,
    *,
    facts: Sequence[tuple[str, str]],
    figures: Sequence[tuple[str, str]],
    check_url: str,
) -> dict[str, object]:
    """The words and figures of the page.

    facts: what it is a receipt of; figures: what the report says, empty where it no longer says
    the same; check_url: where the code leads.
    """
    sample = gettext("SAMPLE DATA. All names and figures on this page are made up.")
    return {
        "title": gettext("Receipt %(number)s") % {"number": receipt.number},
        "author": gettext("Ministry of Manpower"),
        "language": get_language() or settings.LANGUAGE_CODE,
        "sample": sample if settings.DEMO_MODE else "",
        "kicker": gettext("Receipt of a report"),
        "number": receipt.number,
        "facts": list(facts),
        "figures": list(figures),
        "changed": "" if figures else gettext(CHANGED),
        "figures_title": gettext("What the report says"),
        "digest_title": gettext("Digest of the content (SHA-256, without names or NIK):"),
        "digest": receipt.digest,
        "code": code_of(check_url),
        "code_title": gettext("Code that leads to the check of this receipt"),
        "check": gettext("Scan the code, or open this address, to check the receipt:"),
        "address": check_url,
        "footer": gettext("Printed %(at)s") % {"at": moment(timezone.now())},
    }


def printed(
    request: HttpRequest, receipt: Receipt, page: dict[str, object], *, back: str
) -> HttpResponse:
    """The page as PDF; back to an address with one sentence where it could not be made."""
    try:
        content = typeset("receipt", page)
    except (Busy, Unprintable) as problem:
        logger.warning("a receipt was not printed: %s", problem or "busy")
        messages.error(request, gettext("The page could not be made. Try again in a few seconds."))
        return redirect(back)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{receipt.number}.pdf"'
    return response
