"""The register's models, one module a subject."""

from institutions.models.areas import AreaAssignment, Province, Regency, TrainingOffice
from institutions.models.assessment import Assessment, AssessmentAnswer, AssessmentCriterion
from institutions.models.case import Case
from institutions.models.change import Change, ChangeMark
from institutions.models.delegation import AreaDelegation
from institutions.models.document import Document, DocumentKind
from institutions.models.duplicate import DistinctPair, LikelyDuplicate
from institutions.models.foundation import Foundation
from institutions.models.holiday import Holiday
from institutions.models.institution import Institution
from institutions.models.list_export import ListExport
from institutions.models.membership import Membership
from institutions.models.milestone import Milestone
from institutions.models.money import Disbursement, DisbursementStep
from institutions.models.partnership import Contribution, Partnership
from institutions.models.programme import FieldAlias, ProgrammeYear, VocationalField
from institutions.models.proposal import ChangeProposal
from institutions.models.register_import import RegisterImport, RegisterImportRow
from institutions.models.requirement import DocumentRequirement
from institutions.models.transition import InstitutionTransition
from institutions.models.visit import Visit

__all__ = [
    "AreaAssignment",
    "AreaDelegation",
    "Assessment",
    "AssessmentAnswer",
    "AssessmentCriterion",
    "Case",
    "Change",
    "ChangeMark",
    "ChangeProposal",
    "Contribution",
    "Disbursement",
    "DisbursementStep",
    "DistinctPair",
    "Document",
    "DocumentKind",
    "DocumentRequirement",
    "FieldAlias",
    "Foundation",
    "Holiday",
    "Institution",
    "InstitutionTransition",
    "LikelyDuplicate",
    "ListExport",
    "Membership",
    "Milestone",
    "Partnership",
    "ProgrammeYear",
    "Province",
    "Regency",
    "RegisterImport",
    "RegisterImportRow",
    "TrainingOffice",
    "Visit",
    "VocationalField",
]
