"""What belongs to some sample plans: who teaches, ids, money; and a cohort that is cancelled."""

from datetime import date, timedelta

from blk_portal.accounts.models import Partner, User
from blk_portal.accounts.roles import Role
from blk_portal.progress.demo import naming, plan
from blk_portal.progress.demo.register import Sample
from blk_portal.progress.demo.trainings import DEMO_YEAR
from blk_portal.progress.demo.world import World
from institutions.due import working_days_after
from trainings import planning
from trainings.models import (
    Cohort,
    CohortReport,
    CohortStep,
    CompetencyUnit,
    ExternalId,
    Instructor,
    Programme,
    TrainingAid,
)

# As many as a person looks at; the lists do not grow with them.
INSTITUTIONS = 40
COST = 48_000_000
ROUNDED_TO = 500_000
METHODS = {Cohort.Method.OFFLINE: 80, Cohort.Method.BLENDED: 15, Cohort.Method.ONLINE: 5}
UNITS = {
    "Menjahit Dasar": ("Mengukur tubuh", "Memotong bahan", "Menjahit dengan mesin"),
    "Tata Busana": ("Membuat pola dasar", "Menjahit busana", "Menyelesaikan busana"),
    "Las Dasar": ("Menerapkan keselamatan kerja", "Mengelas posisi datar"),
    "Desain Grafis": ("Menerapkan prinsip desain", "Mengolah gambar"),
}
CANCELLED_ON = date(2022, 9, 26)
BECAUSE = "Gedung dipakai sementara untuk pengungsian korban banjir."


def make_plans(world: World, samples: list[Sample]) -> None:
    """Fill in the plans of the first institutions; the demo operator has a cancelled cohort."""
    _units()
    operator = world.users[Role.OPERATOR]
    cohorts = list(
        Cohort.objects.filter(
            institution__in=[sample.institution for sample in samples[:INSTITUTIONS]],
            programme_year__year=DEMO_YEAR,
        )
        .select_related("institution", "programme_year")
        .order_by("institution__code", "starts_on", "programme__name", "batch")
    )
    partners = list(Partner.objects.filter(is_active=True).order_by("pk"))
    for cohort in cohorts:
        cohort.method = world.pick(METHODS)
        cohort.cost_planned = COST - world.rng.randint(0, 12) * ROUNDED_TO
        if cohort.funding == Cohort.Funding.PARTNER:
            cohort.partner = world.rng.choice(partners)
    Cohort.objects.bulk_update(cohorts, ["method", "cost_planned", "partner"])
    Instructor.objects.bulk_create(row for cohort in cohorts for row in _taught(world, cohort))
    ExternalId.objects.bulk_create(
        ExternalId(
            cohort=cohort, system=system, value=f"{system.value[:2].upper()}-CTH-{number:04}"
        )
        for number, cohort in enumerate(cohorts, start=1)
        for system in ExternalId.System
    )
    TrainingAid.objects.bulk_create(
        _aid(world, cohort, world.operators[cohort.institution_id])
        for cohort in cohorts
        if cohort.funding == Cohort.Funding.APBN
    )
    # At full size the cohorts are counted: 14,500 a year.
    if world.extent.shows_all_kinds:
        _cancelled(world, cohorts[0], operator)


def _units() -> None:
    programmes = Programme.objects.filter(name__in=UNITS).select_related("field").order_by("pk")
    CompetencyUnit.objects.bulk_create(
        CompetencyUnit(
            programme=row, code=f"CTH.{row.field.code}{row.hours}.{number:03}.01",
            title=f"{title} {naming.SAMPLE}",
        )
        for row in programmes
        for number, title in enumerate(UNITS[row.name], start=1)
    )  # fmt: skip


def _taught(world: World, cohort: Cohort) -> list[Instructor]:
    return [
        Instructor(
            cohort=cohort,
            name=naming.person_name(
                world, sex=world.rng.choice("LP"), institution=cohort.institution
            ),
            competence_number=f"CTH-{cohort.starts_on.year}-{world.rng.randint(1, 9999):04}"
            if world.rng.random() < 0.7
            else "",
        )
        for _each in range(world.rng.randint(1, 2))
    ]


def _aid(world: World, cohort: Cohort, operator: User) -> TrainingAid:
    """The state's money comes late, and not every LPJ is there yet."""
    received_on = min(cohort.ends_on + timedelta(days=world.rng.randint(5, 200)), plan.LAST_DAY)
    aid = TrainingAid(
        cohort=cohort, amount=cohort.cost_planned or COST, received_on=received_on,
        number=f"SP2D-CTH-{world.rng.randint(1, 99_999):05}",
        lpj_due_on=working_days_after(received_on, cohort.programme_year.lpj_due_days),
        recorded_at=world.at_work(received_on), recorded_by=operator,
    )  # fmt: skip
    filed_on = received_on + timedelta(days=world.rng.randint(6, 30))
    if world.rng.random() < 0.75 and filed_on <= plan.LAST_DAY:
        aid.filed_on, aid.filed_by, aid.lpj_number = filed_on, operator, f"LPJ-{aid.number[-5:]}"
        accepted_on = filed_on + timedelta(days=world.rng.randint(3, 30))
        if world.rng.random() < 0.7 and accepted_on <= plan.LAST_DAY:
            aid.accepted_on = accepted_on
            aid.accepted_by = world.users[Role.NATIONAL_TRAINING_REVIEWER]
    return aid


def _cancelled(world: World, like: Cohort, operator: User) -> None:
    """One more cohort of the demo operator, cancelled before it began."""
    cohort = Cohort.objects.create(
        institution=like.institution, programme=like.programme, field=like.field,
        programme_year=like.programme_year, hours=like.hours, funding=Cohort.Funding.OWN,
        batch=9, seats=like.seats, starts_on=date(2022, 10, 3), ends_on=date(2022, 11, 4),
    )  # fmt: skip
    CohortReport.expect(cohort, kinds=[CohortReport.Kind.CLOSING])
    planning.cancel(cohort, by=operator, reason=BECAUSE)
    at = world.at_work(CANCELLED_ON)
    Cohort.objects.filter(pk=cohort.pk).update(cancelled_at=at)
    CohortStep.objects.filter(cohort=cohort).update(at=at)
    for owed in planning.obligations_of(cohort):
        owed.steps.update(at=at)
