"""The administration of the register, one module a subject."""

from institutions.admin import (
    assignment,
    delegation,
    papers,
    partners,
    people,
    quality,
    reference,
    register,
    troubles,
)

__all__ = [
    "assignment",
    "delegation",
    "papers",
    "partners",
    "people",
    "quality",
    "reference",
    "register",
    "troubles",
]
