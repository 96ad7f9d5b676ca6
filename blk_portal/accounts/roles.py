"""The roles of the portal: one table that says what each may do, where it works and what it sees.

Which rows a role reaches is said once per model by `visible_to`; here stands only which verbs and
which pages belong to it. The table is code, so a change of rights is a reviewed change of code.
"""

from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is to the programme; exactly one role for each account."""

    NATIONAL_ADMIN = "national_admin", _("National administrator")
    NATIONAL_TRAINING_REVIEWER = "national_training_reviewer", _("National training reviewer")
    NATIONAL_INCUBATOR_REVIEWER = "national_incubator_reviewer", _("National incubator reviewer")
    AREA_REVIEWER = "area_reviewer", _("Area reviewer (UPTP)")
    OBSERVER = "observer", _("Local observer (Dinas)")
    LEADERSHIP = "leadership", _("Leadership")
    AUDITOR = "auditor", _("Auditor")
    OPERATOR = "operator", _("BLKK operator")
    PARTNER = "partner", _("Partner system")


class Reach(models.TextChoices):
    """How far a role's rows reach; the domain's querysets translate it into conditions."""

    NATION = "nation"
    OFFICE = "office"
    REGION = "region"
    OWN = "own"
    NOTHING = "nothing"


@dataclass(frozen=True)
class RoleSpec:
    """The rights of one role.

    permissions: Django permission names; a name that ends in ".*" grants a whole app.
    sees_names: whether participants' names may be shown (their NIK never without a logged reveal).
    sees_owners: whether the names of tenants' owners may be shown (their NIK as above).
    sees_money: whether tranches and what was accounted for are open to it.
    sees_papers: whether the papers of the institutions it sees are open to it.
    logs_reading: whether every page with names that the role opens is noted in the access log.
    """

    reach: Reach
    is_staff: bool = False
    sees_cohorts: bool = False
    sees_names: bool = False
    sees_owners: bool = False
    sees_money: bool = False
    sees_papers: bool = False
    logs_reading: bool = False
    permissions: frozenset[str] = field(default_factory=frozenset)

    @property
    def reviews_trainings(self) -> bool:
        return "trainings.verify_cohortreport" in self.permissions

    @property
    def looks_over_areas(self) -> bool:
        """Whether it is a role of the ministry or of a region: neither an institution's own people
        nor a partner system."""
        return self.reach not in (Reach.OWN, Reach.NOTHING)

    def grants(self, permission: str) -> bool:
        """Whether the role holds the permission, by name or by its whole app."""
        app, _separator, _codename = permission.partition(".")
        return permission in self.permissions or f"{app}.*" in self.permissions


REGISTER_VIEWS = frozenset(
    f"institutions.view_{model}"
    for model in (
        "province", "regency", "trainingoffice", "vocationalfield", "programmeyear", "foundation",
        "holiday",
        "institution", "institutiontransition", "milestone", "membership", "areaassignment",
        "case", "disbursement", "disbursementstep",
        "areadelegation",
        "document", "documentkind", "documentrequirement",
        "assessmentcriterion", "assessment", "visit", "partnership", "contribution",
    )
) | {"accounts.view_partner"}  # fmt: skip
TRAINING_VIEWS = frozenset(
    f"trainings.view_{model}"
    for model in (
        "programme", "competencyunit", "cohort", "participant", "cohortreport",
        "cohortreporttransition",
        "certification", "placement", "certificate",
        "participantchange", "guardianconsent", "overlap", "overlapdecision", "unlockrequest",
        "standin", "trainingaid",
    )
)  # fmt: skip
INCUBATOR_VIEWS = frozenset(
    f"incubators.view_{model}"
    for model in (
        "selectionround", "incubator", "incubatortransition", "criterion", "evidence",
        "standingchange", "rankchange",
    )
)  # fmt: skip
TENANT_VIEWS = frozenset(
    f"incubators.view_{model}"
    for model in (
        "mentor", "mentoringsession", "tenant", "tenanttransition", "tenantchange", "legality",
        "incubationreport", "incubationreporttransition", "tenantquarter", "financereceived",
    )
)  # fmt: skip
FREEZE_MONTHS = frozenset({"trainings.freeze_months"})
TAKE_PACKS = frozenset({"progress.take_meetingpack"})
KEEP_BALANCES = frozenset(
    {
        "progress.view_openingbalance", "progress.add_openingbalance",
        "progress.approve_openingbalance",
    }
)  # fmt: skip
REVIEW_TRAININGS = frozenset(
    {
        "trainings.verify_cohortreport", "trainings.reopen_cohortreport", "privacy.reveal_nik",
        "trainings.issue_certificate", "trainings.revoke_certificate",
        "trainings.keep_participant",
        "reporting.manage_obligation",
    }
)  # fmt: skip
MOVE_INSTITUTIONS = frozenset(
    {
        "institutions.move_institution", "institutions.change_institution",
        "institutions.add_document", "institutions.file_lpj",
    }
)  # fmt: skip
IMPORT_INSTITUTIONS = frozenset(
    {"institutions.import_institution", "institutions.view_registerimport"}
)
FILE_LPJ = frozenset({"institutions.file_lpj"})
MOVE_INCUBATORS = frozenset(
    {"incubators.move_incubator", "incubators.add_incubator", "incubators.change_incubator"}
)
PROVE_STANDING = frozenset({"incubators.add_evidence"})
REVIEW_INCUBATORS = MOVE_INCUBATORS | PROVE_STANDING | {"incubators.verify_evidence"}
KEEP_CRITERIA = frozenset({"incubators.add_criterion", "incubators.change_criterion"})
KEEP_MENTORS = frozenset({"incubators.add_mentor", "incubators.change_mentor"})
KEEP_TENANTS = frozenset(
    {
        "incubators.add_tenant", "incubators.change_tenant",
        "incubators.add_mentoringsession", "incubators.change_mentoringsession",
    }
)  # fmt: skip
REVIEW_INCUBATIONS = frozenset(
    {
        "incubators.verify_incubationreport", "incubators.reopen_incubationreport",
        "privacy.reveal_nik",
    }
)  # fmt: skip
FILE_INCUBATIONS = frozenset({"incubators.file_incubationreport"})
KEEP_CONTRIBUTIONS = frozenset(
    {"institutions.add_contribution", "institutions.change_contribution"}
)
KEEP_PARTNERS = KEEP_CONTRIBUTIONS | {
    "accounts.add_partner", "accounts.change_partner",
    "institutions.add_partnership", "institutions.change_partnership",
}  # fmt: skip
KEEP_ROUNDS = frozenset({"incubators.add_selectionround", "incubators.change_selectionround"})
KEEP_PROGRAMMES = frozenset(
    {
        "trainings.add_programme", "trainings.change_programme", "trainings.add_competencyunit",
        "trainings.change_competencyunit", "trainings.delete_competencyunit",
    }
)  # fmt: skip
LEDGER_VIEWS = frozenset({"reporting.view_obligation", "reporting.view_receipt"})
SEE_PROPOSALS = frozenset({"institutions.view_changeproposal"})
DECIDE_PROPOSALS = SEE_PROPOSALS | {"institutions.decide_changeproposal"}
PROPOSE_CHANGES = SEE_PROPOSALS | {"institutions.add_changeproposal"}
DRAFT_REPORTS = frozenset({"trainings.draft_cohortreport"})
FILE_REPORTS = DRAFT_REPORTS | {
    "trainings.file_cohortreport", "trainings.add_cohort", "trainings.issue_certificate",
}  # fmt: skip
ADD_PAPERS = frozenset({"institutions.add_document"})

ROLES: dict[str, RoleSpec] = {
    Role.NATIONAL_ADMIN: RoleSpec(
        reach=Reach.NATION,
        is_staff=True,
        sees_cohorts=True,
        sees_names=True,
        sees_owners=True,
        sees_money=True,
        sees_papers=True,
        permissions=frozenset({"accounts.*", "institutions.*", "progress.*", "reporting.*"})
        | TRAINING_VIEWS
        | INCUBATOR_VIEWS
        | TENANT_VIEWS
        | REVIEW_INCUBATORS
        | KEEP_MENTORS
        | KEEP_TENANTS
        | REVIEW_INCUBATIONS
        | REVIEW_TRAININGS
        | KEEP_PROGRAMMES
        | KEEP_ROUNDS
        | KEEP_CRITERIA
        | FREEZE_MONTHS
        | frozenset({"privacy.view_accesslog", "trainings.view_erasure"}),
    ),
    Role.NATIONAL_TRAINING_REVIEWER: RoleSpec(
        reach=Reach.NATION,
        is_staff=True,
        sees_cohorts=True,
        sees_names=True,
        sees_money=True,
        sees_papers=True,
        permissions=REGISTER_VIEWS
        | TRAINING_VIEWS
        | LEDGER_VIEWS
        | REVIEW_TRAININGS
        | MOVE_INSTITUTIONS
        | DECIDE_PROPOSALS
        | KEEP_PARTNERS
        | KEEP_PROGRAMMES
        | KEEP_BALANCES
        | FREEZE_MONTHS
        | TAKE_PACKS,
    ),
    Role.NATIONAL_INCUBATOR_REVIEWER: RoleSpec(
        reach=Reach.NATION,
        is_staff=True,
        sees_owners=True,
        sees_money=True,
        sees_papers=True,
        permissions=REGISTER_VIEWS
        | INCUBATOR_VIEWS
        | TENANT_VIEWS
        | REVIEW_INCUBATORS
        | KEEP_MENTORS
        | KEEP_TENANTS
        | REVIEW_INCUBATIONS
        | KEEP_PARTNERS
        | KEEP_ROUNDS
        | TAKE_PACKS,
    ),
    Role.AREA_REVIEWER: RoleSpec(
        reach=Reach.OFFICE,
        is_staff=True,
        sees_cohorts=True,
        sees_names=True,
        sees_owners=True,
        sees_money=True,
        sees_papers=True,
        permissions=REGISTER_VIEWS
        | TRAINING_VIEWS
        | LEDGER_VIEWS
        | INCUBATOR_VIEWS
        | TENANT_VIEWS
        | REVIEW_TRAININGS
        | MOVE_INSTITUTIONS
        | IMPORT_INSTITUTIONS
        | DECIDE_PROPOSALS
        | KEEP_CONTRIBUTIONS
        | frozenset({"institutions.add_areadelegation"}),
    ),
    Role.OBSERVER: RoleSpec(reach=Reach.REGION),
    Role.LEADERSHIP: RoleSpec(reach=Reach.NATION, sees_money=True, permissions=TAKE_PACKS),
    Role.AUDITOR: RoleSpec(
        reach=Reach.REGION,
        sees_cohorts=True,
        sees_names=True,
        sees_owners=True,
        sees_money=True,
        sees_papers=True,
        logs_reading=True,
    ),
    Role.OPERATOR: RoleSpec(
        reach=Reach.OWN,
        sees_cohorts=True,
        sees_names=True,
        sees_owners=True,
        sees_money=True,
        sees_papers=True,
        permissions=FILE_REPORTS
        | PROPOSE_CHANGES
        | ADD_PAPERS
        | FILE_LPJ
        | PROVE_STANDING
        | KEEP_TENANTS
        | FILE_INCUBATIONS,
    ),
    Role.PARTNER: RoleSpec(reach=Reach.NOTHING),
}
