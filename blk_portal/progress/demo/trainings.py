"""Sample cohorts and how far their closing reports have come."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from blk_portal.progress.demo import words
from blk_portal.progress.demo.extent import Fate
from blk_portal.progress.demo.register import Sample
from blk_portal.progress.demo.world import World, apportion
from institutions.copying import write
from institutions.models import Institution
from trainings.models import Cohort, Programme

FUNDING = {
    Cohort.Funding.APBN: 60,
    Cohort.Funding.OWN: 17,
    Cohort.Funding.APBD: 14,
    Cohort.Funding.PARTNER: 9,
}
DAYS_BEFORE_FIRST_COHORT = 7
SHARE_OF_FULL_COHORTS = 0.7
# Rooms that regions, owners and partners pay for hold more than the state's sixteen.
MORE_SEATS = 4
UNFINISHED = (Fate.SUBMITTED, Fate.RETURNED, Fate.COMPLETE, Fate.PARTIAL, Fate.EMPTY)

DEMO_YEAR = 2022
# The demo operator's cohorts of the year: programme, batch, first and last day, story.
DEMO_COHORTS = (
    ("Menjahit Dasar", 1, date(2022, 2, 7), date(2022, 3, 18), Fate.VERIFIED),
    ("Tata Busana", 1, date(2022, 3, 28), date(2022, 5, 13), Fate.VERIFIED),
    ("Menjahit Dasar", 2, date(2022, 5, 17), date(2022, 6, 24), Fate.RETURNED),
    ("Tata Busana", 2, date(2022, 6, 27), date(2022, 7, 29), Fate.SUBMITTED),
    ("Menjahit Dasar", 3, date(2022, 8, 1), date(2022, 9, 16), Fate.EMPTY),
)

Programmes = dict[str, list[Programme]]


@dataclass
class Run:
    """A cohort, the story of its report, and how many take part.

    digest: what a receipt for its roster says, once the roster is made.
    """

    cohort: Cohort
    fate: str
    participants: int = 0
    digest: str = ""

    @property
    def institution(self) -> Institution:
        return self.cohort.institution


def make_cohorts(world: World, samples: list[Sample]) -> Iterator[list[Run]]:
    """Write the sample programmes and cohorts; gives each budget year's with their stories."""
    programmes = _programmes(world)
    for year, number in world.extent.cohorts.items():
        runs = _demo_runs(world, programmes, samples[0]) if year == DEMO_YEAR else []
        number = world.extent.scaled(number) - len(runs)
        cohorts = _cohorts(world, programmes, samples[1:], year, number)
        runs += _with_fates(world, cohorts, year)
        for run in runs:
            run.participants = _taking_part(world, run)
        if average := world.extent.participants_per_cohort:
            _fill_up(world, runs, average * len(runs))
        write(Cohort, [run.cohort for run in runs])
        yield runs


