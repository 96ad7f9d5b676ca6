"""The register's models, one module a subject."""

from institutions.models.areas import AreaAssignment, Province, Regency, TrainingOffice
from institutions.models.assessment import Assessment, AssessmentAnswer, AssessmentCriterion
from institutions.models.document import Document, DocumentKind
from institutions.models.institution import (
    Foundation,
    Institution,
    InstitutionTransition,
)
from institutions.models.membership import Membership
from institutions.models.milestone import Milestone
from institutions.models.partnership import Contribution, Partnership
from institutions.models.programme import FieldAlias, ProgrammeYear, VocationalField
from institutions.models.visit import Visit

__all__ = [
    "AreaAssignment",
    "Assessment",
    "AssessmentAnswer",
    "AssessmentCriterion",
    "Contribution",
    "Document",
    "DocumentKind",
    "FieldAlias",
    "Foundation",
    "Institution",
    "InstitutionTransition",
    "Membership",
    "Milestone",
    "Partnership",
    "ProgrammeYear",
    "Province",
    "Regency",
    "TrainingOffice",
    "Visit",
    "VocationalField",
]
