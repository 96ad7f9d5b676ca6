"""A folder of papers of one test's own."""

from pathlib import Path

import pytest

from institutions.models.document import Document, documents_storage


@pytest.fixture
def papers_folder(tmp_path, monkeypatch) -> Path:
    """Where the papers of this test lie, and nobody else's."""
    folder = tmp_path / "papers"
    # Settings that another test has changed and put back leave a second storage behind.
    for storage in (documents_storage(), Document._meta.get_field("file").storage):
        monkeypatch.setattr(storage, "location", str(folder))
    return folder
