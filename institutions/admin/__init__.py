"""The administration of the register, one module a subject."""

from institutions.admin import (
    assignment,
    clients,
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
    "clients",
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
