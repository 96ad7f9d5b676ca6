"""The training models, one module a subject."""

from trainings.models.certificate import Certificate, CertificateFile, CertificateState
from trainings.models.cohort import Cohort, Programme
from trainings.models.correction import Erasure, ParticipantChange
from trainings.models.count import CohortCount, CountedPerson
from trainings.models.flag import CohortReportFlag
from trainings.models.kind import ReportKind
from trainings.models.participant import Participant, PendingRow, RosterUpload
from trainings.models.report import CohortReport, CohortReportTransition

__all__ = [
    "Certificate",
    "CertificateFile",
    "CertificateState",
    "Cohort",
    "CohortCount",
    "CohortReport",
    "CohortReportFlag",
    "CohortReportTransition",
    "CountedPerson",
    "Erasure",
    "Participant",
    "ParticipantChange",
    "PendingRow",
    "Programme",
    "ReportKind",
    "RosterUpload",
]
