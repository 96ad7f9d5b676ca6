"""Whom an operator asks: the office that guides the institution and its reviewers."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Reach
from institutions.models import AreaAssignment, Institution


@dataclass(frozen=True)
class Contact:
    """An office with its line, and who reviews there; the ministry has a line only."""

    name: str
    phone: str
    email: str
    reviewers: list[User] = field(default_factory=list)


def ministry() -> Contact:
    """The line of the ministry itself."""
    return Contact(
        name=gettext("Ministry of Manpower"),
        phone=settings.MINISTRY_PHONE,
        email=settings.MINISTRY_EMAIL,
    )


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
                    row.user
                    for row in assignments
                    if row.office_id in (office.pk, office.parent_id)
                )
            ),
        )
        if office
        else ministry()
        for office in offices
    ]
