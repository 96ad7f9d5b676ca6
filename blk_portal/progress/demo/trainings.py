"""Sample cohorts and how far their closing reports have come."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from blk_portal.progress.demo import words
from blk_portal.progress.demo.register import Sample
from blk_portal.progress.demo.world import World, apportion
from institutions.models import Institution
from trainings.models import Cohort, Programme

# Cohorts by budget year, thought of for 300 institutions.
COHORTS = {2021: 45, 2022: 330, 2023: 45}
FUNDING = {
    Cohort.Funding.APBN: 60,
    Cohort.Funding.OWN: 17,
    Cohort.Funding.APBD: 14,
    Cohort.Funding.PARTNER: 9,
}
SEASONS = {
    2021: (date(2021, 2, 15), date(2021, 10, 29)),
    2022: (date(2022, 2, 7), date(2022, 10, 31)),
    2023: (date(2023, 2, 6), date(2023, 3, 31)),
}
DAYS_BEFORE_FIRST_COHORT = 7
DEMO_NUMBER = 1


class Fate:
    """How a closing report stands: the story that its log tells."""

    EMPTY, PARTIAL, COMPLETE = "no roster", "partial roster", "complete roster"
    SUBMITTED, RETURNED, VERIFIED, REOPENED = "submitted", "returned", "verified", "reopened"


# The stories of a year's reports by weight; the youngest cohorts are the unfinished ones.
FATES = {
    2021: {Fate.VERIFIED: 96, Fate.REOPENED: 4},
    2022: {
        Fate.VERIFIED: 72, Fate.REOPENED: 3, Fate.SUBMITTED: 8, Fate.RETURNED: 5,
        Fate.COMPLETE: 4, Fate.PARTIAL: 4, Fate.EMPTY: 4,
    },
    2023: {
        Fate.VERIFIED: 40, Fate.SUBMITTED: 26, Fate.RETURNED: 6, Fate.COMPLETE: 8,
        Fate.PARTIAL: 10, Fate.EMPTY: 10,
    },
}  # fmt: skip
UNFINISHED = (Fate.SUBMITTED, Fate.RETURNED, Fate.COMPLETE, Fate.PARTIAL, Fate.EMPTY)

# The demo operator's cohorts of TA 2022: programme, batch, first and last day, story.
DEMO_COHORTS = (
    ("Menjahit Dasar", 1, date(2022, 2, 7), date(2022, 3, 18), Fate.VERIFIED),
    ("Tata Busana", 1, date(2022, 3, 28), date(2022, 5, 13), Fate.VERIFIED),
    ("Menjahit Dasar", 2, date(2022, 5, 17), date(2022, 6, 24), Fate.RETURNED),
    ("Tata Busana", 2, date(2022, 6, 27), date(2022, 7, 29), Fate.SUBMITTED),
    ("Menjahit Dasar", 3, date(2022, 8, 1), date(2022, 9, 16), Fate.EMPTY),
)


@dataclass
class Run:
    """A cohort, the story of its report, and its participants as they are made."""

    cohort: Cohort
    fate: str
    participants: list = field(default_factory=list)

    @property
    def institution(self) -> Institution:
        return self.cohort.institution


def make_cohorts(world: World, samples: list[Sample]) -> list[Run]:
    """Write the sample programmes and cohorts, each with the story its report will tell."""
    programmes = _programmes(world)
    runs = _demo_runs(world, programmes, samples[0])
    for year, number in COHORTS.items():
        cohorts = _cohorts(world, programmes, samples[1:], year, world.scaled(number))
        runs += _with_fates(world, cohorts, year)
    Cohort.objects.bulk_create([run.cohort for run in runs])
    return runs


def _programmes(world: World) -> dict[str, list[Programme]]:
    """The programmes by field, those that staff already entered included."""
    Programme.objects.bulk_create(
        [
            Programme(field=world.fields[code], name=name, hours=hours)
            for code, (_weight, programmes) in words.FIELDS.items()
            for name, hours in programmes
        ],
        ignore_conflicts=True,
    )
    found: dict[str, list[Programme]] = {}
    for programme in Programme.objects.select_related("field").order_by("field__code", "name"):
        if programme.name in dict(words.FIELDS[programme.field.code][1]):
            found.setdefault(programme.field.code, []).append(programme)
    return found


def _demo_runs(world: World, programmes: dict, sample: Sample) -> list[Run]:
    by_name = {row.name: row for row in programmes[sample.institution.field.code]}
    return [
        Run(
            _cohort(
                world, sample, by_name[name], year=2022, batch=batch, starts_on=starts_on,
                ends_on=ends_on, funding=Cohort.Funding.APBN,
            ),
            fate,
        )
        for name, batch, starts_on, ends_on, fate in DEMO_COHORTS
    ]  # fmt: skip


def _cohort(world, sample, programme, *, year, batch, starts_on, ends_on, funding) -> Cohort:
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


def _season(sample: Sample, year: int) -> tuple[date, date] | None:
    """When an institution can begin cohorts in a year; None while it does not train."""
    first, last = SEASONS[year]
    opened_on, released_on = sample.steps.get("open"), sample.steps.get("release")
    if opened_on is None or (released_on and released_on.year <= year):
        return None
    first = max(first, opened_on + timedelta(days=DAYS_BEFORE_FIRST_COHORT))
    return (first, last) if first <= last else None


def _cohorts(
    world: World, programmes: dict, samples: list[Sample], year: int, number: int
) -> list[Cohort]:
    """The cohorts of a year, one after another in each workshop; the longer it trains, the more."""
    seasons = [(sample, season) for sample in samples if (season := _season(sample, year))]
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
    fates = apportion(len(cohorts), FATES[year], least=1)
    each = [fate for fate, number in fates.items() for _each in range(number)]
    done = [fate for fate in each if fate not in UNFINISHED]
    unfinished = [fate for fate in each if fate in UNFINISHED]
    world.rng.shuffle(done)
    world.rng.shuffle(unfinished)
    age = {id(cohort): cohort.ends_on.toordinal() + world.rng.randint(0, 60) for cohort in cohorts}
    by_age = sorted(cohorts, key=lambda cohort: age[id(cohort)])
    return [Run(cohort, fate) for cohort, fate in zip(by_age, done + unfinished, strict=True)]
