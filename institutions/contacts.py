"""Whom an operator asks: the office that guides the institution and its reviewers."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Reach
from institutions.models import AreaAssignment, Institution


@dataclass(frozen=True)
class Deputy:
    """Who stands in for a reviewer that is away, and until which day."""

    name: str
    email: str
    absent: User
    until: date

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Contact:
    """An office with its line, and who reviews there now; the ministry has a line only."""

    name: str
    phone: str
    email: str
    reviewers: list[User | Deputy] = field(default_factory=list)


def ministry() -> Contact:
    """The line of the ministry itself."""
    return Contact(
        name=gettext("Ministry of Manpower"),
        phone=settings.MINISTRY_PHONE,
        email=settings.MINISTRY_EMAIL,
    )


def _answering(row: Any) -> User | Deputy:
    """The reviewer of an assignment as `reviewing_for` gives it, or who stands in today."""
    reviewer: User = row.user
    if not row.deputy_until:
        return reviewer
    return Deputy(row.deputy, row.deputy_email, absent=reviewer, until=row.deputy_until)


def reviewers_of(institution: Institution, reader: User) -> list[User]:
    """Who checks its reports, for readers other than operators: those see whom to call as well."""
    if institution.office is None or reader.spec.reach == Reach.OWN:
        return []
    rows = AreaAssignment.objects.reviewing_for([institution.office])
    return list(dict.fromkeys(row.user for row in rows))


def contacts_of(institutions: Iterable[Institution]) -> list[Contact]:
    """Each office that guides one of these, in their order; the ministry where one has no office.

    A branch (Satpel) is answered for by its own reviewers and those of the office above it.
    """
    offices = list(dict.fromkeys(institution.office for institution in institutions))
    guiding = [office for office in offices if office]
    assignments = list(AreaAssignment.objects.reviewing_for(guiding)) if guiding else []
    return [
        Contact(
            name=office.name,
            phone=office.phone,
            email=office.email,
            reviewers=list(
                dict.fromkeys(
                    _answering(row)
                    for row in assignments
                    if row.office_id in (office.pk, office.parent_id)
                )
            ),
        )
        if office
        else ministry()
        for office in offices
    ]
