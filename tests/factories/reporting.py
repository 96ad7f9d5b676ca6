"""What is owed; reports and receipts come from the factories of trainings."""

from datetime import date

import factory

from blk_portal.reporting.models import Obligation
from tests.factories.institutions import InstitutionFactory


class ObligationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Obligation

    institution = factory.SubFactory(InstitutionFactory)
    programme_year = factory.SelfAttribute("institution.programme_year")
    kind = "cohort_closing"
    subject = factory.Sequence(lambda n: f"contoh:{n}")
    due_on = date(2022, 9, 14)
