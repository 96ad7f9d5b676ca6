"""A receipt as data to print: what it says, and the code that leads to its check."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_noop
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from blk_portal.formats import long_date, moment, number
from trainings.models import CohortReportTransition
from trainings.telling import said

CHANGED = gettext_noop("The report has been changed since, so its figures are not repeated here.")


def code_of(text: str) -> list[list[int]]:
    """The rows of a QR code, each with the columns that are dark."""
    code: QRCode = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return [[at for at, is_dark in enumerate(row) if is_dark] for row in code.get_matrix()]


def says_what_was_received(transition: CohortReportTransition) -> bool:
    """Whether the report still says what this receipt was issued for."""
    receipt = transition.receipt
    return receipt is not None and receipt.digest == transition.report.content_digest()


def receipt_paper(transition: CohortReportTransition, *, check_url: str) -> dict[str, object]:
    """The words and figures of the page; `check_url` is where the code leads."""
    receipt, report = transition.receipt, transition.report
    assert receipt is not None, "a paper is made of a submission"
    cohort, institution = report.cohort, report.cohort.institution
    facts = [
        (gettext("Institution"), f"{institution.name} ({institution.code})"),
        (gettext("Place"), f"{institution.regency}, {institution.regency.province}"),
        (gettext("Report"), report.get_kind_display()),
        (gettext("Cohort"), str(cohort)),
        (gettext("Budget year"), str(cohort.programme_year)),
        (gettext("Due"), long_date(report.obligation.due_on)),
        (gettext("Received"), moment(receipt.issued_at, institution.time_zone)),
        (gettext("Sent by"), str(receipt.issued_to)),
    ]
    figures = said(report) if says_what_was_received(transition) else []
    sample = gettext("SAMPLE DATA. All names and figures on this page are made up.")
    return {
        "title": gettext("Receipt %(number)s") % {"number": receipt.number},
        "author": gettext("Ministry of Manpower"),
        "language": get_language() or settings.LANGUAGE_CODE,
        "sample": sample if settings.DEMO_MODE else "",
        "kicker": gettext("Receipt of a report"),
        "number": receipt.number,
        "facts": facts,
        "figures": [(str(label), number(figure)) for label, figure in figures],
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
