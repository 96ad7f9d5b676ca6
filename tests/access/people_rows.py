"""The rows of certificates, and of the pages by which staff answer a person."""

from tests.access.groups import AUDITORS, OPERATORS, REVIEWERS, SEE_COHORTS
from tests.access.rules import Row, Rule

PEOPLE: dict[str, Row] = {
    # Certificates, made for a cohort and checked by anybody
    "trainings:certificate-list": Row(
        Rule(200, SEE_COHORTS),
        Rule(302, REVIEWERS | OPERATORS),
        of="verified",
        args=lambda report: [report.cohort_id],
        logged_for=AUDITORS,
    ),
    "trainings:certificate-file": Row(
        Rule(200, SEE_COHORTS),
        others=404,
        of="printed",
        args=lambda printed: [printed.cohort_id, printed.pk],
        logged_for=AUDITORS,
    ),
    "trainings:certificate-progress": Row(
        Rule(200, SEE_COHORTS),
        others=404,
        of="printed",
        args=lambda printed: [printed.cohort_id, printed.pk],
    ),
    "trainings:certificate-revoke": Row(
        Rule(200, REVIEWERS),
        Rule(302, REVIEWERS),
        of="certificate",
        args=lambda row: [row.participant.cohort_id, row.pk],
        data=lambda side: {"reason": "Nama keliru."},
    ),
    "trainings:certificate-check": Row(200, strangers=(200, 405)),
    "trainings:certificate-verify": Row(
        200, strangers=(200, 405), path="/sertifikat/AAAA-AAAA-AAAA-AAAA/"
    ),
    # The file of a person
    "trainings:participant-file": Row(Rule(200, REVIEWERS), of="person", logged_for=REVIEWERS),
    "trainings:participant-file-download": Row(
        405,
        Rule(200, REVIEWERS),
        of="person",
        args=lambda row: [row.pk, "json"],
    ),
    "trainings:participant-correct": Row(
        Rule(200, REVIEWERS),
        Rule(302, REVIEWERS),
        of="certificate",
        args=lambda row: [row.participant_id],
        data=lambda side: {"name": "Nama Benar", "because": "Sesuai KTP."},
    ),
    "trainings:participant-restrict": Row(
        Rule(200, REVIEWERS),
        Rule(302, REVIEWERS),
        of="person",
        data=lambda side: {"to": "restricted", "because": "Permintaan tertulis."},
    ),
}
