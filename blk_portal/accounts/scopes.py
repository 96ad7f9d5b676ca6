"""What a partner system may be allowed: one table of scopes, and the rights each of them lends."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _
from oauth2_provider.scopes import BaseScopes

from blk_portal.accounts.roles import DRAFT_REPORTS, Reach, RoleSpec

if TYPE_CHECKING:
    from blk_portal.accounts.clients import PartnerClient


class Scope(models.TextChoices):
    """One kind of data that a partner system reads or writes; the ministry grants each by name."""

    INSTITUTIONS = "institutions:read", _("Institutions: the register, without contact persons")
    PROGRESS = "progress:read", _("Progress: targets, figures and what they are made of")
    COHORTS = "cohorts:read", _("Cohorts: the trainings and their schedule")
    REPORTS = "reports:read", _("Reports: where they stand, and what a verified one counts")
    DRAFTS = "reports:draft", _("Reports: write drafts, which an operator submits")
    PARTICIPANTS = "participants:read", _("Participants: rows without names or numbers")
    IDENTITY = "participants:identity", _("Participants: names and NIK too, each reading is logged")
    CERTIFICATES = "certificates:read", _("Certificates: whether one is genuine and valid")
    ASSESSMENTS = "assessments:read", _("Assessments: the class of an institution")
    INCUBATORS = "incubators:read", _("Incubators: how far each has come")
    TENANTS = "tenants:read", _("Tenants: the businesses, without their owners")
    PARTNERS = "partners:read", _("Partners: who they are and what they agreed to")


@dataclass(frozen=True)
class Lent:
    """What one scope adds to the rights of a partner system; the fields are those of a role."""

    sees_cohorts: bool = False
    sees_names: bool = False
    permissions: frozenset[str] = field(default_factory=frozenset)


LENT: dict[str, Lent] = {
    Scope.COHORTS: Lent(sees_cohorts=True),
    Scope.REPORTS: Lent(sees_cohorts=True),
    Scope.DRAFTS: Lent(sees_cohorts=True, permissions=DRAFT_REPORTS),
    Scope.PARTICIPANTS: Lent(sees_cohorts=True),
    Scope.IDENTITY: Lent(sees_cohorts=True, sees_names=True),
}


def rights_of(scopes: Collection[str], *, is_national: bool) -> RoleSpec:
    """The rights of a partner system that acts under these scopes, within its area.

    Whoever may read names has every reading of them noted.
    """
    lent = [LENT[scope] for scope in scopes if scope in LENT]
    sees_names = any(one.sees_names for one in lent)
    return RoleSpec(
        reach=Reach.NATION if is_national else Reach.REGION,
        sees_cohorts=any(one.sees_cohorts for one in lent),
        sees_names=sees_names,
        logs_reading=sees_names,
        permissions=frozenset().union(*(one.permissions for one in lent)),
    )


class PortalScopes(BaseScopes):
    """Tells the token endpoint which scopes there are, and which of them a client has."""

    def get_all_scopes(self) -> dict[str, str]:
        return {scope.value: str(scope.label) for scope in Scope}

    def get_available_scopes(
        self, application: "PartnerClient", *args: object, **kwargs: object
    ) -> list[str]:
        return list(application.scopes)

    def get_default_scopes(
        self, application: "PartnerClient", *args: object, **kwargs: object
    ) -> list[str]:
        """All that the client has, where the request names none."""
        return list(application.scopes)
