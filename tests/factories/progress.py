"""Targets, stored cells and recounts."""

from datetime import date, timedelta

import factory
from django.utils import timezone

from blk_portal.progress.models import Actual, PendingRollup, Publication, RollupRun, Target
from tests.factories.accounts import NationalAdminFactory
from tests.factories.institutions import ProgrammeYearFactory


class TargetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Target
        django_get_or_create = ("indicator", "programme_year", "province")

    indicator = "institutions_pkb"
    programme_year = factory.SubFactory(ProgrammeYearFactory)
    province = None
    value = 850
    rule = "PKB bertanggal TA 2022, tanpa yang dibatalkan."
    source = "Siaran pers, 13 September 2022"


class ActualFactory(factory.django.DjangoModelFactory):
    """A cell as the roll-up stores it; one of the nation unless `province` or `office` is given."""

    class Meta:
        model = Actual

    programme_year = factory.SubFactory(ProgrammeYearFactory)
    indicator = "institutions_pkb"
    value = 1


class PendingRollupFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = PendingRollup

    programme_year = factory.SubFactory(ProgrammeYearFactory)
    why = "contoh"


class RollupRunFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RollupRun

    programme_year = factory.SubFactory(ProgrammeYearFactory)
    kind = RollupRun.Kind.RECOUNT
    started_at = factory.LazyFunction(timezone.now)
    finished_at = factory.LazyAttribute(lambda run: run.started_at + timedelta(seconds=1))


class PublicationFactory(factory.django.DjangoModelFactory):
    """Publication 1 of a budget year, without figures."""

    class Meta:
        model = Publication

    programme_year = factory.SubFactory(ProgrammeYearFactory)
    number = 1
    day = date(2022, 9, 30)
    title = "September 2022 (contoh)"
    published_at = factory.LazyFunction(timezone.now)
    published_by = factory.SubFactory(NationalAdminFactory)
