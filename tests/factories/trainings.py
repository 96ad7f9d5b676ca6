"""Trainings: cohorts with their expected report, sealed participants, reports moved by verbs."""

from datetime import date, datetime, timedelta
from unittest import mock

import factory
from django.core.files.base import ContentFile
from django.utils import timezone

from blk_portal.formats import WESTERN_TIME
from institutions.lifecycle import InstitutionStatus
from tests.factories.accounts import AreaReviewerFactory, OperatorFactory
from tests.factories.institutions import (
    InstitutionFactory,
    ProgrammeYearFactory,
    VocationalFieldFactory,
)
from trainings import checks, planning
from trainings.models import (
    CertificateFile,
    Cohort,
    CohortReport,
    Erasure,
    FrozenFigure,
    MonthlyFreeze,
    Participant,
    ParticipantChange,
    PendingRow,
    Programme,
    ReportKind,
    RosterUpload,
    StandIn,
    TrainingAid,
    UnlockRequest,
)
from trainings.unlocking import ask_to_unlock

FIRST_SERIAL, SERIALS = 9001, 999
DISTRICTS = ("320405", "320406", "320408", "320409", "320410", "320411", "320412", "320413")


def synthetic_nik(n: int, *, born: date, sex: str) -> str:
    """The nth NIK that fits birth date and sex; the serial 9001-9999 marks it as made up."""
    day = born.day + (40 if sex == "P" else 0)
    district = DISTRICTS[n // SERIALS % len(DISTRICTS)]
    return f"{district}{day:02}{born:%m%y}{FIRST_SERIAL + n % SERIALS}"


class ProgrammeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Programme
        django_get_or_create = ("field", "name")

    field = factory.SubFactory(VocationalFieldFactory)
    name = factory.Sequence(lambda n: f"Program {n:04} (contoh)")
    hours = 160


class CohortFactory(factory.django.DjangoModelFactory):
    """A cohort with its expected closing report, as `cohort.closing`; `kinds` for the others.

    cancelled_by: who cancelled it, where somebody did.
    """

    class Meta:
        model = Cohort

    institution = factory.SubFactory(InstitutionFactory, operational=True)
    programme_year = factory.SubFactory(ProgrammeYearFactory)
    field = factory.SelfAttribute("institution.field")
    programme = factory.SubFactory(ProgrammeFactory, field=factory.SelfAttribute("..field"))
    batch = factory.Sequence(lambda n: n % 9000 + 1)
    starts_on = factory.LazyAttribute(lambda row: date(row.programme_year.year, 8, 1))
    ends_on = factory.LazyAttribute(lambda row: row.starts_on + timedelta(days=30))
    hours = factory.SelfAttribute("programme.hours")
    funding = Cohort.Funding.APBN
    seats = 16

    @classmethod
    def _create(
        cls, model_class, *args, kinds=(ReportKind.CLOSING,), cancelled_by=None, **kwargs
    ) -> Cohort:
        cohort = super()._create(model_class, *args, **kwargs)
        CohortReport.expect(cohort, kinds=kinds)
        if cancelled_by:
            planning.cancel(cohort, by=cancelled_by, reason="Batal karena banjir.")
        return cohort


class TrainingAidFactory(factory.django.DjangoModelFactory):
    """Money that a cohort received; `filed_by` files its LPJ, `accepted_by` settles it."""

    class Meta:
        model = TrainingAid

    cohort = factory.SubFactory(CohortFactory)
    amount = 48_000_000
    received_on = date(2022, 9, 1)
    number = factory.Sequence(lambda n: f"SP2D-{n:05}")
    recorded_by = factory.SubFactory(OperatorFactory)
    filed_by = accepted_by = None

    @classmethod
    def _create(
        cls, model_class, *args, cohort, amount, received_on, recorded_by, filed_by, accepted_by,
        **kwargs,
    ) -> TrainingAid:  # fmt: skip
        aid = TrainingAid.objects.receive(
            cohort=cohort, amount=amount, on=received_on, by=recorded_by, **kwargs
        )
        if filed_by:
            aid.file(by=filed_by, on=received_on + timedelta(days=20), number="LPJ-1")
        if accepted_by:
            aid.accept(by=accepted_by, on=received_on + timedelta(days=30))
        return aid


class ParticipantFactory(factory.django.DjangoModelFactory):
    """A participant with a fitting synthetic NIK; `nik=None` for one without."""

    class Meta:
        model = Participant

    cohort = factory.SubFactory(CohortFactory)
    name = factory.Sequence(lambda n: f"Peserta {n:05} Contoh")
    sex = factory.Iterator(["L", "P"])
    birth_place = "Bandung"
    birth_date = date(2001, 5, 17)
    education = "SMA"
    phone = "081200009999"
    result = Participant.Result.PASSED
    attendance = 95
    roster_row = factory.Sequence(lambda n: n + 2)
    nik = factory.LazyAttributeSequence(
        lambda row, n: synthetic_nik(n, born=row.birth_date, sex=row.sex)
    )

    @classmethod
    def _create(cls, model_class, *args, nik, **kwargs) -> Participant:
        participant = model_class(*args, **kwargs)
        participant.set_nik(nik)
        participant.save()
        return participant


class MonthlyFreezeFactory(factory.django.DjangoModelFactory):
    """A month of trainings that was frozen."""

    class Meta:
        model = MonthlyFreeze

    table = MonthlyFreeze.Table.TRAINING
    month = date(2022, 9, 1)
    number = 1
    frozen_at = datetime(2022, 10, 10, 3, 41, tzinfo=WESTERN_TIME)


class FrozenFigureFactory(factory.django.DjangoModelFactory):
    """A row of a frozen month."""

    class Meta:
        model = FrozenFigure

    freeze = factory.SubFactory(MonthlyFreezeFactory)
    institution = factory.SubFactory(InstitutionFactory)
    programme_year = factory.SelfAttribute("institution.programme_year")
    province = factory.SelfAttribute("institution.regency.province")
    field = factory.SelfAttribute("institution.field")
    sex = "P"
    disability = "none"
    outcome = FrozenFigure.Outcome.PASSED
    count = 3


def whatever_the_institution():
    """Reports move at institutions of any status: that only those that run report is a test of
    its own."""
    return mock.patch.object(checks, "RUNNING", tuple(InstitutionStatus))


class CohortReportFactory(factory.django.DjangoModelFactory):
    """A closing report with `people` participants, moved by its own verbs.

    Traits: submitted, returned, flagged (returned with flags), verified, reopened; none is a draft.
    `operator` files it and `reviewer` decides; where they are not given, both are made for the
    cohort's institution. `flags` are the columns flagged in the first row with a return.
    """

    class Meta:
        model = CohortReport

    class Params:
        submitted = factory.Trait(verbs=("submit",))
        returned = factory.Trait(verbs=("submit", "send_back"))
        flagged = factory.Trait(verbs=("submit", "send_back"), flags=("nik", "result"))
        verified = factory.Trait(verbs=("submit", "verify"))
        reopened = factory.Trait(verbs=("submit", "verify", "reopen"))

    cohort = factory.SubFactory(CohortFactory)
    people = 2
    verbs = ()
    operator = None
    reviewer = None
    comment = "Periksa tanggal lahir pada baris 3."
    flags = ()

    @classmethod
    def _create(
        cls, model_class, *args, cohort, people, verbs, operator, reviewer, comment, flags, **kwargs
    ) -> CohortReport:
        ParticipantFactory.create_batch(people, cohort=cohort)
        report = CohortReport.objects.closing().get(cohort=cohort)
        if verbs:
            operator = operator or OperatorFactory(institution=cohort.institution)
            reviewer = reviewer or AreaReviewerFactory(office=cohort.institution.office)
        for verb in verbs:
            options = {}
            if verb in ("send_back", "reopen"):
                first = cohort.participants.first()
                note = "Cocokkan dengan berkas asli."
                options["comment"] = comment
                options["flags"] = [report.flag(first, field=name, note=note) for name in flags]
            by = operator if verb == "submit" else reviewer
            with whatever_the_institution():
                getattr(report, verb)(by=by, version=report.version, **options)
        return report


class CertificateFileFactory(factory.django.DjangoModelFactory):
    """A verified cohort's certificates, and the file of them as a worker leaves it."""

    class Meta:
        model = CertificateFile

    cohort = factory.LazyFunction(lambda: CohortReportFactory(verified=True).cohort)
    by = None
    content = b"%PDF-1.7 contoh"

    @classmethod
    def _create(cls, model_class, *args, cohort, by, content, **kwargs) -> CertificateFile:
        kept, _fresh = model_class.objects.ask(cohort, by=by or cohort.closing.verified_by)
        kept.file.save("", ContentFile(content), save=False)
        kept.state, kept.ready_at, kept.done = "ready", timezone.now(), kept.total
        kept.save()
        return kept


class RosterUploadFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = RosterUpload

    cohort = factory.SubFactory(CohortFactory)
    filename = "daftar peserta.xlsx"
    uploaded_by = factory.LazyAttribute(
        lambda row: OperatorFactory(institution=row.cohort.institution)
    )


class PendingRowFactory(factory.django.DjangoModelFactory):
    """A returned roster row; `cells` as written by field, `faults` as the reader lists them."""

    class Meta:
        model = PendingRow

    cohort = factory.SubFactory(CohortFactory)
    upload = factory.SubFactory(RosterUploadFactory, cohort=factory.SelfAttribute("..cohort"))
    row = factory.Sequence(lambda n: n + 2)
    cells = factory.LazyFunction(
        lambda: {"name": "Baris Contoh", "sex": "L", "birth_date": "31/02/2001"}
    )
    faults = factory.LazyFunction(
        lambda: [
            {
                "field": "birth_date",
                "column": "TGL LAHIR",
                "code": "birth_date_impossible",
                "params": {"date": "31 Februari"},
            }
        ]
    )

    @classmethod
    def _create(cls, model_class, *args, cells, **kwargs) -> PendingRow:
        row = model_class(*args, **kwargs)
        row.seal(cells)
        row.save()
        return row


class UnlockRequestFactory(factory.django.DjangoModelFactory):
    """An operator's wish to change the whole of a report that came back with flags."""

    class Meta:
        model = UnlockRequest

    report = factory.SubFactory(CohortReportFactory, flagged=True)
    asked_by = factory.LazyAttribute(lambda row: row.report.submitted_by)
    reason = "Satu orang terlewat."

    @classmethod
    def _create(cls, model_class, *args, report, asked_by, reason, **kwargs) -> UnlockRequest:
        return ask_to_unlock(report, None, by=asked_by, reason=reason)


class ParticipantChangeFactory(factory.django.DjangoModelFactory):
    """A name that staff corrected after verification."""

    class Meta:
        model = ParticipantChange

    participant = factory.LazyFunction(
        lambda: CohortReportFactory(people=1, verified=True).cohort.participants.get()
    )
    field = "name"
    old = "Siti Amina"
    new = factory.SelfAttribute("participant.name")
    because = "Sesuai KTP."
    by = factory.LazyAttribute(
        lambda row: AreaReviewerFactory(office=row.participant.cohort.institution.office)
    )
    at = factory.LazyFunction(timezone.now)


class StandInFactory(factory.django.DjangoModelFactory):
    """An officer who filled in a report for an operator and has stopped."""

    class Meta:
        model = StandIn

    report = factory.SubFactory(CohortReportFactory)
    officer = factory.LazyAttribute(
        lambda row: AreaReviewerFactory(office=row.report.cohort.institution.office)
    )
    on_behalf_of = factory.LazyAttribute(
        lambda row: OperatorFactory(institution=row.report.cohort.institution)
    )
    channel = StandIn.Channel.LETTER
    reason = "Surat contoh."
    opened_at = factory.LazyFunction(timezone.now)
    closed_at = factory.LazyFunction(timezone.now)


class ErasureFactory(factory.django.DjangoModelFactory):
    """An erasure that was carried out."""

    class Meta:
        model = Erasure

    cutoff_on = date(2016, 1, 1)
    people = 7
    announced_at = factory.LazyFunction(timezone.now)
    done_at = factory.LazyFunction(timezone.now)
