"""Which key versions the stored secrets need, and sealing them anew under the newest.

Tables say themselves what they keep sealed: they are SealedRows. Second factors are kept by
allauth, so they are asked apart.
"""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, transaction
from django.db.models import QuerySet

from blk_portal.privacy import keys, second_factor
from blk_portal.privacy.models import SealedRow

BATCH = 2_000


def sealed_tables() -> list[type[SealedRow]]:
    """Every table that keeps something under the encryption keys."""
    return [model for model in apps.get_models() if issubclass(model, SealedRow)]


def _under(model: type[SealedRow], version: int) -> QuerySet[SealedRow]:
    """The rows sealed under a key version, which is the first byte of what is stored."""
    field = model.SEALED_FIELD
    rows = model._base_manager.filter(**{f"{field}__gte": bytes([version])})
    return rows.filter(**{f"{field}__lt": bytes([version + 1])}) if version < 255 else rows


def is_used(version: int) -> bool:
    """Whether anything stored opens with this key version only."""
    return second_factor.is_used(version) or any(
        _under(model, version).exists() for model in sealed_tables()
    )


def reseal() -> Iterator[int]:
    """Seal everything anew that is not under the newest key; yields how many, batch by batch.

    Each batch is committed on its own, so that a run that was ended is taken up by the next one.
    """
    newest, *older = keys.encryption_keys()
    for model in sealed_tables():
        for version in older:
            rows = _reseal_batch(model, version, after=0)
            while rows:
                yield len(rows)
                rows = _reseal_batch(model, version, after=rows[-1].pk)
    yield second_factor.seal_anew(newest)


@transaction.atomic
def _reseal_batch(model: type[SealedRow], version: int, *, after: int) -> list[SealedRow]:
    rows = list(
        _under(model, version).filter(pk__gt=after).select_for_update().order_by("pk")[:BATCH]
    )
    for row in rows:
        row.seal_anew()
    name = model.SEALED_FIELD
    table, field = map(connection.ops.quote_name, (model._meta.db_table, name))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {field} = fresh.sealed"  # noqa: S608, names of our own
            " FROM unnest(%s::bigint[], %s::bytea[]) AS fresh (id, sealed)"
            f" WHERE {table}.id = fresh.id",
            [[row.pk for row in rows], [getattr(row, name) for row in rows]],
        )
    return rows
