"""How a draft stands: for the system that writes it, and for its ETag."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.urls import reverse

from blk_portal.accounts.models import User
from trainings.checks import Examination, WarningGroup, examine
from trainings.exchange.found import of_kept
from trainings.exchange.plan import plan_of
from trainings.models import Cohort, CohortReference, CohortReport, ReportKind
from trainings.models.parts import Entries

# All that a draft consists of, row by row; whatever changes one of them makes another draft of it.
CONTENT = """
SELECT c::text FROM trainings_cohort c WHERE c.id = %(cohort)s
UNION ALL SELECT md5(coalesce(string_agg(p::text, '' ORDER BY p.id), ''))
    FROM trainings_participant p WHERE p.cohort_id = %(cohort)s
UNION ALL SELECT md5(coalesce(string_agg(w::text, '' ORDER BY w.id), ''))
    FROM trainings_pendingrow w WHERE w.cohort_id = %(cohort)s
UNION ALL SELECT coalesce(string_agg(i::text, '' ORDER BY i.id), '')
    FROM trainings_instructor i WHERE i.cohort_id = %(cohort)s
UNION ALL SELECT coalesce(string_agg(e::text, '' ORDER BY e.id), '')
    FROM trainings_externalid e WHERE e.cohort_id = %(cohort)s
UNION ALL SELECT coalesce(string_agg(r.id || ' ' || r.version || ' ' || r.status, ' ' ORDER BY r.id), '')
    FROM trainings_cohortreport r WHERE r.cohort_id = %(cohort)s
UNION ALL SELECT coalesce(string_agg(x::text, '' ORDER BY x.id), '')
    FROM trainings_warningexplanation x JOIN trainings_cohortreport r ON r.id = x.report_id
    WHERE r.cohort_id = %(cohort)s
"""  # noqa: E501


def etag_of(cohort: Cohort) -> str:
    """What a draft holds, as a mark that changes with it, quoted as in a header."""
    with connection.cursor() as cursor:
        cursor.execute(CONTENT, {"cohort": cohort.pk})
        whole = "\n".join(text for (text,) in cursor.fetchall())
    return f'"{hashlib.sha256(whole.encode()).hexdigest()[:32]}"'


def reference_of(cohort: Cohort, user: User) -> str | None:
    """What this system calls the cohort."""
    found = CohortReference.objects.of(user).filter(cohort=cohort)
    return found.values_list("value", flat=True).first() or None


def state_of(cohort: Cohort, *, by: User) -> dict[str, Any]:
    """The draft as JSON, see `StateShape`: the plan, and what is still to be done. No person is
    named; rows go by their number in the roster."""
    report = (
        CohortReport.objects.with_checks()
        .select_related("obligation", "cohort__programme", "cohort__programme_year")
        .with_log([ReportKind.CLOSING])
        .get(cohort=cohort, kind=ReportKind.CLOSING)
    )
    examined = examine(report)
    waiting = cohort.pending_rows.values_list("row", "faults")
    return {
        "id": cohort.pk,
        "external_id": reference_of(cohort, by),
        "plan": plan_of(cohort),
        "report": {
            "status": report.status, "version": report.version, "due_on": report.obligation.due_on,
        },
        "participants": len(examined.people),
        "rows_to_mend": [
            {"row": row, "faults": [of_kept(kept, row).told() for kept in faults]}
            for row, faults in waiting
        ],
        "warnings": _warnings(examined.warnings),
        "missing": told_missing(report, examined),
        "page": reverse("trainings:cohort-detail", args=[cohort.pk]),
    }  # fmt: skip


def _warnings(groups: Sequence[WarningGroup]) -> list[dict[str, Any]]:
    return [
        {
            "code": group.code,
            "title": group.title,
            "cure": group.cure,
            "rows": [person.roster_row for person, _text in group.rows if person.roster_row],
            "is_explained": group.explanation is not None,
        }
        for group in groups
    ]


def told_missing(
    report: CohortReport, examined: Examination | None = None, *, entered: Entries | None = None
) -> list[dict[str, str]]:
    """What lacks, as the page says it; nothing of a report that is not with the operator.

    examined, entered: what the report holds, by its kind, as `missing_to_submit` wants it.
    """
    if not report.is_open:
        return []
    missing = report.missing_to_submit(examined, entered=entered)
    return [{"text": one.text, "place": one.anchor} for one in missing]
