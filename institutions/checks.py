"""What `manage.py check` says of the place where papers are kept."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.core.files.storage import FileSystemStorage

from institutions.models.document import documents_storage


@register("files")
def check_papers(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Warn where papers cannot be written, or where a web server would hand them to anybody."""
    storage = documents_storage()
    if not isinstance(storage, FileSystemStorage):
        return []
    folder = Path(storage.location).absolute()
    found: list[CheckMessage] = []
    if not _is_writable(folder):
        found.append(
            Warning(
                f"Papers cannot be written to {folder}.",
                hint="Make the folder and give it to the portal's user, or set DOCUMENTS_ROOT.",
                id="institutions.W001",
            )
        )
    if folder.is_relative_to(Path(settings.STATIC_ROOT).absolute()):
        found.append(
            Warning(
                f"Papers would lie in {folder}, below STATIC_ROOT: everybody could read them.",
                hint="Set DOCUMENTS_ROOT to a folder that no web server hands out.",
                id="institutions.W002",
            )
        )
    return found


def _is_writable(folder: Path) -> bool:
    """Whether the folder can be written to, or made where it is not there yet."""
    # Path.exists() raises where a folder above lets nobody in.
    there = next(place for place in (folder, *folder.parents) if os.path.exists(place))
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)
