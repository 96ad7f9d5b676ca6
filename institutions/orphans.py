"""Files that no row names: what a process left behind that died between the two."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.utils import timezone

from institutions.models.document import documents_storage

# A file younger than this may belong to a transaction that is still open.
GRACE = timedelta(hours=24)


def sweep() -> int:
    """Remove the files that no row names and that are older than a day; returns how many."""
    storage, removed = documents_storage(), 0
    for path in unnamed():
        storage.delete(path)
        removed += 1
    return removed


def unnamed() -> Iterator[str]:
    """The files that no row names and that are older than a day."""
    storage = documents_storage()
    latest = timezone.now() - GRACE
    for paths in _by_folder(storage):
        named = _named(paths)
        for path in paths:
            if path not in named and storage.get_modified_time(path) < latest:
                yield path


def file_fields() -> Iterator[tuple[type[models.Model], str]]:
    """Every field of any model that names a file: papers and others."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, models.FileField):
                yield model, field.name


def files_in(storage: Any, folder: str) -> set[str]:
    """The paths of the files in one folder; none where there is no such folder."""
    try:
        _folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return set()
    return {f"{folder}/{name}".lstrip("/") for name in files}


def _named(paths: list[str]) -> set[str]:
    """Those of the paths that a row of any model names, papers and others."""
    found: set[str] = set()
    for model, field in file_fields():
        rows = model._default_manager.filter(**{f"{field}__in": paths})
        found.update(rows.values_list(field, flat=True))
    return found


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
