"""The administration of the register, one module a subject."""

from institutions.admin import papers, people, reference, register

__all__ = ["papers", "people", "reference", "register"]
