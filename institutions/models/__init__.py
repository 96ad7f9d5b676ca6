"""The register's models, one module a subject."""

from institutions.models.areas import AreaAssignment, Province, Regency, TrainingOffice
from institutions.models.document import Document, DocumentKind
from institutions.models.institution import (
    Foundation,
    Institution,
    InstitutionTransition,
)
from institutions.models.list_export import ListExport
from institutions.models.membership import Membership
from institutions.models.milestone import Milestone
from institutions.models.programme import FieldAlias, ProgrammeYear, VocationalField
from institutions.models.register_import import RegisterImport, RegisterImportRow

__all__ = [
    "AreaAssignment",
    "Document",
    "DocumentKind",
    "FieldAlias",
    "Foundation",
    "Institution",
    "InstitutionTransition",
    "ListExport",
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
