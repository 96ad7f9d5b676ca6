"""Which key versions the stored NIKs need, and sealing them anew under the newest."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, transaction
from django.db.models import QuerySet

from blk_portal.privacy import keys
from blk_portal.privacy.models import NikHolder

BATCH = 2_000


def holders() -> list[type[NikHolder]]:
    """Every table that keeps a sealed NIK."""
    return [model for model in apps.get_models() if issubclass(model, NikHolder)]


def _under(model: type[NikHolder], version: int) -> QuerySet:
    """The rows sealed under a key version, which is the first byte of what is stored."""
    rows = model._base_manager.filter(nik_sealed__gte=bytes([version]))
    return rows.filter(nik_sealed__lt=bytes([version + 1])) if version < 255 else rows


def is_used(version: int) -> bool:
    """Whether any stored NIK opens with this key version only."""
    return any(_under(model, version).exists() for model in holders())


def reseal() -> Iterator[int]:
    """Seal every NIK anew that is not under the newest key; yields how many, batch by batch.

    Each batch is committed on its own, so that a run that was ended is taken up by the next one.
    """
    _newest, *older = keys.encryption_keys()
    for model in holders():
        for version in older:
            rows = _reseal_batch(model, version, after=0)
            while rows:
                yield len(rows)
                rows = _reseal_batch(model, version, after=rows[-1].pk)


@transaction.atomic
def _reseal_batch(model: type[NikHolder], version: int, *, after: int) -> list[NikHolder]:
    rows = list(
        _under(model, version)
        .filter(pk__gt=after)
        .select_for_update()
        .only("pk", "uid", "nik_sealed")
        .order_by("pk")[:BATCH]
    )
    for row in rows:
        row.reseal_nik()
    with connection.cursor() as cursor:
        table = connection.ops.quote_name(model._meta.db_table)
        cursor.execute(
            f"UPDATE {table} SET nik_sealed = fresh.sealed"  # noqa: S608, a name of our own
            " FROM unnest(%s::bigint[], %s::bytea[]) AS fresh (id, sealed)"
            f" WHERE {table}.id = fresh.id",
            [[row.pk for row in rows], [row.nik_sealed for row in rows]],
        )
    return rows
