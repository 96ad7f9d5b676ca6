"""Sample mentors and tenants of the incubators: their way, permits and mentoring."""

import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from blk_portal.accounts.models import Partner
from blk_portal.accounts.roles import Role
from blk_portal.progress.demo import naming, plan, tenant_words
from blk_portal.progress.demo.naming import SAMPLE
from blk_portal.progress.demo.world import FIRST_CODE, World
from incubators.models import (
    Incubator,
    IncubatorTransition,
    Legality,
    Mentor,
    MentoringSession,
    Tenant,
    TenantChange,
    TenantTransition,
)
from incubators.stages import Stage
from incubators.tenancy import TENANT_MOVES, TenantStage, earliest_graduation
from institutions.copying import copy_rows, reserve_ids, write
from trainings.models import Participant

T = TenantStage
PATHS: dict[str, tuple[str, ...]] = {
    T.BEFORE: ("enter",),
    T.INCUBATION: ("enter", "admit"),
    T.AFTER: ("enter", "admit", "release"),
    T.GRADUATED: ("enter", "admit", "release", "graduate"),
    T.DROPPED: ("enter", "admit", "drop"),
}
# How far the tenants of an incubator have come, by the stage of the incubator.
STORIES: dict[str, dict[str, int]] = {
    Stage.VALIDATED: {T.BEFORE: 3, T.INCUBATION: 4},
    Stage.MENTORED: {T.BEFORE: 1, T.INCUBATION: 6, T.AFTER: 1, T.DROPPED: 1},
    Stage.ESTABLISHED: {T.INCUBATION: 4, T.AFTER: 4, T.GRADUATED: 1, T.DROPPED: 1},
    Stage.INDEPENDENT: {T.INCUBATION: 3, T.AFTER: 4, T.GRADUATED: 3},
}
# Those of the demo operator, one after another.
SHOWN = (T.INCUBATION, T.AFTER, T.BEFORE, T.DROPPED, T.INCUBATION)
# The first day of entry, and over how many days they entered.
ENTRIES: dict[str, tuple[date, int]] = {
    T.BEFORE: (date(2023, 4, 3), 60),
    T.INCUBATION: (date(2022, 7, 4), 90),
    T.AFTER: (date(2022, 4, 4), 40),
    T.GRADUATED: (date(2020, 2, 3), 60),
    T.DROPPED: (date(2022, 7, 4), 60),
}
FEWEST, MOST = 3, 5
# Of so many tenants a fact was corrected.
MENDED = 5
SHARE_OF_ALUMNI = 0.65
FIRST_SERIAL, LAST_SERIAL = 9001, 9999
PERMITS = {Legality.Kind.NIB: 0.7, Legality.Kind.PIRT: 0.3, Legality.Kind.HALAL: 0.25,
           Legality.Kind.BRAND: 0.15}  # fmt: skip
FOOD = ("10", "11", "56")
ROUNDED_TO = 250_000


@dataclass
class Tenancy:
    """What is written in the end, in the order in which rows need one another.

    selected: the day on which each incubator was selected; nobody was mentored before.
    """

    selected: dict[int, date]
    mentors: list[Mentor] = field(default_factory=list)
    tenants: list[Tenant] = field(default_factory=list)
    log: list[TenantTransition] = field(default_factory=list)
    permits: list[Legality] = field(default_factory=list)
    sessions: list[MentoringSession] = field(default_factory=list)
    niks: set[str] = field(default_factory=set)


def make_tenants(world: World) -> list[Tenant]:
    """Write mentors and tenants with all that belongs to them but their quarters; the tenants."""
    steps = IncubatorTransition.objects.filter(to_stage=Stage.SELECTED)
    selected = dict(steps.values_list("incubator_id", "happened_on"))
    made = Tenancy(selected, mentors=_mentors(world))
    write(Mentor, made.mentors)
    incubators = (
        Incubator.objects.filter(stage__in=STORIES)
        .select_related("institution__regency__province", "round")
        .order_by("pk")
    )
    for incubator in incubators:
        _fill(world, made, incubator)
    copy_rows(Tenant, made.tenants)
    write(TenantTransition, made.log)
    write(Legality, made.permits)
    write(MentoringSession, made.sessions)
    write(TenantChange, _corrections(made))
    return made.tenants


