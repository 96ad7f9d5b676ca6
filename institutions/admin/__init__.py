"""The administration of the register, one module a subject."""

from institutions.admin import (
    assignment,
    delegation,
    lists,
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
    "lists",
    "papers",
    "partners",
    "people",
    "quality",
    "reference",
    "register",
    "troubles",
]
