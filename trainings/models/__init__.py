"""The training models, one module a subject."""

from trainings.models.aid import AidRefused, TrainingAid
from trainings.models.certificate import Certificate, CertificateFile, CertificateState
from trainings.models.check import RosterCheck, WarningExplanation
from trainings.models.cohort import Cohort
from trainings.models.consent import ConsentSheet, GuardianConsent
from trainings.models.correction import Erasure, ParticipantChange
from trainings.models.count import CohortCount, CountedPerson, OutcomeCount
from trainings.models.draft import FormDraft
from trainings.models.flag import CohortReportFlag
from trainings.models.freeze import FrozenFigure, FrozenFigureQuerySet, MonthlyFreeze
from trainings.models.kind import ReportKind
from trainings.models.outcome import Certification, Placement
from trainings.models.overlap import Overlap, OverlapDecision
from trainings.models.participant import Participant, PendingRow, RosterUpload
from trainings.models.planning import CohortReference, CohortStep, ExternalId, Instructor
from trainings.models.programme import CompetencyUnit, Programme
from trainings.models.report import CohortReport, CohortReportTransition
from trainings.models.snapshot import ReportedRow
from trainings.models.standin import StandIn
from trainings.models.unlock import UnlockRequest

__all__ = [
    "AidRefused",
    "Certificate",
    "CertificateFile",
    "CertificateState",
    "Certification",
    "Cohort",
    "CohortCount",
    "CohortReference",
    "CohortReport",
    "CohortReportFlag",
    "CohortReportTransition",
    "CohortStep",
    "CompetencyUnit",
    "ConsentSheet",
    "CountedPerson",
    "Erasure",
    "ExternalId",
    "FormDraft",
    "FrozenFigure",
    "FrozenFigureQuerySet",
    "GuardianConsent",
    "Instructor",
    "MonthlyFreeze",
    "OutcomeCount",
    "Overlap",
    "OverlapDecision",
    "Participant",
    "ParticipantChange",
    "PendingRow",
    "Placement",
    "Programme",
    "ReportKind",
    "ReportedRow",
    "RosterCheck",
    "RosterUpload",
    "StandIn",
    "TrainingAid",
    "UnlockRequest",
    "WarningExplanation",
]