def _mentors(world: World) -> list[Mentor]:
    partners = list(Partner.objects.filter(kind=Partner.Kind.UNIVERSITY).order_by("pk"))
    partners += list(Partner.objects.filter(kind=Partner.Kind.BANK).order_by("pk"))
    return [
        Mentor(
            name=f"{name} {SAMPLE}", expertise=world.rng.choice(tenant_words.EXPERTISE),
            partner=partners[number % len(partners)] if number % 4 != 3 else None,
            phone=f"0840 2024 {number:04}", email=f"mentor-{number}@contoh.invalid",
            active_from=date(2020, 1, 6), active_to=date(2023, 3, 31) if number == 5 else None,
        )
        for number, name in enumerate(tenant_words.MENTORS)
    ]  # fmt: skip


def _fill(world: World, made: Tenancy, incubator: Incubator) -> None:
    """The tenants of one incubator, and a class for all of them."""
    people = (
        Participant.objects.filter(
            cohort__institution=incubator.institution_id, result="passed", nik_index__isnull=False,
            cohort__ends_on__lt=date(2023, 1, 1),
        ).order_by("pk")[:40]
    )  # fmt: skip
    # Who took part twice is one owner.
    alumni = list({bytes(person.nik_index or b""): person for person in people}.values())
    world.rng.shuffle(alumni)
    stages: list[str] = [
        world.pick(STORIES[incubator.stage]) for _place in range(world.rng.randint(FEWEST, MOST))
    ]
    if incubator.institution.code == FIRST_CODE:
        stages = list(SHOWN)
    own = [_tenant(world, made, incubator, alumni, stage) for stage in stages]
    topic, outcome = tenant_words.WITH_ALL
    first = max(min(tenant.entered_on for tenant in own), made.selected[incubator.pk])
    day = max(first, date(2022, 9, 1)) + timedelta(days=20)
    made.sessions.append(_session(world, made, incubator, None, day, topic, outcome))


def _tenant(
    world: World, made: Tenancy, incubator: Incubator, alumni: list[Participant], stage: str
) -> Tenant:
    rng = world.rng
    division, kbli, trade, is_of_women = rng.choice(tenant_words.BUSINESSES)
    first, span = ENTRIES[stage]
    entered_on = first + timedelta(days=rng.randint(0, span))
    had_business = rng.random() < 0.45
    tenant = Tenant(
        uid=uuid.UUID(int=rng.getrandbits(128), version=4), incubator=incubator,
        business=f"{trade} {rng.choice(tenant_words.GIVEN)} {SAMPLE}", division=division,
        kbli=kbli if rng.random() < 0.8 else "", entered_on=entered_on, stage=stage,
        stage_since=entered_on, had_business=had_business,
        baseline_turnover=_rounded(rng.randint(3, 30) * 10**6) if had_business else None,
        baseline_workers_male=rng.randint(0, 1) if had_business else 0,
        baseline_workers_female=rng.randint(0, 2) if had_business else 0,
        phone=naming.phone(world),
    )  # fmt: skip
    # What follows refers to its id.
    reserve_ids([tenant])
    _give_owner(world, made, tenant, alumni, is_of_women)
    if stage != TenantStage.BEFORE:
        tenant.contract_on = entered_on + timedelta(days=rng.randint(20, 45))
        tenant.contract_number = f"PK-INK/{len(made.tenants) + 1:03}/{tenant.contract_on.year}"
    made.tenants.append(tenant)
    _walk(world, made, tenant)
    _permit(world, made, tenant)
    _mentor(world, made, tenant)
    return tenant


def _rounded(amount: int) -> int:
    return amount // ROUNDED_TO * ROUNDED_TO


