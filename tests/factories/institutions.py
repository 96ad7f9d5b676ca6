"""The register: areas, offices, fields, years, and institutions moved by their own verbs."""

from datetime import date, timedelta

import factory
from django.utils import timezone

from blk_portal.formats import today_in_jakarta
from institutions.lifecycle import InstitutionStatus as Status
from institutions.lifecycle import MilestoneKind
from institutions.merging import merge
from institutions.models import (
    AreaAssignment,
    AreaDelegation,
    Case,
    ChangeProposal,
    Disbursement,
    FieldAlias,
    Foundation,
    Holiday,
    Institution,
    ListExport,
    Membership,
    Milestone,
    ProgrammeYear,
    Province,
    Regency,
    RegisterImport,
    RegisterImportRow,
    TrainingOffice,
    VocationalField,
)
from tests.factories.accounts import NationalAdminFactory, OperatorFactory

SIGNING = ("verify", "determine", "sign")
OPENING = (*SIGNING, "hand_over", "open")
WAY_TO = {
    Status.PROPOSED: (),
    Status.VERIFIED: ("verify",),
    Status.DETERMINED: ("verify", "determine"),
    Status.SIGNED: SIGNING,
    Status.BUILT: (*SIGNING, "hand_over"),
    Status.OPERATIONAL: OPENING,
    Status.INDEPENDENT: (*OPENING, "release"),
    Status.REJECTED: ("reject",),
    Status.WITHDRAWN: (*SIGNING, "withdraw"),
    Status.CANCELLED: (*SIGNING, "cancel"),
    Status.MERGED: (),
}

# An area nobody named gets a code that no province has and a name without digits, so that it is
# never taken for one a test names or for a number it looks for.
OF_NO_PROVINCE = [10, *range(22, 31), *range(37, 51), *range(54, 61), *range(83, 91)]
AS_LETTERS = str.maketrans("0123456789", "abcdefghij")


def spelled(code: str) -> str:
    """The digits of a code as letters."""
    return code.translate(AS_LETTERS).title()


class ProvinceFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Province
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"{OF_NO_PROVINCE[n % len(OF_NO_PROVINCE)]}")
    name = factory.LazyAttribute(lambda province: f"Provinsi {spelled(province.code)}")
    label = factory.LazyAttribute(lambda province: f"P{spelled(province.code)}")
    time_zone = "Asia/Jakarta"
    map_column = factory.Sequence(lambda n: n % 15)
    map_row = factory.Sequence(lambda n: n % 7)


class TrainingOfficeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = TrainingOffice
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"bpvp-kota-{n}")
    name = factory.LazyAttribute(lambda office: office.code.replace("-", " ").title())
    kind = TrainingOffice.Kind.BPVP


class RegencyFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Regency
        django_get_or_create = ("code",)

    province = factory.SubFactory(ProvinceFactory)
    code = factory.Sequence(lambda n: f"{n % 800 + 8300}")
    name = factory.LazyAttribute(lambda regency: f"Kabupaten {spelled(regency.code)}")
    office = factory.SubFactory(TrainingOfficeFactory)


class VocationalFieldFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = VocationalField
        django_get_or_create = ("code",)

    code = "LAS"
    name = factory.LazyAttribute(
        lambda field: "Las" if field.code == "LAS" else f"Bidang {field.code}"
    )


class FieldAliasFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = FieldAlias

    field = factory.SubFactory(VocationalFieldFactory)
    spelling = factory.Sequence(lambda n: f"Teknik Las {n}")


class HolidayFactory(factory.django.DjangoModelFactory):
    """A free day of the pesantren."""

    class Meta:
        model = Holiday

    name = "Libur pesantren (contoh)"
    host_type = Institution.HostType.PESANTREN
    starts_on = date(2023, 6, 5)
    ends_on = factory.SelfAttribute("starts_on")


class ProgrammeYearFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ProgrammeYear
        django_get_or_create = ("year",)

    year = 2022


class FoundationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Foundation

    name = factory.Sequence(lambda n: f"Yayasan {n:04} (contoh)")


class InstitutionFactory(factory.django.DjangoModelFactory):
    """An institution; `status` is reached by the real verbs, with log and milestones.

    `on`: the date of the first verb, the others follow a day apart. `by`: who moves it.
    """

    class Meta:
        model = Institution

    class Params:
        signed = factory.Trait(status=Status.SIGNED)
        built = factory.Trait(status=Status.BUILT)
        operational = factory.Trait(status=Status.OPERATIONAL)
        cancelled = factory.Trait(status=Status.CANCELLED)

    code = factory.Sequence(lambda n: f"BLKK-{n:06}")
    name = factory.Sequence(lambda n: f"BLKK Nomor {n:04} (contoh)")
    foundation = factory.SubFactory(FoundationFactory)
    host_type = Institution.HostType.PESANTREN
    regency = factory.SubFactory(RegencyFactory)
    office = factory.SelfAttribute("regency.office")
    field = factory.SubFactory(VocationalFieldFactory)
    programme_year = factory.SubFactory(ProgrammeYearFactory)
    status = Status.PROPOSED
    on = factory.LazyAttribute(lambda row: date(row.programme_year.year, 3, 1))
    by = None

    @classmethod
    def _create(cls, model_class, *args, status, on, by, **kwargs) -> Institution:
        institution = super()._create(model_class, *args, **kwargs)
        if way := WAY_TO[status]:
            by = by or NationalAdminFactory()
        for days, verb in enumerate(way):
            institution.move(
                verb,
                by=by,
                on=date.fromordinal(on.toordinal() + days),
                document_number=f"PKB/{institution.pk}/{on.year}" if verb == "sign" else "",
                reason="Alasan contoh." if verb in ("reject", "withdraw", "cancel") else "",
            )
        if status == Status.MERGED:
            by = by or NationalAdminFactory()
            merge(institution, InstitutionFactory(), by=by, reason="Alasan contoh.")
            institution.refresh_from_db()
        return institution


