"""Sample incubators of the round of TA 2022, in every stage."""

from datetime import date, timedelta
from decimal import Decimal

from blk_portal.accounts.roles import Role
from blk_portal.progress.demo import words
from blk_portal.progress.demo.register import Sample
from blk_portal.progress.demo.world import World
from incubators.models import Incubator, IncubatorTransition, SelectionRound
from incubators.stages import MOVES, Stage

ROUND_YEAR = 2022
PATHS: dict[str, tuple[str, ...]] = {
    Stage.SHORTLISTED: (),
    Stage.SELECTED: ("select",),
    Stage.VALIDATED: ("select", "validate"),
    Stage.MENTORED: ("select", "validate", "mentor"),
    Stage.ESTABLISHED: ("select", "validate", "mentor", "establish"),
    Stage.INDEPENDENT: ("select", "validate", "mentor", "establish", "release"),
    Stage.STRUCK_OFF: ("select", "strike_off"),
}
# Verbs happen in waves: the first day of each, and how many days it took.
WAVES = {
    "select": (date(2022, 3, 14), 14),
    "strike_off": (date(2022, 5, 16), 14),
    "validate": (date(2022, 6, 20), 25),
    "mentor": (date(2022, 8, 1), 40),
    "establish": (date(2022, 11, 7), 30),
    "release": (date(2023, 4, 3), 30),
}
LISTED_ON = date(2022, 2, 21)
DECREE = ("KEP.100/LATTAS/III/2022 (contoh)", date(2022, 3, 11))
RESERVES = 12
DAYS_TO_REPLACEMENT = 20
LATEST_OPENING = date(2022, 3, 1)

Logs = dict[int, list[IncubatorTransition]]


def make_incubators(world: World, samples: list[Sample]) -> None:
    """Write the incubators with their logs; the first institution is among the mentored ones."""
    experienced = [
        sample
        for sample in samples
        if (opened_on := sample.steps.get("open")) and opened_on <= LATEST_OPENING
    ]
    stages = [
        stage
        for stage, number in world.extent.stages.items()
        for _each in range(world.extent.scaled(number))
    ]
    chosen = [experienced[0], *world.rng.sample(experienced[1:], len(experienced) - 1)]
    round_ = SelectionRound.objects.get(programme_year=world.years[ROUND_YEAR])
    incubators = [
        Incubator(
            institution=sample.institution, round=round_, stage=stage, listed_on=LISTED_ON,
            rank=rank, score=Decimal(9_600 - 37 * rank) / 100,
        )
        for rank, (sample, stage) in enumerate(zip(chosen, stages, strict=False), start=1)
    ]  # fmt: skip
    waiting = [row for row in incubators if row.stage == Stage.SHORTLISTED]
    for position, row in enumerate(waiting[:RESERVES], start=1):
        row.reserve_position = position
    Incubator.objects.bulk_create(incubators)
    logs = {incubator.pk: _log(world, incubator) for incubator in incubators}
    successors = _replace(world, incubators, logs)
    IncubatorTransition.objects.bulk_create([row for rows in logs.values() for row in rows])
    Incubator.objects.bulk_update(successors, ["replaces"])
    SelectionRound.objects.filter(pk=round_.pk).update(decree=DECREE[0], decreed_on=DECREE[1])


def _log(world: World, incubator: Incubator) -> list[IncubatorTransition]:
    stage: str = Stage.SHORTLISTED
    rows: list[IncubatorTransition] = []
    for verb in PATHS[incubator.stage]:
        first, span = WAVES[verb]
        day = first + timedelta(days=world.rng.randint(0, span))
        move = MOVES[verb]
        rows.append(
            IncubatorTransition(
                incubator=incubator,
                verb=verb,
                from_stage=stage,
                to_stage=move.target,
                by=world.users[Role.NATIONAL_INCUBATOR_REVIEWER],
                happened_on=day,
                recorded_at=world.at_work(day + timedelta(days=world.rng.randint(0, 3))),
                reason=world.rng.choice(words.STRUCK_OFF) if move.needs_reason else "",
            )
        )
        stage = move.target
    return rows


def _replace(world: World, incubators: list[Incubator], logs: Logs) -> list[Incubator]:
    """Each one struck off has its place taken by one that is now selected; returns these."""
    struck_off = [row for row in incubators if row.stage == Stage.STRUCK_OFF]
    successors = [row for row in incubators if row.stage == Stage.SELECTED]
    replaced = list(zip(successors, struck_off, strict=False))
    for successor, predecessor in replaced:
        successor.replaces = predecessor
        ended = logs[predecessor.pk][-1]
        selected = logs[successor.pk][0]
        selected.happened_on = ended.happened_on + timedelta(days=DAYS_TO_REPLACEMENT)
        selected.recorded_at = world.at_work(selected.happened_on)
        selected.replaces = predecessor
    return [successor for successor, _predecessor in replaced]
