"""Checks of the ledger: reports, their log and receipts, and what institutions owe."""

from django.utils.translation import gettext_lazy as _

from blk_portal.progress.integrity.check import Check

COHORT = "trainings:cohort-detail"
DUTY = "progress:duty-detail"

SETTLED_UNREPORTED = """
SELECT o.id, i.name, o.id
FROM reporting_obligation o
JOIN institutions_institution i ON i.id = o.institution_id
WHERE o.state = 'reported' AND o.kind <> 'training_period'
  AND NOT EXISTS (SELECT FROM trainings_cohortreport r
    WHERE r.obligation_id = o.id AND r.status IN ('submitted', 'verified'))
  AND NOT EXISTS (SELECT FROM incubators_incubationreport r
    WHERE r.obligation_id = o.id AND r.status IN ('submitted', 'verified'))
"""

HANDED_IN = """
WITH report AS (
    SELECT id, obligation_id FROM trainings_cohortreport WHERE status IN ('submitted', 'verified')
    UNION ALL
    SELECT id, obligation_id FROM incubators_incubationreport
    WHERE status IN ('submitted', 'verified')
)
SELECT report.id, i.name, o.id
FROM report
JOIN reporting_obligation o ON o.id = report.obligation_id
JOIN institutions_institution i ON i.id = o.institution_id
"""

REPORT_UNSETTLED = HANDED_IN + "WHERE o.state <> 'reported'"

UNRECEIPTED = HANDED_IN + """
WHERE NOT EXISTS (SELECT FROM reporting_receipt t WHERE t.obligation_id = o.id)
"""  # fmt: skip

REPORT_LOG = """
WITH report AS (
    SELECT r.id, r.obligation_id
    FROM trainings_cohortreport r
    LEFT JOIN trainings_cohortreporttransition t ON t.report_id = r.id AND t.version = r.version
    WHERE (r.version > 0 OR r.status <> 'draft') AND t.to_status IS DISTINCT FROM r.status
    UNION ALL
    SELECT r.id, r.obligation_id
    FROM incubators_incubationreport r
    LEFT JOIN incubators_incubationreporttransition t
      ON t.report_id = r.id AND t.version = r.version
    WHERE (r.version > 0 OR r.status <> 'draft') AND t.to_status IS DISTINCT FROM r.status
)
SELECT report.id, i.name, o.id
FROM report
JOIN reporting_obligation o ON o.id = report.obligation_id
JOIN institutions_institution i ON i.id = o.institution_id
"""

COHORT_UNREPORTED = """
SELECT c.id, i.name, c.id
FROM trainings_cohort c
JOIN institutions_institution i ON i.id = c.institution_id
WHERE c.cancelled_at IS NULL AND NOT EXISTS (SELECT FROM trainings_cohortreport r
    WHERE r.cohort_id = c.id AND r.kind = 'closing')
"""

LEDGER = (
    Check(
        "settled-unreported",
        name=_("Settled without a report"),
        why=_("The ledger says “reported”, yet no report has been handed in: nobody is reminded."),
        remedy=_("Compare the history of the obligation with the report; ask the institution."),
        rows=SETTLED_UNREPORTED,
        address=DUTY,
    ),
    Check(
        "report-unsettled",
        name=_("Handed in and still owed"),
        why=_("The report was handed in, yet the ledger still asks the institution for it."),
        remedy=_("Have technical staff set the obligation after the log of the report."),
        rows=REPORT_UNSETTLED,
        address=DUTY,
    ),
    Check(
        "unreceipted",
        name=_("Handed in without a receipt"),
        why=_("The institution cannot prove that it has reported."),
        remedy=_("Return or reopen the report with a comment; the next sending issues a receipt."),
        rows=UNRECEIPTED,
        address=DUTY,
    ),
    Check(
        "report-log",
        name=_("Report unlike its log"),
        why=_("The status of the report is not where its last logged step led: it was changed"
              " outside the portal."),
        remedy=_("Have technical staff find out who changed it, and set it after the log."),
        rows=REPORT_LOG,
        address=DUTY,
    ),
    Check(
        "cohort-unreported",
        name=_("Training without a closing report"),
        why=_("Nothing is expected of this training, so its participants can never count."),
        remedy=_("Cancel the training and plan it again; the portal then expects its reports."),
        rows=COHORT_UNREPORTED,
        address=COHORT,
    ),
)  # fmt: skip
