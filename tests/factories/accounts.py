"""People with a login, one factory a role; the rows they reach come along."""

from datetime import date

import factory

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Role
from institutions.models import AreaAssignment, Membership


class UserFactory(factory.django.DjangoModelFactory):
    """A person; give `role`. Without `password` nobody can log in by form: use force_login."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"orang{n}")
    name = factory.Sequence(lambda n: f"Orang {n} (contoh)")
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.test")
    role = Role.OPERATOR
    valid_until = factory.LazyAttribute(
        lambda user: date(2099, 12, 31) if user.role == Role.AUDITOR else None
    )

    @classmethod
    def _create(cls, model_class, *args, password=None, **kwargs) -> User:
        user = model_class(*args, **kwargs)
        user.set_password(password)
        user.save()
        return user


class NationalAdminFactory(UserFactory):
    role = Role.NATIONAL_ADMIN


class TrainingReviewerFactory(UserFactory):
    role = Role.NATIONAL_TRAINING_REVIEWER


class IncubatorReviewerFactory(UserFactory):
    role = Role.NATIONAL_INCUBATOR_REVIEWER


class LeadershipFactory(UserFactory):
    role = Role.LEADERSHIP


class PartnerFactory(UserFactory):
    role = Role.PARTNER


class OperatorFactory(UserFactory):
    """An operator of `institution`, or of all `institutions`; of none if neither is given."""

    class Meta:
        skip_postgeneration_save = True

    @factory.post_generation
    def institution(self, create, extracted, **kwargs):
        if extracted:
            Membership.objects.create(user=self, institution=extracted)

    @factory.post_generation
    def institutions(self, create, extracted, **kwargs):
        for institution in extracted or []:
            Membership.objects.create(user=self, institution=institution)


class AssignedFactory(UserFactory):
    """A person with an area: give `office`, `province` or `regency`, or several of them."""

    class Meta:
        abstract = True
        skip_postgeneration_save = True

    @factory.post_generation
    def office(self, create, extracted, **kwargs):
        if extracted:
            AreaAssignment.objects.create(user=self, office=extracted)

    @factory.post_generation
    def province(self, create, extracted, **kwargs):
        if extracted:
            AreaAssignment.objects.create(user=self, province=extracted)

    @factory.post_generation
    def regency(self, create, extracted, **kwargs):
        if extracted:
            AreaAssignment.objects.create(user=self, regency=extracted)


class AreaReviewerFactory(AssignedFactory):
    role = Role.AREA_REVIEWER


class ObserverFactory(AssignedFactory):
    role = Role.OBSERVER


class AuditorFactory(AssignedFactory):
    role = Role.AUDITOR


def user_of(role: str, institution=None) -> User:
    """A person of any role who, if the role has rows at all, reaches the institution.

    For tests that walk over all roles.
    """
    match role:
        case Role.OPERATOR:
            return OperatorFactory(institution=institution)
        case Role.AREA_REVIEWER:
            return AreaReviewerFactory(office=institution and institution.office)
        case Role.OBSERVER | Role.AUDITOR:
            factory_class = ObserverFactory if role == Role.OBSERVER else AuditorFactory
            return factory_class(province=institution and institution.regency.province)
    return UserFactory(role=role)
