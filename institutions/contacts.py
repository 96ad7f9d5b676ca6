"""Whom an operator asks: the office that guides the institution and its reviewers."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext

from blk_portal.accounts.models import User
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
