"""A folder of papers of one test's own."""

from pathlib import Path

import pytest

from institutions.models.document import documents_storage


@pytest.fixture
def papers_folder(tmp_path, monkeypatch) -> Path:
    """Where the papers of this test lie, and nobody else's."""
    folder = tmp_path / "papers"
    monkeypatch.setattr(documents_storage(), "location", str(folder))
    return folder
