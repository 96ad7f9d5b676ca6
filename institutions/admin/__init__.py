"""The administration of the register, one module a subject."""

from institutions.admin import partners, people, quality, reference, register

__all__ = ["partners", "people", "quality", "reference", "register"]
