"""What the checks of a cohort work with: consents of guardians, persons in two cohorts at once."""

from datetime import date

import factory
from django.utils import timezone

from tests.factories.accounts import OperatorFactory
from tests.factories.documents import small_pdf
from tests.factories.trainings import CohortFactory, ParticipantFactory
from trainings.models import ConsentSheet, GuardianConsent, Overlap
from trainings.overlaps import check_rosters


class MinorFactory(ParticipantFactory):
    """A participant of 16 years in a cohort of 2022."""

    birth_date = date(2006, 5, 17)


class ConsentSheetFactory(factory.django.DjangoModelFactory):
    """A signed sheet, stored the way the portal stores it."""

    class Meta:
        model = ConsentSheet

    cohort = factory.SubFactory(CohortFactory)
    file = factory.LazyFunction(lambda: small_pdf("persetujuan.pdf"))
    by = factory.LazyAttribute(lambda sheet: OperatorFactory(institution=sheet.cohort.institution))

    @classmethod
    def _create(cls, model_class, *args, **kwargs) -> ConsentSheet:
        return model_class.objects.store(**kwargs)


class GuardianConsentFactory(factory.django.DjangoModelFactory):
    """The consent for a minor, on a sheet of the minor's cohort."""

    class Meta:
        model = GuardianConsent

    participant = factory.SubFactory(MinorFactory)
    sheet = factory.SubFactory(
        ConsentSheetFactory, cohort=factory.SelfAttribute("..participant.cohort")
    )
    relation = GuardianConsent.Relation.MOTHER
    guardian_name = "Ibu Contoh"

    @classmethod
    def _create(cls, model_class, *args, participant, sheet, relation, guardian_name):
        guardians = {participant: (relation, guardian_name)}
        model_class.objects.record(sheet, guardians, by=sheet.document.uploaded_by)
        return model_class.objects.standing().get(participant=participant)


class OverlapFactory(factory.django.DjangoModelFactory):
    """One person in two cohorts at once, found by the portal's own comparison."""

    class Meta:
        model = Overlap

    first_cohort = factory.SubFactory(CohortFactory)
    second_cohort = factory.SubFactory(CohortFactory)

    @classmethod
    def _create(cls, model_class, *args, first_cohort, second_cohort, **kwargs) -> Overlap:
        first = ParticipantFactory(cohort=first_cohort, **kwargs)
        second = ParticipantFactory(
            cohort=second_cohort, name=first.name, sex=first.sex, nik=first._open_nik()
        )
        check_rosters([first_cohort.pk], at=timezone.now())
        return model_class.objects.get(first=first, second=second)