def _taking_part(world: World, run: Run) -> int:
    seats, rng = run.cohort.seats, world.rng
    if run.fate == Fate.EMPTY:
        return 0
    if run.fate == Fate.PARTIAL:
        return rng.randint(seats // 3, seats * 3 // 4)
    if rng.random() < SHARE_OF_FULL_COHORTS:
        return seats
    return rng.randint(seats * 3 // 4, seats - 1)


def _fill_up(world: World, runs: list[Run], total: int) -> None:
    """Enlarge the cohorts that the state does not pay for until so many take part in all."""
    lacking = total - sum(run.participants for run in runs)
    others = [
        run
        for run in runs
        if run.cohort.funding != Cohort.Funding.APBN and run.participants == run.cohort.seats
    ]
    world.rng.shuffle(others)
    while lacking and others:
        for run in others:
            more = min(MORE_SEATS, lacking)
            run.cohort.seats += MORE_SEATS
            run.participants += more
            lacking -= more
            if not lacking:
                break


def _programmes(world: World) -> Programmes:
    """The programmes by field, those that staff already entered included."""
    Programme.objects.bulk_create(
        [
            Programme(field=world.fields[code], name=name, hours=hours)
            for code, (_weight, programmes) in words.FIELDS.items()
            for name, hours in programmes
        ],
        ignore_conflicts=True,
    )
    found: Programmes = {}
    for programme in Programme.objects.select_related("field").order_by("field__code", "name"):
        if programme.name in dict(words.FIELDS[programme.field.code][1]):
            found.setdefault(programme.field.code, []).append(programme)
    return found


def _demo_runs(world: World, programmes: Programmes, sample: Sample) -> list[Run]:
    by_name = {row.name: row for row in programmes[sample.institution.field.code]}
    return [
        Run(
            _cohort(
                world, sample, by_name[name], year=DEMO_YEAR, batch=batch, starts_on=starts_on,
                ends_on=ends_on, funding=Cohort.Funding.APBN,
            ),
            fate,
        )
        for name, batch, starts_on, ends_on, fate in DEMO_COHORTS
    ]  # fmt: skip


def _cohort(
    world: World,
    sample: Sample,
    programme: Programme,
    *,
    year: int,
    batch: int,
    starts_on: date,
    ends_on: date,
    funding: str,
) -> Cohort:
    return Cohort(
        institution=sample.institution,
        programme=programme,
        programme_year=world.years[year],
        field=programme.field,
        batch=batch,
        starts_on=starts_on,
        ends_on=ends_on,
        hours=programme.hours,
        funding=funding,
        seats=world.years[year].cohort_size,
    )


def _season(world: World, sample: Sample, year: int) -> tuple[date, date] | None:
    """When an institution can begin cohorts in a year; None while it does not train."""
    first, last = world.extent.seasons[year]
    opened_on, released_on = sample.steps.get("open"), sample.steps.get("release")
    if opened_on is None or (released_on and released_on.year <= year):
        return None
    first = max(first, opened_on + timedelta(days=DAYS_BEFORE_FIRST_COHORT))
    return (first, last) if first <= last else None


def _cohorts(
    world: World, programmes: Programmes, samples: list[Sample], year: int, number: int
) -> list[Cohort]:
    """The cohorts of a year, one after another in each workshop; the longer it trains, the more."""
    seasons = [(sample, season) for sample in samples if (season := _season(world, sample, year))]
    weights = {
        position: (last - first).days + world.rng.randint(10, 60)
        for position, (_sample, (first, last)) in enumerate(seasons)
    }
    cohorts = []
    for position, many in apportion(number, weights).items():
        sample, (first, last) = seasons[position]
        batches: dict[int, int] = {}
        span = ((last - first).days + 1) // max(many, 1)
        for turn in range(many):
            programme = world.rng.choice(programmes[sample.institution.field.code])
            batches[programme.pk] = batches.get(programme.pk, 0) + 1
            days = min(programme.hours // 5 + world.rng.randint(-4, 8), max(span - 3, 20))
            room = max(span - days, 0)
            starts_on = first + timedelta(days=span * turn + world.rng.randint(0, room))
            starts_on -= timedelta(days=starts_on.weekday())
            starts_on = max(starts_on, first)
            cohorts.append(
                _cohort(
                    world, sample, programme, year=year, batch=batches[programme.pk],
                    starts_on=starts_on, ends_on=starts_on + timedelta(days=days),
                    funding=world.pick(FUNDING),
                )
            )  # fmt: skip
    return cohorts


def _with_fates(world: World, cohorts: list[Cohort], year: int) -> list[Run]:
    fates = apportion(len(cohorts), world.extent.fates[year], least=1)
    each = [fate for fate, number in fates.items() for _each in range(number)]
    done = [fate for fate in each if fate not in UNFINISHED]
    unfinished = [fate for fate in each if fate in UNFINISHED]
    world.rng.shuffle(done)
    world.rng.shuffle(unfinished)
    age = {id(cohort): cohort.ends_on.toordinal() + world.rng.randint(0, 60) for cohort in cohorts}
    by_age = sorted(cohorts, key=lambda cohort: age[id(cohort)])
    return [Run(cohort, fate) for cohort, fate in zip(by_age, done + unfinished, strict=True)]
