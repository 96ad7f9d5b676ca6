"""What time alone changes: standings that lapse, and warnings before evidence ends."""

from datetime import date

from django.db import connection, transaction

from blk_portal.reporting.notices import Notice, NoticeKind
from incubators import standing
from incubators.models import Criterion, Evidence, Incubator, StandingChange
from incubators.models.evidence import WARNING_DAYS

REMEMBER = """
INSERT INTO incubators_evidencewarning (evidence_id, days, made_on)
SELECT unnest(%s::bigint[]), %s, %s
ON CONFLICT DO NOTHING RETURNING evidence_id
"""


def overdue(*, on: date) -> list[int]:
    """The incubators whose written standing is not what criteria and evidence say of a day."""
    criteria = list(Criterion.objects.all())
    proofs: dict[int, list[Evidence]] = {}
    for proof in Evidence.objects.verified():
        proofs.setdefault(proof.incubator_id, []).append(proof)
    written: dict[int, set[tuple[date, bool]]] = {}
    for row in StandingChange.objects.standing().filter(day__lte=on):
        written.setdefault(row.incubator_id, set()).add((row.day, row.is_granted))
    return [
        pk
        for pk in sorted(proofs.keys() | written.keys())
        if {(one.day, one.is_granted) for one in standing.changes(criteria, proofs.get(pk, []), on)}
        != written.get(pk, set())
    ]


def catch_up(*, on: date) -> int:
    """Write the changes that came with time until a day; returns how many incubators changed.

    May run twice, and twice at once: each incubator is read again under its lock.
    """
    changed = 0
    for pk in overdue(on=on):
        with transaction.atomic():
            changed += Incubator.objects.get(pk=pk).refresh_standing(on=on)
    return changed


@transaction.atomic
def warn(*, on: date) -> int:
    """Tell operators of evidence that ends soon, once at each of WARNING_DAYS; how many were told.

    May run twice. A night without the task is made up; of two warnings that are due at once only
    the urgent one is written.
    """
    left = {
        pk: (ends - on).days
        for pk, ends in Evidence.objects.ending(on=on).values_list("pk", "valid_to")
        if ends
    }
    fresh: set[int] = set()
    for days, least in zip(WARNING_DAYS, (*WARNING_DAYS[1:], -1), strict=True):
        fresh |= _remember([pk for pk, rest in left.items() if least < rest <= days], days, on)
    institutions = Incubator.objects.filter(evidence__in=fresh).values_list("institution")
    return sum(
        Notice.objects.all().tell(NoticeKind.EVIDENCE_ENDS, institution_id=institution)
        for (institution,) in institutions.order_by("institution").distinct()
    )


def _remember(evidence: list[int], days: int, on: date) -> set[int]:
    """Note that these were warned of; returns those that were not noted before."""
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER, [evidence, days, on])
        return {row[0] for row in cursor.fetchall()}
