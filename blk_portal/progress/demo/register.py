"""Sample institutions with their owners, their way through the programme and their milestones."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TypeVar

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Role
from blk_portal.progress.demo import naming, plan, words
from blk_portal.progress.demo.world import DEMO_OFFICE, FIRST_CODE, World, apportion
from institutions.copying import copy_rows, write
from institutions.lifecycle import (
    ENDED,
    EXPIRING_MILESTONES,
    MOVED_MILESTONES,
    MOVES,
    MilestoneKind,
)
from institutions.models import Foundation, Institution, InstitutionTransition, Milestone, Regency
from institutions.reference.regions import districts

Host, Status = plan.Host, plan.Status
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
DEMO_REGENCY, DEMO_FIELD, DEMO_STEM = "3204", "FAS", "Pesantren Nurul Hikmah"
DEMO_KIND = (2021, Status.OPERATIONAL)

Item = TypeVar("Item")


@dataclass
class Sample:
    """An institution with the dates of its steps, for the parts that build on it."""

    institution: Institution
    steps: dict[str, date]
    ended: InstitutionTransition | None = None

    @property
    def year(self) -> int:
        return self.institution.programme_year.year

    @property
    def number(self) -> int:
        return int(self.institution.code.rpartition("-")[2])


def make_register(world: World) -> list[Sample]:
    """Write the sample institutions, the first of them that of the demo operator."""
    taken: set[tuple[str, int]] = set()
    samples = [_sample(world, taken, *draft) for draft in _drafts(world)]
    _take_offices_away(world, samples)
    _share_a_phone(samples)
    replaced = _replacement(samples)
    _write_owners(world, samples)
    Institution.objects.bulk_create([sample.institution for sample in samples])
    if replaced:
        successor, predecessor = replaced
        Institution.objects.filter(pk=successor.institution.pk).update(
            replaces=predecessor.institution
        )
    write(InstitutionTransition, [row for sample in samples for row in _transitions(world, sample)])
    copy_rows(Milestone, (row for sample in samples for row in _milestones(world, sample)))
    return samples


def _drafts(world: World) -> list[tuple[int, Regency, tuple[int, str]]]:
    """Number, place and kind of every institution; the first is the demo operator's."""
    by_province = apportion(world.extent.institutions, plan.PROVINCE_WEIGHTS, least=1)
    places: list[Regency] = []
    for code, number in by_province.items():
        regencies = world.rng.sample(world.regencies[code], len(world.regencies[code]))
        places += (regencies * (number // len(regencies) + 1))[:number]
    kinds = apportion(world.extent.institutions, world.extent.composition, least=1)
    order = [kind for kind, number in kinds.items() for _each in range(number)]
    world.rng.shuffle(places)
    world.rng.shuffle(order)
    _bring_to_front(order, order.index(DEMO_KIND))
    _bring_to_front(
        places, next(i for i, place in enumerate(places) if place.province.code == DEMO_REGENCY[:2])
    )
    places[0] = next(
        regency for regency in world.regencies[DEMO_REGENCY[:2]] if regency.code == DEMO_REGENCY
    )
    return list(zip(range(1, world.extent.institutions + 1), places, order, strict=True))


def _bring_to_front(items: list[Item], position: int) -> None:
    items.insert(0, items.pop(position))


def _sample(
    world: World,
    taken: set[tuple[str, int]],
    number: int,
    regency: Regency,
    kind: tuple[int, str],
) -> Sample:
    year, status = kind
    is_demo = number == 1
    province = regency.province.code
    few = province in naming.CHRISTIAN_PROVINCES or province == naming.BALI
    host = Host.PESANTREN if is_demo else world.pick(
        plan.HOSTS_WHERE_PESANTREN_ARE_FEW if few else plan.HOSTS
    )  # fmt: skip
    stem = DEMO_STEM if is_demo else naming.stem(world, host=host, province=province)
    for _attempt in range(20):
        if (stem, regency.pk) not in taken:
            break
        stem = naming.stem(world, host=host, province=province)
    taken.add((stem, regency.pk))
    fields = {code: weight for code, (weight, _programmes) in words.FIELDS.items()}
    district = world.rng.choice(districts(regency.code))
    institution = Institution(
        code=FIRST_CODE if is_demo else f"BLKK-{number:04d}",
        name=naming.institution_name(stem),
        foundation=Foundation(name=naming.owner_name(stem)),
        host_type=host,
        regency=regency,
        office_id=world.offices[DEMO_OFFICE].pk if is_demo else regency.office_id,
        field=world.fields[DEMO_FIELD if is_demo else world.pick(fields)],
        programme_year=world.years[year],
        status=status,
        address=f"Jl. Contoh No. {world.rng.randint(1, 99)}, Kec. {district.name}",
        contact_phone=naming.phone(world),
    )
    institution.contact_name = naming.person_name(
        world, sex=world.rng.choice("LP"), institution=institution
    )
    sample = Sample(institution, _steps(world, number, year, status))
    if "open" in sample.steps:
        institution.vin = f"CONTOH-{year}-{number:05d}"
    return sample


def _steps(world: World, number: int, year: int, status: str) -> dict[str, date]:
    paths = plan.PATHS[status]
    day, steps = date(year, 1, 20), {}
    for verb in paths[number % len(paths)]:
        if verb == "release":
            day = plan.RELEASES_FROM + timedelta(days=world.rng.randint(0, plan.RELEASES_SPAN))
        else:
            day += timedelta(days=world.rng.randint(*plan.GAPS[verb]))
        steps[verb] = day
    return steps


def _share_of(world: World, number: int) -> int:
    """A number thought of for 300 institutions, for those that are made."""
    return max(1, round(number * world.extent.institutions / 300))


def _take_offices_away(world: World, samples: list[Sample]) -> None:
    """A few that no office guides yet: they wait in the queue of the offices."""
    waiting = [sample for sample in samples if sample.institution.status in
               (Status.PROPOSED, Status.VERIFIED, Status.DETERMINED)]  # fmt: skip
    number = min(_share_of(world, plan.INSTITUTIONS_WITHOUT_OFFICE), len(waiting) // 2)
    for sample in world.rng.sample(waiting, number):
        sample.institution.office_id = None


def _share_a_phone(samples: list[Sample]) -> None:
    """Two neighbours with one phone number, for the queue of likely duplicates."""
    by_regency: dict[int, Institution] = {}
    for sample in samples[1:]:
        institution = sample.institution
        if institution.status in ENDED:
            continue
        other = by_regency.setdefault(institution.regency_id, institution)
        if other is not institution:
            institution.contact_phone = other.contact_phone
            return


def _replacement(samples: list[Sample]) -> tuple[Sample, Sample] | None:
    """Let one signed institution take the place of one whose agreement was cancelled before."""
    cancelled = [sample for sample in samples if sample.institution.status == Status.CANCELLED]
    signed = [sample for sample in samples if sample.institution.status == Status.SIGNED]
    if not (cancelled and signed):
        return None
    predecessor = min(cancelled, key=lambda sample: (sample.steps["cancel"], sample.number))
    successor = max(signed, key=lambda sample: (sample.steps["sign"], -sample.number))
    successor.steps["sign"] = max(
        successor.steps["sign"],
        predecessor.steps["cancel"] + timedelta(days=plan.DAYS_TO_REPLACEMENT),
    )
    return successor, predecessor


def _write_owners(world: World, samples: list[Sample]) -> None:
    """One owner each, except a few that own two institutions of the same name and province."""
    owners: list[Foundation] = []
    by_name: dict[tuple[str, str], Foundation] = {}
    left = _share_of(world, plan.SHARED_OWNERS)
    for sample in samples:
        institution = sample.institution
        key = (institution.name, institution.regency.province.code)
        if left and key in by_name:
            institution.foundation = by_name.pop(key)
            left -= 1
            continue
        owner = institution.foundation
        owner.tax_number = f"99{sample.number:013d}"
        by_name[key] = owner
        owners.append(owner)
    Foundation.objects.bulk_create(owners)
    for sample in samples:
        sample.institution.foundation_id = sample.institution.foundation.pk


def _decided_by(world: World, sample: Sample, verb: str) -> User:
    if verb in plan.OFFICE_VERBS:
        return world.reviewer_of(sample.institution)
    return world.users[Role.NATIONAL_ADMIN]


def _recorded(world: World, day: date) -> datetime:
    return world.at_work(day + timedelta(days=world.rng.randint(0, 5)))


def _transitions(world: World, sample: Sample) -> list[InstitutionTransition]:
    status: str = Status.PROPOSED
    rows: list[InstitutionTransition] = []
    for verb, day in sample.steps.items():
        move = MOVES[verb]
        rows.append(
            InstitutionTransition(
                institution=sample.institution,
                verb=verb,
                from_status=status,
                to_status=move.target,
                happened_on=day,
                recorded_at=_recorded(world, day),
                by=_decided_by(world, sample, verb),
                reason=world.rng.choice(plan.REASONS[verb]) if move.needs_reason else "",
            )
        )
        status = move.target
    sample.ended = rows[-1] if rows and MOVES[rows[-1].verb].ends_agreement else None
    return rows


def _number_of(kind: str, number: int, day: date) -> str:
    """The paper of a milestone, marked as a sample."""
    match kind:
        case MilestoneKind.PKB:
            return f"PKB-{number:04d}/LATTAS/{ROMAN[day.month - 1]}/{day.year} {naming.SAMPLE}"
        case MilestoneKind.BUILT:
            return f"BAST-{number:04d}/{day.year} {naming.SAMPLE}"
        case MilestoneKind.LICENCE:
            return f"LPK-{number:04d}/{day.year} {naming.SAMPLE}"
    return ""


def _facts(world: World, sample: Sample) -> list[tuple[str, date]]:
    """The dated facts of an institution: those its verbs write, and those that run beside them."""
    facts = [(kind, day) for verb, day in sample.steps.items() if (kind := MOVES[verb].milestone)]
    opened_on = sample.steps.get("open")
    if opened_on is None:
        return facts
    facts.append((MilestoneKind.VIN, opened_on - timedelta(days=world.rng.randint(0, 15))))
    if world.rng.random() < 0.8:
        licensed_on = opened_on + timedelta(days=world.rng.randint(20, 120))
        facts.append((MilestoneKind.LICENCE, min(licensed_on, plan.LAST_DAY)))
    inaugurated_on = plan.INAUGURATIONS[sample.year]
    if inaugurated_on >= opened_on:
        facts.append((MilestoneKind.INAUGURATION, inaugurated_on))
    if sample.year < 2022 and world.rng.random() < 0.1:
        accredited_on = date(2022, 9, 1) + timedelta(days=world.rng.randint(0, 200))
        facts.append((MilestoneKind.ACCREDITATION, accredited_on))
    return facts


def _milestones(world: World, sample: Sample) -> list[Milestone]:
    rows = []
    for kind, day in _facts(world, sample):
        row = Milestone(
            institution=sample.institution,
            kind=kind,
            programme_year=sample.institution.programme_year,
            happened_on=day,
            expires_on=day + plan.LICENCE_SPAN if kind in EXPIRING_MILESTONES else None,
            document_number=_number_of(kind, sample.number, day),
            recorded_at=_recorded(world, day),
            recorded_by=world.users[Role.NATIONAL_ADMIN],
        )
        if sample.ended and kind in MOVED_MILESTONES:
            row.withdrawn_at = sample.ended.recorded_at
            row.withdrawn_because = sample.ended.reason
        rows.append(row)
    return rows
