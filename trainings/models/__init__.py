"""The training models, one module a subject."""

from trainings.models.cohort import Cohort, Programme
from trainings.models.count import CohortCount, CountedPerson
from trainings.models.draft import FormDraft
from trainings.models.flag import CohortReportFlag
from trainings.models.kind import ReportKind
from trainings.models.participant import Participant, PendingRow, RosterUpload
from trainings.models.report import CohortReport, CohortReportTransition

__all__ = [
    "Cohort",
    "CohortCount",
    "CohortReport",
    "CohortReportFlag",
    "CohortReportTransition",
    "CountedPerson",
    "FormDraft",
    "Participant",
    "PendingRow",
    "Programme",
    "ReportKind",
    "RosterUpload",
]
