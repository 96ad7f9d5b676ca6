"""The way of incubators through their stages, as lists and pages show it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.http import QueryDict

from blk_portal.formats import today_in_jakarta
from incubators.counting import HAS_TO_STAND
from incubators.filters import IncubatorFilter
from incubators.models import Incubator, IncubatorQuerySet, IncubatorTransition
from incubators.stages import REACHED, Stage

STAGE_FILTER = "tahap"


@dataclass(frozen=True)
class StageCount:
    """How many incubators stand at a stage, and the address that lists them.

    lapsed: how many of them no figure counts there, because their evidence is not in force.
    """

    stage: Stage
    count: int
    lapsed: int
    url: str
    is_chosen: bool

    @property
    def is_off(self) -> bool:
        """Struck off: no stage of the way, and counted beside it."""
        return self.stage == Stage.STRUCK_OFF


@dataclass(frozen=True)
class Step:
    """One stage on the way of an incubator: when it was reached, or that it was passed over."""

    stage: Stage
    reached_on: date | None
    is_done: bool
    is_current: bool
    is_skipped: bool


def stage_counts(filters: IncubatorFilter, visible: IncubatorQuerySet) -> list[StageCount]:
    """The incubators at each stage under all other filters; filters must have been read."""
    chosen = filters.form.cleaned_data.get(STAGE_FILTER)
    for name, value in filters.form.cleaned_data.items():
        if name != STAGE_FILTER:
            visible = filters.filters[name].filter(visible, value)
    rows = visible.with_standing(on=today_in_jakarta()).order_by().values("stage")
    counts = {
        stage: (count, count - standing)
        for stage, count, standing in rows.annotate(
            n=Count("pk"), standing=Count("pk", filter=Q(in_force=True))
        ).values_list("stage", "n", "standing")
    }
    return [
        StageCount(
            stage=stage,
            count=counts.get(stage, (0, 0))[0],
            lapsed=counts.get(stage, (0, 0))[1] if stage.value in HAS_TO_STAND else 0,
            url=_address(filters, stage, chosen),
            is_chosen=stage == chosen,
        )
        for stage in Stage
    ]


def _address(filters: IncubatorFilter, stage: Stage, chosen: str) -> str:
    """The list of one stage with the other filters kept; the chosen one leads back to all."""
    query = QueryDict(mutable=True)
    for name in filters.form.fields:
        if name != STAGE_FILTER and filters.data.get(name):
            query[name] = filters.data[name]
    if stage != chosen:
        query[STAGE_FILTER] = stage
    return f"?{query.urlencode()}"


def steps(incubator: Incubator, history: list[IncubatorTransition]) -> list[Step]:
    """The way of one incubator; for one that was struck off, as far as it had come."""
    reached = {entry.to_stage: entry.happened_on for entry in history}
    is_off = incubator.stage == Stage.STRUCK_OFF
    last = history[0].from_stage if is_off and history else incubator.stage
    way = list(REACHED)
    position = way.index(last) if last in way else 0
    return [
        Step(
            stage=Stage(stage),
            reached_on=reached.get(stage),
            is_done=place < position + is_off and (stage in reached or place == 0),
            is_current=place == position and not is_off,
            is_skipped=0 < place < position and stage not in reached,
        )
        for place, stage in enumerate(way)
    ]
