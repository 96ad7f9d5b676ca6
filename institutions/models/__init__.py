"""The register's models, one module a subject."""

from institutions.models.areas import AreaAssignment, Province, Regency, TrainingOffice
from institutions.models.case import Case
from institutions.models.delegation import AreaDelegation
from institutions.models.document import Document, DocumentKind
from institutions.models.institution import Foundation, Institution, InstitutionTransition
from institutions.models.membership import Membership
from institutions.models.milestone import Milestone
from institutions.models.money import Disbursement, DisbursementStep
from institutions.models.programme import FieldAlias, ProgrammeYear, VocationalField
from institutions.models.proposal import ChangeProposal
from institutions.models.register_import import RegisterImport, RegisterImportRow
from institutions.models.requirement import DocumentRequirement

__all__ = [
    "AreaAssignment",
    "AreaDelegation",
    "Case",
    "ChangeProposal",
    "Disbursement",
    "DisbursementStep",
    "Document",
    "DocumentKind",
    "DocumentRequirement",
    "FieldAlias",
    "Foundation",
    "Institution",
    "InstitutionTransition",
    "Membership",
    "Milestone",
    "ProgrammeYear",
    "Province",
    "Regency",
    "RegisterImport",
    "RegisterImportRow",
    "TrainingOffice",
    "VocationalField",
]
