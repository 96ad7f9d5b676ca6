"""The table of roles is the one of the design, and nothing beside it gives a right."""

import contextlib

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser, Group, Permission
from django.db import IntegrityError, transaction

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import ROLES, Reach, Role
from incubators.models import Incubator
from institutions.models import Institution
from tests.factories import (
    CohortFactory,
    IncubatorFactory,
    InstitutionFactory,
    ParticipantFactory,
    UserFactory,
    user_of,
)
from trainings.models import Cohort, CohortReport, Participant

ADMIN, OBSERVER, AUDITOR = Role.NATIONAL_ADMIN, Role.OBSERVER, Role.AUDITOR
TRAINING, INCUBATOR = Role.NATIONAL_TRAINING_REVIEWER, Role.NATIONAL_INCUBATOR_REVIEWER
AREA, OPERATOR = Role.AREA_REVIEWER, Role.OPERATOR
LEADERSHIP, PARTNER = Role.LEADERSHIP, Role.PARTNER

# DESIGN section 4, written out once more: what each role works in, reaches and sees.
DESIGN = {
    ADMIN: {"admin": True, "rows": Reach.NATION, "names": True},
    TRAINING: {"admin": True, "rows": Reach.NATION, "names": True},
    INCUBATOR: {"admin": True, "rows": Reach.NATION, "names": False},
    AREA: {"admin": True, "rows": Reach.OFFICE, "names": True},
    OBSERVER: {"admin": False, "rows": Reach.REGION, "names": False},
    LEADERSHIP: {"admin": False, "rows": Reach.NATION, "names": False},
    AUDITOR: {"admin": False, "rows": Reach.REGION, "names": True},
    OPERATOR: {"admin": False, "rows": Reach.OWN, "names": True},
    PARTNER: {"admin": False, "rows": Reach.NOTHING, "names": False},
}
# Whose rows of their own area may be changed by whom; everybody else changes none.
EDITORS = {
    Institution: {ADMIN, TRAINING, AREA},
    Cohort: {OPERATOR},
    CohortReport: {OPERATOR},
    Participant: {OPERATOR},
    Incubator: {ADMIN, INCUBATOR},
}
# Who holds the rights that matter; everybody else lacks them.
HOLDERS = {
    "trainings.file_cohortreport": {OPERATOR},
    "trainings.add_cohort": {OPERATOR},
    "trainings.verify_cohortreport": {ADMIN, TRAINING, AREA},
    "trainings.reopen_cohortreport": {ADMIN, TRAINING, AREA},
    "privacy.reveal_nik": {ADMIN, TRAINING, INCUBATOR, AREA},
    "privacy.view_accesslog": {ADMIN},
    "institutions.move_institution": {ADMIN, TRAINING, AREA},
    "institutions.change_institution": {ADMIN, TRAINING, AREA},
    "institutions.add_institution": {ADMIN},
    "institutions.decide_changeproposal": {ADMIN, TRAINING, AREA},
    "institutions.add_membership": {ADMIN},
    "institutions.add_areaassignment": {ADMIN},
    "incubators.move_incubator": {ADMIN, INCUBATOR},
    "incubators.verify_evidence": {ADMIN, INCUBATOR},
    "incubators.add_evidence": {ADMIN, INCUBATOR, OPERATOR},
    "incubators.change_evidence": set(),
    "accounts.add_user": {ADMIN},
    "accounts.change_user": {ADMIN},
    "progress.change_target": {ADMIN},
    "trainings.view_participant": {ADMIN, TRAINING, AREA},
    # Rows that verbs and machinery write are typed by nobody.
    "trainings.change_participant": set(),
    "trainings.change_cohortreport": set(),
    "trainings.delete_cohort": set(),
    "trainings.delete_participant": set(),
    "privacy.change_accesslog": set(),
    "privacy.delete_accesslog": set(),
}


def test_every_role_stands_in_the_table():
    assert set(ROLES) == set(Role.values) == set(DESIGN)


@pytest.mark.parametrize("role", Role.values)
def test_role_works_where_the_design_says(role):
    spec = ROLES[role]
    assert {"admin": spec.is_staff, "rows": spec.reach, "names": spec.sees_names} == DESIGN[role]


@pytest.mark.parametrize("role", Role.values)
def test_only_the_auditors_reading_is_noted(role):
    assert ROLES[role].logs_reading == (role == AUDITOR)


@pytest.mark.parametrize("role", Role.values)
def test_names_are_seen_only_by_who_sees_cohorts(role):
    assert ROLES[role].sees_names <= ROLES[role].sees_cohorts


@pytest.mark.django_db
@pytest.mark.parametrize("permission", HOLDERS)
def test_right_belongs_to_its_roles_and_to_nobody_else(permission):
    holders = {role for role in Role.values if UserFactory(role=role).has_perm(permission)}
    assert holders == HOLDERS[permission]


