"""The receipt of a cohort's report as data to print."""

from django.utils.translation import gettext

from blk_portal.formats import long_date, moment, number
from blk_portal.reporting.receipt_paper import paper_of
from trainings.models import CohortReportTransition
from trainings.telling import said


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
    return paper_of(
        receipt, facts=facts, check_url=check_url,
        figures=[(str(label), number(figure)) for label, figure in figures],
    )  # fmt: skip
