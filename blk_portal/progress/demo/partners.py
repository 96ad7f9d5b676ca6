"""Sample partners of every kind, their agreements, and what they brought."""

from datetime import date, timedelta

from blk_portal.accounts.models import Partner
from blk_portal.accounts.roles import Role
from blk_portal.progress.demo import plan, words
from blk_portal.progress.demo.naming import SAMPLE
from blk_portal.progress.demo.register import Sample
from blk_portal.progress.demo.world import World
from institutions.copying import write
from institutions.models import Contribution, Partnership

Kind = Contribution.Kind
HELPED = 0.22
# What each kind of partner brings, and the least and most of it.
BRINGS: dict[str, dict[str, tuple[int, int]]] = {
    Partner.Kind.MINISTRY_UNIT: {Kind.MENTORS: (1, 3), Kind.EQUIPMENT: (2, 10)},
    Partner.Kind.OTHER_MINISTRY: {Kind.MARKET: (1, 4), Kind.MENTORS: (1, 2)},
    Partner.Kind.BANK: {Kind.FINANCE: (10_000_000, 75_000_000), Kind.CSR_COHORTS: (1, 2)},
    Partner.Kind.UNIVERSITY: {Kind.MENTORS: (1, 6)},
    Partner.Kind.INDUSTRY: {Kind.MARKET: (1, 6), Kind.CSR_COHORTS: (1, 3), Kind.EQUIPMENT: (1, 8)},
    Partner.Kind.OTHER: {Kind.OTHER: (1, 1)},
}
ROUNDED_TO = 500_000


def make_partners(world: World, samples: list[Sample]) -> None:
    """Write the partners, agreements with the ministry and some institutions, and contributions."""
    partners = [
        Partner(
            name=f"{name} {SAMPLE}", kind=kind, phone=f"0840 2023 {number:04}",
            website=f"https://mitra-{number}.contoh.invalid/", is_active=is_active,
        )
        for number, (kind, name, is_active) in enumerate(words.PARTNERS, start=1)
    ]  # fmt: skip
    Partner.objects.bulk_create(partners)
    trained = [sample for sample in samples if "open" in sample.steps]
    Partnership.objects.bulk_create(_agreements(world, partners, trained))
    write(Contribution, [
        row
        for sample in trained
        if sample.number == 1 or world.rng.random() < HELPED
        for row in _contributions(world, sample, partners)
    ])  # fmt: skip


def _agreements(world: World, partners: list[Partner], trained: list[Sample]) -> list[Partnership]:
    """Each partner with the ministry, every second one with an institution as well."""
    rows = []
    for number, partner in enumerate(partners, start=1):
        starts_on = date(2021, 3, 1) + timedelta(days=world.rng.randint(0, 600))
        years = world.rng.choice((2, 5, 6, 0))
        rows.append(
            Partnership(
                partner=partner, number=f"MOU-{number:03}/{starts_on.year} {SAMPLE}",
                starts_on=starts_on, purpose=world.rng.choice(words.PURPOSES),
                ends_on=starts_on + timedelta(days=365 * years) if years else None,
            )
        )  # fmt: skip
        if number % 2:
            sample = trained[0] if number == 1 else world.rng.choice(trained)
            rows.append(
                Partnership(
                    partner=partner, institution=sample.institution,
                    number=f"PKS-{number:03}/{starts_on.year} {SAMPLE}",
                    starts_on=starts_on + timedelta(days=90),
                    ends_on=starts_on + timedelta(days=90 + 365 * 5),
                    purpose=world.rng.choice(words.PURPOSES),
                )
            )  # fmt: skip
    return rows


def _contributions(world: World, sample: Sample, partners: list[Partner]) -> list[Contribution]:
    rows = []
    for partner in world.rng.sample(partners, world.rng.randint(1, 3)):
        kind = world.rng.choice(list(BRINGS[partner.kind]))
        number = world.rng.randint(*BRINGS[partner.kind][kind])
        is_known = kind != Kind.OTHER and world.rng.random() > 0.05
        if kind == Kind.FINANCE:
            number = number // ROUNDED_TO * ROUNDED_TO
        day = sample.steps["open"] + timedelta(days=world.rng.randint(10, 400))
        rows.append(
            Contribution(
                partner=partner, institution=sample.institution, kind=kind,
                given_on=min(day, plan.LAST_DAY), quantity=number if is_known else None,
                note=words.OTHER_HELP if kind == Kind.OTHER else "",
                recorded_at=world.at_work(min(day, plan.LAST_DAY)),
                recorded_by=world.users[Role.NATIONAL_INCUBATOR_REVIEWER],
            )
        )  # fmt: skip
    return rows
