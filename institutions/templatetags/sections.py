"""The pages of one institution: the same head and the same way between them on each."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.requests import SignedInRequest
from blk_portal.accounts.roles import RoleSpec
from institutions.models import Institution

register = template.Library()


def sections_of(spec: RoleSpec) -> list[tuple[object, str]]:
    """The pages that a role has of an institution, as words and name of the address, in order."""
    entries = [
        (_("Overview"), "institutions:institution-detail", True),
        (_("Milestones"), "institutions:milestone-list", True),
        (_("Cases"), "institutions:case-list", True),
        (_("Papers"), "institutions:paper-list", spec.sees_papers),
        (_("Money"), "institutions:money-list", spec.sees_money),
        (_("Assessments"), "institutions:assessment-list", True),
        (_("Visits"), "institutions:visit-list", spec.sees_papers),
        (_("Partners"), "institutions:institution-partners", True),
        (
            _("Proposed changes"),
            "institutions:proposal-list",
            spec.grants("institutions.view_changeproposal"),
        ),
    ]
    return [(label, name) for label, name, is_shown in entries if is_shown]


@register.inclusion_tag("institutions/_head.html", takes_context=True)
def institution_head(context: dict[str, Any], institution: Institution) -> dict[str, Any]:
    """Name, place and status of an institution, and the way between its pages."""
    request: SignedInRequest = context["request"]
    addresses = [
        (label, reverse(name, args=[institution.pk]))
        for label, name in sections_of(request.user.spec)
    ]
    return {
        "institution": institution,
        "sections": [(label, url, url == request.path) for label, url in addresses],
    }
