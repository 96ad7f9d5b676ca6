"""Targets, stored cells and recounts."""

from datetime import date, timedelta

import factory
from django.core.files.base import ContentFile
from django.utils import timezone

from blk_portal.progress.models import (
    Actual,
    CheckRun,
    MeetingPack,
    OpeningBalance,
    PackRecipient,
    PendingRollup,
    Publication,
    RollupRun,
    Target,
)
from tests.factories.accounts import NationalAdminFactory
from tests.factories.institutions import InstitutionFactory, ProgrammeYearFactory


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


class CheckRunFactory(factory.django.DjangoModelFactory):
    """A run of the integrity checks that is through; `found` is what its only check found."""

    class Meta:
        model = CheckRun

    asked_at = factory.LazyFunction(timezone.now)
    finished_at = factory.LazyAttribute(lambda run: run.asked_at + timedelta(seconds=5))

    @classmethod
    def _create(cls, model_class, *args, found=1, **kwargs) -> CheckRun:
        run = super()._create(model_class, *args, **kwargs)
        run.results.create(
            code="round-overfull", found=found, started_at=run.asked_at,
            finished_at=run.finished_at, since=run.asked_at if found else None,
            sample=[{"id": 1, "label": "2022", "target": 2022}] * min(found, 20),
        )  # fmt: skip
        return run


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


class MeetingPackFactory(factory.django.DjangoModelFactory):
    """The public pack of a publication, as a worker leaves it; its files hold a few letters."""

    class Meta:
        model = MeetingPack

    publication = factory.SubFactory(PublicationFactory)
    programme_year = factory.LazyAttribute(lambda pack: pack.publication.programme_year)
    audience = MeetingPack.Audience.PUBLIC
    asked_at = factory.LazyFunction(timezone.now)
    ready_at = factory.LazyAttribute(lambda pack: pack.asked_at)
    state = MeetingPack.State.READY

    @classmethod
    def _create(cls, model_class, *args, **kwargs) -> MeetingPack:
        pack = model_class(**kwargs)
        pack.paper.save("", ContentFile(b"%PDF-1.7 contoh"), save=False)
        pack.workbook.save("", ContentFile(b"contoh"), save=False)
        pack.save()
        return pack


class PackRecipientFactory(factory.django.DjangoModelFactory):
    """An office outside; with `person` somebody with an account."""

    class Meta:
        model = PackRecipient

    name = factory.Maybe("person", "", factory.Sequence(lambda n: f"Bappeda {n} (contoh)"))
    email = factory.Maybe("person", "", factory.Sequence(lambda n: f"bappeda.{n}@contoh.invalid"))
    person = None


class OpeningBalanceFactory(factory.django.DjangoModelFactory):
    """A balance that waits for approval; `approved` lets it count, as a second person would."""

    class Meta:
        model = OpeningBalance

    class Params:
        approved = factory.Trait(
            counted_from=factory.LazyFunction(timezone.now),
            approved_by=factory.SubFactory(NationalAdminFactory),
        )

    institution = factory.SubFactory(InstitutionFactory)
    programme_year = factory.SubFactory(ProgrammeYearFactory)
    enrolled = factory.SelfAttribute("completed")
    completed = 10
    passed = 0
    certification_reported = 0
    certified = 0
    source = "Laporan tahunan 2021 (contoh)"
    entered_at = factory.LazyFunction(timezone.now)
    entered_by = factory.SubFactory(NationalAdminFactory)
