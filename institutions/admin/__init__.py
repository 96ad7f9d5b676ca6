"""The administration of the register, one module a subject."""

from institutions.admin import assignment, delegation, people, reference, register

__all__ = ["assignment", "delegation", "people", "reference", "register"]
from institutions.admin import papers

__all__ = ["papers", "people", "reference", "register"]
