"""Where papers lie: warned of in `manage.py check`, and another store when the environment says."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from blk_portal.runtime.state import CHECKOUT
from institutions.checks import check_papers
from institutions.models.document import documents_storage


@pytest.fixture
def place(monkeypatch):
    def move_to(folder) -> list[str]:
        monkeypatch.setattr(documents_storage(), "location", str(folder))
        return [warning.id for warning in check_papers(None)]

    return move_to


def test_folder_of_the_portal_is_no_matter(place, tmp_path):
    assert place(tmp_path / "papers") == []


def test_folder_that_cannot_be_written_is_warned_of(place, tmp_path):
    (tmp_path / "file").write_text("no folder")
    assert place(tmp_path / "file") == ["institutions.W001"]
    assert place(tmp_path / "file" / "papers") == ["institutions.W001"]


def test_folder_that_cannot_be_looked_at_is_warned_of(place, tmp_path, monkeypatch):
    closed, look, may = tmp_path / "closed", os.stat, os.access
    closed.mkdir()

    def look_from_outside(path, **options):
        if closed in Path(os.fspath(path)).parents:
            raise PermissionError(path)
        return look(path, **options)

    # Not by the mode of the folder, which means nothing to root.
    monkeypatch.setattr(os, "stat", look_from_outside)
    monkeypatch.setattr(os, "access", lambda path, mode: path != closed and may(path, mode))
    assert place(closed / "papers") == ["institutions.W001"]


def test_folder_below_the_static_files_is_warned_of(place, tmp_path, settings):
    settings.STATIC_ROOT = str(tmp_path / "static")
    assert place(tmp_path / "static" / "papers") == ["institutions.W002"]
    assert place(tmp_path / "static-papers") == []


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, ["FileSystemStorage", "/srv/papers"]),
        (
            {
                "DOCUMENTS_STORAGE": "django.core.files.storage.InMemoryStorage",
                "DOCUMENTS_STORAGE_OPTIONS": json.dumps({"location": "/in/memory"}),
            },
            ["InMemoryStorage", "/in/memory"],
        ),
    ],
    ids=["folder", "other store"],
)
def test_environment_chooses_the_store(chosen, expected):
    code = (
        "import django, json; django.setup();"
        "from institutions.models.document import documents_storage as kept;"
        "print(json.dumps([type(kept()).__name__, str(kept()._location)]))"
    )
    env = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "blk_portal.settings",
        "DOCUMENTS_ROOT": "/srv/papers", **chosen,
    }  # fmt: skip
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, env=env, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert json.loads(answer.stdout) == expected
