"""The training models, one module a subject."""

from trainings.models.aid import AidRefused, TrainingAid
from trainings.models.check import RosterCheck, WarningExplanation
from trainings.models.cohort import Cohort
from trainings.models.consent import ConsentSheet, GuardianConsent
from trainings.models.count import CohortCount, CountedPerson
from trainings.models.flag import CohortReportFlag
from trainings.models.kind import ReportKind
from trainings.models.outcome import Certification, Placement
from trainings.models.overlap import Overlap, OverlapDecision
from trainings.models.participant import Participant, PendingRow, RosterUpload
from trainings.models.planning import CohortStep, ExternalId, Instructor
from trainings.models.programme import CompetencyUnit, Programme
from trainings.models.report import CohortReport, CohortReportTransition

__all__ = [
    "AidRefused",
    "Certification",
    "Cohort",
    "CohortCount",
    "CohortReport",
    "CohortReportFlag",
    "CohortReportTransition",
    "CohortStep",
    "CompetencyUnit",
    "ConsentSheet",
    "CountedPerson",
    "ExternalId",
    "GuardianConsent",
    "Instructor",
    "Overlap",
    "OverlapDecision",
    "Participant",
    "PendingRow",
    "Placement",
    "Programme",
    "ReportKind",
    "RosterCheck",
    "RosterUpload",
    "TrainingAid",
    "WarningExplanation",
]