@pytest.mark.parametrize("role", [OBSERVER, LEADERSHIP, AUDITOR, PARTNER])
def test_readers_hold_no_right_to_change_anything(role):
    """A pack is made of the figures that one reads, and changes none."""
    assert ROLES[role].permissions <= {"progress.take_meetingpack"}


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_staff_flag_follows_the_role_and_the_superuser_flag_never_sticks(role):
    user = UserFactory(role=role)
    user.is_superuser, user.is_staff = True, not ROLES[role].is_staff
    user.save()
    user.refresh_from_db()
    assert (user.is_superuser, user.is_staff) == (False, ROLES[role].is_staff)


@pytest.mark.django_db
def test_person_who_changes_role_changes_rights_at_once():
    user = UserFactory(role=ADMIN)
    user.role = OPERATOR
    user.save()
    user = User.objects.get(pk=user.pk)
    assert not user.is_staff
    assert not user.has_perm("accounts.change_user")
    assert user.has_perm("trainings.file_cohortreport")


@pytest.mark.django_db
def test_superuser_flag_written_past_the_model_is_refused_or_gives_nothing():
    """By SQL, bulk_create or loaddata: `save()` is not asked there."""
    user = UserFactory(role=OBSERVER)
    with contextlib.suppress(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_superuser=True)
    assert not User.objects.get(pk=user.pk).has_perm("privacy.reveal_nik")


@pytest.mark.django_db
def test_made_by_createsuperuser_is_what_the_role_says():
    user = User.objects.create_superuser(
        "pertama", "pertama@example.test", "kata-sandi-contoh-1", name="Pertama", role=ADMIN
    )
    assert (user.is_superuser, user.is_staff) == (False, True)


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_disabled_person_has_no_right_and_reaches_no_row(role):
    cohort = CohortFactory()
    user = user_of(role, cohort.institution)
    user.is_active = False
    user.save()
    assert not user.get_all_permissions()
    assert not any(user.has_perm(name) for name in HOLDERS)
    assert not any(user.has_module_perms(app) for app in ("institutions", "trainings", "accounts"))
    for model in (Institution, Cohort, CohortReport, Participant):
        assert not model.objects.visible_to(user).exists()
        assert not model.objects.editable_by(user).exists()


@pytest.mark.django_db
def test_disabled_person_cannot_log_in(rf):
    UserFactory(username="lama", password="kata-sandi-contoh-1", is_active=False)
    assert authenticate(rf.post("/"), username="lama", password="kata-sandi-contoh-1") is None


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Institution, Cohort, CohortReport, Participant])
def test_stranger_reaches_no_row(model):
    CohortFactory()
    assert not model.objects.visible_to(AnonymousUser()).exists()
    assert not model.objects.editable_by(AnonymousUser()).exists()


@pytest.mark.django_db
def test_rows_of_groups_and_rights_give_nothing():
    """Rights come from the table alone: what stands in Django's own tables is not asked."""
    user = UserFactory(role=OBSERVER)
    reveal = Permission.objects.get(codename="reveal_nik")
    group = Group.objects.create(name="semua")
    group.permissions.add(reveal)
    user.groups.add(group)
    user.user_permissions.add(reveal)
    assert not User.objects.get(pk=user.pk).has_perm("privacy.reveal_nik")


@pytest.mark.django_db
def test_unknown_role_is_refused_by_the_database():
    user = UserFactory()
    with pytest.raises(IntegrityError, match="user_role_known"), transaction.atomic():
        User.objects.filter(pk=user.pk).update(role="raja")


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
def test_reach_is_what_visible_to_answers(role):
    here, there = InstitutionFactory(), InstitutionFactory()
    unguided = InstitutionFactory(office=None)
    seen = set(Institution.objects.visible_to(user_of(role, here)))
    wanted = {
        Reach.NATION: {here, there, unguided},
        Reach.OFFICE: {here, unguided},
        Reach.REGION: {here},
        Reach.OWN: {here},
        Reach.NOTHING: set(),
    }
    assert seen == wanted[DESIGN[role]["rows"]]


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role.values)
@pytest.mark.parametrize("model", EDITORS)
def test_rows_are_editable_by_their_editors_within_reach(model, role):
    here, there = InstitutionFactory(), InstitutionFactory()
    for institution in (here, there):
        cohort = CohortFactory(institution=institution)
        ParticipantFactory(cohort=cohort)
        IncubatorFactory(institution=institution)
    path = {
        Institution: "pk", Cohort: "institution", CohortReport: "cohort__institution",
        Participant: "cohort__institution", Incubator: "institution",
    }[model]  # fmt: skip
    found = model.objects.editable_by(user_of(role, here)).values_list(path, flat=True)
    reach = {here.pk, there.pk} if DESIGN[role]["rows"] == Reach.NATION else {here.pk}
    assert set(found) == (reach if role in EDITORS[model] else set())


@pytest.mark.django_db
@pytest.mark.parametrize("role", [OBSERVER, LEADERSHIP, INCUBATOR, PARTNER])
def test_who_sees_no_names_reaches_no_participant(role):
    cohort = CohortFactory()
    assert not Participant.objects.visible_to(user_of(role, cohort.institution)).exists()
    assert not Cohort.objects.visible_to(user_of(role, cohort.institution)).exists()
