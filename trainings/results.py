"""Results typed into a form, when somebody else may have typed into the same form meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import transaction

from trainings.models import Cohort, Participant
from trainings.roster import open_report


@dataclass(frozen=True)
class TypedResult:
    """A result as somebody chose it, and the one their page showed before they chose."""

    chosen: str
    seen: str


@dataclass
class Recorded:
    """How many results changed, and those left alone: participant id -> what stands there now."""

    changed: int = 0
    clashes: dict[int, str] = field(default_factory=dict)


@transaction.atomic
def record_results(cohort: Cohort, typed: Mapping[int, TypedResult]) -> Recorded:
    """Write the results that were changed on the page, and nothing else.

    Where somebody else has changed the same result since the page was opened, theirs stays: it is
    returned, so that one of the two can be chosen with both in sight.
    """
    open_report(cohort)
    recorded, changed = Recorded(), []
    people = Participant.objects.select_for_update().filter(cohort=cohort, pk__in=typed)
    for person in people:
        one = typed[person.pk]
        if one.chosen in (one.seen, person.result):
            continue
        if person.result != one.seen:
            recorded.clashes[person.pk] = person.result
            continue
        person.result = one.chosen
        changed.append(person)
    Participant.objects.bulk_update(changed, ["result"])
    recorded.changed = len(changed)
    return recorded
