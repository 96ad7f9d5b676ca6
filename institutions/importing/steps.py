"""The steps of the life cycle that a row proves, and writing them for many institutions at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from blk_portal.accounts.models import User
from institutions.copying import copy_rows, unsaved
from institutions.lifecycle import MOVES, InstitutionStatus
from institutions.models import Institution, InstitutionTransition, Milestone

# The ordinary way; what needs a reason is never done by a list.
WAY = ("verify", "determine", "sign", "hand_over", "open", "release")
STATIONS = (InstitutionStatus.PROPOSED, *(MOVES[verb].target for verb in WAY))
# Which column dates a step; the first two are proven by the signing that follows, or by the list.
DATED_BY = {"sign": "pkb_on", "hand_over": "built_on", "open": "opened_on"}
BACKWARDS = tuple(reversed(DATED_BY))
WITHOUT_DATE = frozenset(("verify", "determine"))


@dataclass(frozen=True)
class Step:
    """One verb as a list proves it: with its day and, for a PKB, its number."""

    verb: str
    on: date
    document_number: str = ""

    @property
    def target(self) -> str:
        return MOVES[self.verb].target


@dataclass(frozen=True)
class Way:
    """What a row asks of the status: the steps that it proves, and whether it asked for more."""

    steps: tuple[Step, ...]
    reached: str
    is_short: bool = False


def _day(values: Mapping[str, Any], verb: str) -> date | None:
    column = DATED_BY.get(verb)
    if column is None or column not in values:
        return None
    if verb == "sign" and "pkb_number" not in values:
        return None
    return date.fromisoformat(values[column])


def asked_status(values: Mapping[str, Any]) -> str | None:
    """The status a row stands for: as written, or as far as its dates reach beyond that."""
    dated = next((MOVES[verb].target for verb in BACKWARDS if _day(values, verb)), None)
    written = values.get("status")
    if written not in STATIONS:
        written = None
    asked = [status for status in (written, dated) if status]
    return max(asked, key=STATIONS.index, default=None)


def way_to(present: str, values: Mapping[str, Any], *, today: date) -> Way:
    """The steps from the present status to the one a row stands for, as far as they are proven."""
    asked = asked_status(values)
    if asked is None or present not in STATIONS:
        return Way((), present)
    steps: list[Step] = []
    start, end = STATIONS.index(present), STATIONS.index(asked)
    for verb in WAY[start:end]:
        day = _day(values, verb)
        if day is None and verb in WITHOUT_DATE:
            day = _day(values, "sign") or today
        if day is None:
            break
        steps.append(Step(verb, day, values["pkb_number"] if verb == "sign" else ""))
    # Without the paper that follows them, the first steps are not worth a guess.
    while steps and end > start + len(steps) and steps[-1].verb in WITHOUT_DATE:
        steps.pop()
    reached = steps[-1].target if steps else present
    return Way(tuple(steps), reached, is_short=STATIONS.index(reached) < end)


def record_steps(
    taken: Sequence[tuple[Institution, str, Sequence[Step]]],
    *,
    by: User,
    reason: str,
    at: datetime,
) -> None:
    """Log the steps of many institutions with their milestones, as `Institution.move` does of one.

    taken: each institution with the status it comes from and its steps, which must follow one
    another from there. The caller has locked the institutions, writes the status that the last step
    leads to, and sends the news.
    """
    transitions, milestones = [], []
    for institution, status, steps in taken:
        for step in steps:
            move = MOVES[step.verb]
            if status not in move.sources:
                raise ValueError(f"{step.verb} cannot start from {status}")
            transitions.append(
                unsaved(
                    InstitutionTransition,
                    {
                        "institution_id": institution.pk, "verb": step.verb, "from_status": status,
                        "to_status": move.target, "by_id": by.pk, "happened_on": step.on,
                        "recorded_at": at, "reason": reason,
                    },
                )
            )  # fmt: skip
            if move.milestone:
                milestones.append(
                    unsaved(
                        Milestone,
                        {
                            "institution_id": institution.pk, "kind": move.milestone,
                            "programme_year_id": institution.programme_year_id,
                            "happened_on": step.on, "document_number": step.document_number,
                            "recorded_at": at, "recorded_by_id": by.pk,
                        },
                    )
                )  # fmt: skip
            status = move.target
    copy_rows(InstitutionTransition, transitions)
    copy_rows(Milestone, milestones)


def last_days(ids: Iterable[int]) -> dict[int, date]:
    """The day of the latest step of each institution that has any."""
    rows = InstitutionTransition.objects.standing().filter(institution__in=ids)
    latest = rows.order_by("institution_id", "-recorded_at", "-pk").distinct("institution_id")
    return dict(latest.values_list("institution_id", "happened_on"))
