"""Files that no row names: what a process left behind that died between the two."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.utils import timezone

from institutions.models import Document, ListExport, RegisterImport
from institutions.models.document import documents_storage

# What keeps files beside the papers.
KEEPERS = (Document, RegisterImport, ListExport)
# A file younger than this may belong to a transaction that is still open.
GRACE = timedelta(hours=24)


def sweep() -> int:
    """Remove the files that no row names and that are older than a day; returns how many."""
    storage, removed = documents_storage(), 0
    latest = timezone.now() - GRACE
    for paths in _by_folder(storage):
        named = set(_named(paths))
        for path in paths:
            if path not in named and storage.get_modified_time(path) < latest:
                storage.delete(path)
                removed += 1
    return removed


def _named(paths: list[str]) -> Iterator[str]:
    """Those of the paths that a row names."""
    for keeper in KEEPERS:
        yield from keeper._default_manager.filter(file__in=paths).values_list("file", flat=True)


def _by_folder(storage: Any, folder: str = "") -> Iterator[list[str]]:
    """The paths in each folder that holds files, folder by folder: a month of papers at a time."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    if files:
        yield [f"{folder}/{name}".lstrip("/") for name in files]
    for name in folders:
        yield from _by_folder(storage, f"{folder}/{name}".lstrip("/"))
