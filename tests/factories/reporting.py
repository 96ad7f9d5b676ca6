"""What is owed; reports and receipts come from the factories of trainings."""

from datetime import date

import factory
from django.utils import timezone

from blk_portal.reporting.models import Notice, Obligation
from tests.factories.accounts import OperatorFactory
from tests.factories.institutions import InstitutionFactory


class ObligationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Obligation

    institution = factory.SubFactory(InstitutionFactory)
    programme_year = factory.SelfAttribute("institution.programme_year")
    kind = "cohort_closing"
    subject = factory.Sequence(lambda n: f"contoh:{n}")
    due_on = date(2022, 9, 14)

    class Params:
        period = factory.Trait(
            institution=factory.SubFactory(InstitutionFactory, operational=True),
            kind="training_period",
            period_from=date(2022, 1, 1),
            period_to=date(2022, 6, 30),
            due_on=date(2022, 8, 1),
        )


class NoticeFactory(factory.django.DjangoModelFactory):
    """News for an operator of the institution that the obligation is of."""

    class Meta:
        model = Notice

    obligation = factory.SubFactory(ObligationFactory)
    institution = factory.SelfAttribute("obligation.institution")
    recipient = factory.LazyAttribute(lambda row: OperatorFactory(institution=row.institution))
    kind = "extended"
    created_at = factory.LazyFunction(timezone.now)
    next_attempt_at = factory.SelfAttribute("created_at")
