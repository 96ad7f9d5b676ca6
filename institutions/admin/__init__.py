"""The administration of the register, one module a subject."""

from institutions.admin import people, reference, register, troubles

__all__ = ["people", "reference", "register", "troubles"]