def _give_owner(
    world: World, made: Tenancy, tenant: Tenant, alumni: list[Participant], is_of_women: bool
) -> None:
    """An alumnus of the institution, or somebody from the neighbourhood."""
    rng = world.rng
    if alumni and rng.random() < SHARE_OF_ALUMNI:
        person = alumni.pop()
        tenant.owner_name, tenant.owner_sex = person.name, person.sex
        tenant.alumnus_uid = person.uid
        tenant.set_nik(person.as_cells()["nik"])
        return
    institution = tenant.incubator.institution
    tenant.owner_sex = "P" if (rng.random() < 0.8) == is_of_women else "L"
    tenant.owner_name = naming.person_name(world, sex=tenant.owner_sex, institution=institution)
    born = date(rng.randint(1980, 2001), rng.randint(1, 12), rng.randint(1, 28))
    day = born.day + (40 if tenant.owner_sex == "P" else 0)
    area = institution.regency.code.replace(".", "")
    while True:
        nik = f"{area}01{day:02}{born:%m%y}{rng.randint(FIRST_SERIAL, LAST_SERIAL)}"
        if nik not in made.niks:
            break
    made.niks.add(nik)
    tenant.set_nik(nik)


def _walk(world: World, made: Tenancy, tenant: Tenant) -> None:
    """The log of the tenant, by the days that its stage wants."""
    operator = world.operators.get(tenant.incubator.institution_id)
    source, day = "", tenant.entered_on
    for verb in PATHS[tenant.stage]:
        target = TenantStage.BEFORE if verb == "enter" else TENANT_MOVES[verb].target
        if verb == "admit" and tenant.contract_on:
            day = tenant.contract_on + timedelta(days=world.rng.randint(0, 7))
        elif verb == "graduate":
            day = earliest_graduation(day) + timedelta(days=world.rng.randint(0, 20))
        elif verb != "enter":
            day += timedelta(days=world.rng.randint(150, 200))
        made.log.append(
            TenantTransition(
                tenant=tenant, verb=verb, from_stage=source, to_stage=target, happened_on=day,
                recorded_at=world.at_work(day),
                by=operator or world.users[Role.NATIONAL_INCUBATOR_REVIEWER],
                reason=world.rng.choice(tenant_words.DROPPED) if verb == "drop" else "",
            )
        )  # fmt: skip
        source = target
    tenant.stage_since = day


def _corrections(made: Tenancy) -> list[TenantChange]:
    """What the operator of the first tenants put right some days after their entry."""
    entries = [row for row in made.log if row.verb == "enter"][:MENDED]
    return [
        TenantChange(
            tenant=row.tenant, field="business", old=row.tenant.business.upper(),
            new=row.tenant.business, by=row.by, at=row.recorded_at + timedelta(days=6),
        )
        for row in entries
    ]  # fmt: skip


def _permit(world: World, made: Tenancy, tenant: Tenant) -> None:
    """The NIB of a business from before is older than its entry as often as not."""
    for kind, share in PERMITS.items():
        is_food = tenant.division in FOOD
        if world.rng.random() > share or (kind in ("pirt", "halal") and not is_food):
            continue
        days = world.rng.randint(30, 240)
        if tenant.had_business and world.rng.random() < 0.5:
            days = -days
        day = min(tenant.entered_on + timedelta(days=days), plan.LAST_DAY)
        number = f"{world.rng.randint(10**12, 10**13 - 1)}"
        made.permits.append(Legality(tenant=tenant, kind=kind, number=number, issued_on=day))


def _mentor(world: World, made: Tenancy, tenant: Tenant) -> None:
    for topic, outcome in world.rng.sample(tenant_words.LESSONS, world.rng.randint(1, 4)):
        begun = max(tenant.entered_on, made.selected[tenant.incubator_id])
        day = begun + timedelta(days=world.rng.randint(15, 200))
        made.sessions.append(
            _session(world, made, tenant.incubator, tenant, min(day, plan.LAST_DAY), topic, outcome)
        )


def _session(
    world: World,
    made: Tenancy,
    incubator: Incubator,
    tenant: Tenant | None,
    day: date,
    topic: str,
    outcome: str,
) -> MentoringSession:
    active = [mentor for mentor in made.mentors if mentor.is_active_on(day)]
    operator = world.operators.get(incubator.institution_id)
    return MentoringSession(
        incubator=incubator, tenant=tenant, mentor=world.rng.choice(active), held_on=day,
        topic=topic, hours=Decimal(world.rng.randint(2, 8)) / 2, outcome=outcome,
        recorded_at=world.at_work(day),
        recorded_by=operator or world.users[Role.NATIONAL_INCUBATOR_REVIEWER],
    )  # fmt: skip