class MilestoneFactory(factory.django.DjangoModelFactory):
    """A milestone no verb writes, such as a licence; those of verbs come with the status."""

    class Meta:
        model = Milestone

    institution = factory.SubFactory(InstitutionFactory)
    kind = MilestoneKind.LICENCE
    programme_year = factory.SelfAttribute("institution.programme_year")
    happened_on = date(2022, 6, 1)
    document_number = factory.Sequence(lambda n: f"IZIN/{n}")
    recorded_at = factory.LazyFunction(timezone.now)


class CaseFactory(factory.Factory):
    """An open case; `closed=True` closes it a day later."""

    class Meta:
        model = Case

    institution = factory.SubFactory(InstitutionFactory)
    kind = "stalled"
    on = date(2022, 6, 1)
    reason = "Pembangunan berhenti (contoh)."
    by = factory.SubFactory(NationalAdminFactory)
    closed = False

    @classmethod
    def _create(cls, model_class, *args, closed, **kwargs) -> Case:
        case = model_class.objects.open_one(**kwargs)
        if closed:
            case.close(
                by=kwargs["by"],
                on=date.fromordinal(kwargs["on"].toordinal() + 1),
                outcome="Selesai.",
            )
        return case


class DisbursementFactory(factory.Factory):
    """A tranche of 100 million; `filed_by` files all of it, `accepted_by` accepts it."""

    class Meta:
        model = Disbursement

    institution = factory.SubFactory(InstitutionFactory, signed=True)
    programme_year = factory.SelfAttribute("institution.programme_year")
    purpose = "building"
    tranche = factory.Sequence(lambda n: n % 30_000 + 1)
    amount = 100_000_000
    sp2d_number = factory.Sequence(lambda n: f"SP2D/{n}")
    sp2d_on = date(2022, 5, 9)
    by = factory.SubFactory(NationalAdminFactory)
    filed_by = None
    accepted_by = None

    @classmethod
    def _create(cls, model_class, *args, filed_by, accepted_by, **kwargs) -> Disbursement:
        paid = model_class.objects.pay(**kwargs)
        day = paid.sp2d_on.toordinal()
        if filed_by:
            paid.file(by=filed_by, on=date.fromordinal(day + 2), amount=paid.amount)
        if accepted_by:
            paid.accept(by=accepted_by, on=date.fromordinal(day + 5))
        return paid


class ListExportFactory(factory.django.DjangoModelFactory):
    """A long list that somebody asked for, not written yet."""

    class Meta:
        model = ListExport

    kind = "lembaga"
    form = "csv"
    language = "id"
    asked_by = factory.SubFactory(NationalAdminFactory)
    asked_at = factory.LazyFunction(timezone.now)


class RegisterImportFactory(factory.django.DjangoModelFactory):
    """A checked list of institutions, without its file."""

    class Meta:
        model = RegisterImport

    uploaded_by = factory.SubFactory(NationalAdminFactory)
    uploaded_at = checked_at = factory.LazyFunction(timezone.now)
    name = factory.Sequence(lambda n: f"daftar-{n}.xlsx")
    size = 1
    total = 1
    state = RegisterImport.State.CHECKED


class RegisterImportRowFactory(factory.django.DjangoModelFactory):
    """A row of a list that was refused."""

    class Meta:
        model = RegisterImportRow

    register_import = factory.SubFactory(RegisterImportFactory)
    number = factory.Sequence(lambda n: n + 2)
    outcome = RegisterImportRow.Outcome.REFUSED
    digest = factory.Sequence(lambda n: f"{n:064}")
    cells = factory.LazyAttribute(lambda row: {"name": f"BLKK Baris {row.number} (contoh)"})


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(OperatorFactory)
    institution = factory.SubFactory(InstitutionFactory)


class AreaDelegationFactory(factory.django.DjangoModelFactory):
    """Somebody stands in for an area reviewer from today for a week."""

    class Meta:
        model = AreaDelegation

    delegator = factory.SubFactory("tests.factories.accounts.AreaReviewerFactory")
    delegate = factory.SubFactory("tests.factories.accounts.AreaReviewerFactory")
    starts_on = factory.LazyFunction(today_in_jakarta)
    ends_on = factory.LazyAttribute(lambda row: row.starts_on + timedelta(days=6))
    reason = "Cuti tahunan (contoh)."
    made_by = factory.SelfAttribute("delegator")


class AreaAssignmentFactory(factory.django.DjangoModelFactory):
    """An area of a person: an office, unless `province` or `regency` is given with office=None."""

    class Meta:
        model = AreaAssignment

    user = factory.SubFactory("tests.factories.accounts.AreaReviewerFactory")
    office = factory.SubFactory(TrainingOfficeFactory)


class ChangeProposalFactory(factory.django.DjangoModelFactory):
    """An open proposal of an operator: another phone, unless `field` names something else."""

    class Meta:
        model = ChangeProposal

    institution = factory.SubFactory(InstitutionFactory)
    field = ChangeProposal.Field.CONTACT_PHONE
    old_value = factory.LazyAttribute(lambda row: getattr(row.institution, row.field))
    new_value = factory.Sequence(lambda n: f"0813 0000 {n:04}")
    reason = "Alasan contoh."
    proposed_by = factory.LazyAttribute(lambda row: OperatorFactory(institution=row.institution))
    proposed_at = factory.LazyFunction(timezone.now)
