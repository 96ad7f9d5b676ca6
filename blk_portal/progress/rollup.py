"""The roll-up: from counted rows to the cells that dashboards read.

PostgreSQL rows say what is owed; the broker only rings. A recount never increments: it counts the
touched provinces and offices anew and writes the cells that differ, so it may run twice, late, or
in any order.
"""

import contextlib
import logging
import time
from collections.abc import Callable, Iterable, Sequence

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from blk_portal.progress.cells import STORE_AREAS, STORE_NATION
from blk_portal.progress.models import PendingRollup, RollupRun
from incubators.stages import REACHED, Stage
from institutions.models import ProgrammeYear, Province, TrainingOffice

logger = logging.getLogger(__name__)

# The first half of the key of the advisory lock; the second is the budget year.
ROLLUP_LOCK = 850_232
MAX_ATTEMPTS = 5
STAGES_COUNTED = {
    "selected": list(REACHED[Stage.SELECTED]),
    "validated": list(REACHED[Stage.VALIDATED]),
    "mentored": list(REACHED[Stage.MENTORED]),
    "established": list(REACHED[Stage.ESTABLISHED]),
}


def owe(
    years: Iterable[int],
    *,
    institutions: Iterable[int] = (),
    places: Iterable[tuple[int | None, int | None]] = (),
    why: str,
    ring: Callable[[list[int]], object],
) -> None:
    """Note that figures must be recounted, in the transaction that changed their rows.

    institutions: ids whose present place is touched. places: (province id, office id) pairs that an
    institution has left. `ring(year ids)` is called after the commit and may fail.
    """
    years = list(years)
    rows = []
    for year in years:
        rows += [
            PendingRollup(programme_year_id=year, institution_id=institution, why=why)
            for institution in institutions
        ]
        rows += [
            PendingRollup(programme_year_id=year, province_id=province, office_id=office, why=why)
            for province, office in places
        ]
    PendingRollup.objects.bulk_create(rows)
    transaction.on_commit(lambda: ring(years), robust=True)


def recount(year: int, *, provinces: Sequence[int], offices: Sequence[int]) -> int:
    """Count the cells of these provinces and offices anew, and the nation from the provinces.

    Returns how many cells changed. Runs inside the caller's transaction.
    """
    changed = 0
    areas = [*provinces, *(-office for office in offices)]
    with connection.cursor() as cursor:
        for statement in (STORE_AREAS, STORE_NATION):
            cursor.execute(statement, {"year": year, "areas": areas, **STAGES_COUNTED})
            changed += cursor.fetchone()[0]
    return changed


def _lock(year: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [ROLLUP_LOCK, year])
        return bool(cursor.fetchone()[0])


def _touched(pending: list[PendingRollup]) -> tuple[list[int], list[int]]:
    provinces, offices = set(), set()
    for row in pending:
        provinces.add(row.province_id)
        offices.add(row.office_id)
        if row.institution:
            provinces.add(row.institution.regency.province_id)
            offices.add(row.institution.office_id)
    return sorted(filter(None, provinces)), sorted(filter(None, offices))


def settle(year: int) -> RollupRun | None:
    """Take what is owed for a budget year and recount it.

    None when nothing is owed, or somebody else is at it. The attempt is committed before the work
    begins, so that rows which kill their worker are given up as well, not only those that fail.
    """
    ids = _attempt(year)
    if not ids:
        return None
    try:
        run = _take(year, ids)
    except OperationalError:
        # The database was busy or away; that says nothing against the rows.
        logger.warning("recount of budget year %s is put off", year, exc_info=True)
        _take_back(ids)
        raise
    except Exception:
        logger.exception("recount of budget year %s failed", year)
        raise
    if run is None:
        _take_back(ids)
    return run


@transaction.atomic
def _attempt(year: int) -> list[int]:
    """Note an attempt at the rows that are owed; their ids, or none while somebody is at it."""
    if not _lock(year):
        return []
    ids = list(
        PendingRollup.objects.filter(programme_year_id=year, attempts__lt=MAX_ATTEMPTS)
        .order_by("id")
        .values_list("pk", flat=True)
    )
    PendingRollup.objects.filter(pk__in=ids).update(attempts=F("attempts") + 1)
    return ids


def _take_back(ids: list[int]) -> None:
    """Undo an attempt that was none; rows that somebody else has in hand are left to them.

    Where the database cannot be reached the note stays.
    """
    with contextlib.suppress(DatabaseError, InterfaceError), transaction.atomic():
        rows = PendingRollup.objects.filter(pk__in=ids, attempts__gt=0)
        free = rows.select_for_update(skip_locked=True).values("pk")
        PendingRollup.objects.filter(pk__in=free).update(attempts=F("attempts") - 1)


@transaction.atomic
def _take(year: int, ids: list[int]) -> RollupRun | None:
    """Delete the rows, then recount: a change committed later leaves a row of its own.

    None when somebody else took them since the attempt was noted, or is at it.
    """
    if not _lock(year):
        return None
    pending = list(
        PendingRollup.objects.filter(pk__in=ids)
        .select_related("institution__regency")
        .order_by("id")
    )
    if not pending:
        return None
    started_at = timezone.now()
    PendingRollup.objects.filter(pk__in=[row.pk for row in pending]).delete()
    provinces, offices = _touched(pending)
    changed = recount(year, provinces=provinces, offices=offices)
    return RollupRun.objects.create(
        programme_year_id=year, kind=RollupRun.Kind.RECOUNT, started_at=started_at,
        finished_at=timezone.now(), taken=len(pending), differences=changed,
    )  # fmt: skip


def owed_years() -> list[int]:
    """The budget years for which something is owed, the longest waiting first."""
    rows = PendingRollup.objects.filter(attempts__lt=MAX_ATTEMPTS).order_by("id")
    return list(dict.fromkeys(rows.values_list("programme_year_id", flat=True)))


@transaction.atomic
def rebuild_year(year: int) -> int:
    """Count every cell of a budget year anew; returns how many changed."""
    started_at = timezone.now()
    while not _lock(year):
        time.sleep(0.1)
    taken, _rows = PendingRollup.objects.filter(programme_year_id=year).delete()
    changed = recount(
        year,
        provinces=list(Province.objects.values_list("pk", flat=True)),
        offices=list(TrainingOffice.objects.values_list("pk", flat=True)),
    )
    RollupRun.objects.create(
        programme_year_id=year, kind=RollupRun.Kind.RECOUNT, started_at=started_at,
        finished_at=timezone.now(), taken=taken, differences=changed,
    )  # fmt: skip
    return changed


def rebuild() -> int:
    """Count every budget year anew; returns how many cells changed."""
    return sum(rebuild_year(year) for year in ProgrammeYear.objects.values_list("pk", flat=True))
