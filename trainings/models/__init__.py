"""The training models, one module a subject."""

from trainings.models.cohort import Cohort, Programme
from trainings.models.count import CohortCount, CountedPerson
from trainings.models.flag import CohortReportFlag
from trainings.models.kind import ReportKind
from trainings.models.participant import Participant, PendingRow, RosterUpload
from trainings.models.report import CohortReport, CohortReportTransition
from trainings.models.snapshot import ReportedRow
from trainings.models.standin import StandIn
from trainings.models.unlock import UnlockRequest

__all__ = [
    "Cohort",
    "CohortCount",
    "CohortReport",
    "CohortReportFlag",
    "CohortReportTransition",
    "CountedPerson",
    "Participant",
    "PendingRow",
    "Programme",
    "ReportKind",
    "ReportedRow",
    "RosterUpload",
    "StandIn",
    "UnlockRequest",
]
