"""Static files, collected only when one of them has changed."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

NOTE = "sources.txt"


def collect_if_changed() -> bool:
    """Collect the static files where their sources differ from those collected last."""
    target = Path(settings.STATIC_ROOT)
    note = target.with_name(f"{target.name}-{NOTE}")
    sources = _fingerprint()
    if note.exists() and note.read_text() == sources and (target / "staticfiles.json").exists():
        return False
    target.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    note.write_text(sources)
    return True


def _fingerprint() -> str:
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            with storage.open(path) as file:
                content = hashlib.file_digest(file, "sha256").hexdigest()
            digest.update(f"{path}\0{content}\n".encode())
    return digest.hexdigest()
