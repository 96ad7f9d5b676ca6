"""Which key versions the stored secrets need, and sealing them anew under the newest.

Tables say themselves what they keep sealed: by `SEALED_FIELD` and `seal_anew()`. Second factors are
kept by allauth, so they are asked apart.
"""

from collections.abc import Iterator
from typing import ClassVar, Protocol

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import QuerySet

from blk_portal.privacy import keys, second_factor

BATCH = 2_000


class SealedRow(Protocol):
    """A row of a table that keeps something sealed."""

    SEALED_FIELD: ClassVar[str]

    def seal_anew(self) -> None:
        """Seal the same under the newest key; the caller saves the row."""


def sealed_tables() -> list[type[models.Model]]:
    """Every table that keeps something under the encryption keys."""
    return [model for model in apps.get_models() if hasattr(model, "SEALED_FIELD")]


def _under(model: type[models.Model], version: int) -> QuerySet[models.Model]:
    """The rows sealed under a key version, which is the first byte of what is stored."""
    field: str = model.SEALED_FIELD  # type: ignore[attr-defined]  # of a SealedRow
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
def _reseal_batch(model: type[models.Model], version: int, *, after: int) -> list[models.Model]:
    rows = list(
        _under(model, version).filter(pk__gt=after).select_for_update().order_by("pk")[:BATCH]
    )
    for row in rows:
        row.seal_anew()  # type: ignore[attr-defined]  # of a SealedRow
    name: str = model.SEALED_FIELD  # type: ignore[attr-defined]  # of a SealedRow
    table, field = map(connection.ops.quote_name, (model._meta.db_table, name))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {field} = fresh.sealed"  # noqa: S608, names of our own
            " FROM unnest(%s::bigint[], %s::bytea[]) AS fresh (id, sealed)"
            f" WHERE {table}.id = fresh.id",
            [[row.pk for row in rows], [getattr(row, name) for row in rows]],
        )
    return rows
