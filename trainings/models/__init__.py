"""The training models, one module a subject."""

from trainings.models.check import RosterCheck, WarningExplanation
from trainings.models.cohort import Cohort, Programme
from trainings.models.consent import ConsentSheet, GuardianConsent
from trainings.models.count import CohortCount, CountedPerson
from trainings.models.flag import CohortReportFlag
from trainings.models.kind import ReportKind
from trainings.models.overlap import Overlap, OverlapDecision
from trainings.models.participant import Participant, PendingRow, RosterUpload
from trainings.models.report import CohortReport, CohortReportTransition

__all__ = [
    "Cohort",
    "CohortCount",
    "CohortReport",
    "CohortReportFlag",
    "CohortReportTransition",
    "ConsentSheet",
    "CountedPerson",
    "GuardianConsent",
    "Overlap",
    "OverlapDecision",
    "Participant",
    "PendingRow",
    "Programme",
    "ReportKind",
    "RosterCheck",
    "RosterUpload",
    "WarningExplanation",
]
