"""The register's models, one module a subject."""

from institutions.models.areas import AreaAssignment, Province, Regency, TrainingOffice
from institutions.models.delegation import AreaDelegation
from institutions.models.document import Document, DocumentKind
from institutions.models.duplicate import DistinctPair, LikelyDuplicate
from institutions.models.institution import (
    Foundation,
    Institution,
    InstitutionTransition,
)
from institutions.models.membership import Membership
from institutions.models.milestone import Milestone
from institutions.models.programme import FieldAlias, ProgrammeYear, VocationalField

__all__ = [
    "AreaAssignment",
    "AreaDelegation",
    "DistinctPair",
    "Document",
    "DocumentKind",
    "FieldAlias",
    "Foundation",
    "Institution",
    "InstitutionTransition",
    "LikelyDuplicate",
    "Membership",
    "Milestone",
    "ProgrammeYear",
    "Province",
    "Regency",
    "TrainingOffice",
    "VocationalField",
]
