"""Checks of files: each file has its row, each row its file."""

import time
from collections.abc import Iterable, Iterator
from itertools import groupby
from posixpath import dirname

from django.utils.translation import gettext_lazy as _

from blk_portal.progress.integrity.check import Check, Row
from institutions import orphans
from institutions.models.document import documents_storage

# As long as a statement of a check may take.
SECONDS = 20.0


def in_time(rows: Iterable[Row]) -> Iterator[Row]:
    """The same rows. Raises TimeoutError where the store answers too slowly."""
    end = time.monotonic() + SECONDS
    for row in rows:
        if time.monotonic() > end:
            raise TimeoutError
        yield row


def unnamed() -> Iterator[Row]:
    """Files older than a day that no row names."""
    return (Row(None, path) for path in orphans.unnamed())


def missing() -> Iterator[Row]:
    """Rows whose file is not in the store; a folder is listed once, a month of papers at a time."""
    storage = documents_storage()
    for model, name in orphans.file_fields():
        rows = model._default_manager.exclude(**{name: ""}).order_by(name)
        named = rows.values_list("pk", name).iterator(chunk_size=2_000)
        for folder, kept in groupby(named, key=lambda row: dirname(row[1])):
            there = orphans.files_in(storage, folder)
            for pk, path in kept:
                if path not in there:
                    yield Row(pk, f"{model._meta.verbose_name}: {path}")


FILES = (
    Check(
        "file-unnamed",
        name=_("Files that no row names"),
        why=_("A file nobody can reach is kept past its time, and may hold personal data."),
        remedy=_("The nightly sweep removes them; where they stay, check the rights of the store."),
        rows=lambda: in_time(unnamed()),
    ),
    Check(
        "file-missing",
        name=_("Rows whose file is missing"),
        why=_("A paper is on the list and cannot be opened: evidence is lost."),
        remedy=_("Restore the file from the backup, or ask for the paper again and withdraw this"
                 " row."),
        rows=lambda: in_time(missing()),
    ),
)  # fmt: skip
