"""Reports on those who passed, as operator and reviewer bring them forward."""

from tests.factories import OperatorFactory
from tests.progress.steps import reopen, verify
from trainings.models import Certification, CohortReport, Placement

LSP = {"competent": "p1", "not_yet": "p2", "not_assessed": ""}
WORK = {"employed": "C", "self_employed": "G"}


def report_of(cohort, kind) -> CohortReport:
    return CohortReport.objects.get(cohort=cohort, kind=kind)


def enter(cohort, kind, *outcomes: str) -> None:
    """What the operator enters of those who passed, in their order on the roster."""
    people = cohort.participants.filter(result="passed")
    for person, outcome in zip(people, outcomes, strict=True):
        if kind == "certification":
            Certification.objects.create(
                participant=person, competency=outcome, body=LSP[outcome],
                number="S-1" if outcome == "competent" else "",
            )  # fmt: skip
        else:
            section = WORK.get(outcome, "")
            Placement.objects.create(
                participant=person, wave=int(kind[-1]), outcome=outcome, section=section,
                workplace="Usaha Contoh" if section else "",
            )  # fmt: skip


def submit(report) -> CohortReport:
    operator = OperatorFactory(institution=report.cohort.institution)
    report.submit(by=operator, version=report.version)
    return report


def told(cohort, kind, *outcomes: str) -> CohortReport:
    """A verified report of a kind with these outcomes."""
    enter(cohort, kind, *outcomes)
    return verify(submit(report_of(cohort, kind)))


def let_pass(cohort) -> None:
    """Whoever failed passes by a mended closing report, and no later report tells of them."""
    closing = reopen(report_of(cohort, "closing"))
    cohort.participants.filter(result="failed").update(result="passed")
    verify(submit(closing))
