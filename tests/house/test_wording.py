"""Templates that are used, and words that are all translated."""

import re
from functools import cache
from pathlib import Path

import polib
import pytest
from django.template.utils import get_app_template_dirs

from tests.house.catalogue import CATALOGUES, LOCALE, words_of_the_source
from tests.house.sources import ROOT, name_of, python_files, templates

STATUS_PAGE = re.compile(r"\d{3}\.html")


@cache
def _all_sources() -> str:
    files = [*python_files(), *(path for path in templates() if path.suffix != ".svg")]
    return "\n".join(path.read_text() for path in files)


@pytest.mark.parametrize("path", templates(), ids=name_of)
def test_every_template_is_used(path: Path):
    name = path.relative_to(ROOT / "templates").as_posix()
    replaces_another = any(
        (Path(folder) / name).exists() for folder in get_app_template_dirs("templates")
    )
    is_used = f'"{name}"' in _all_sources() or f"'{name}'" in _all_sources()
    assert is_used or replaces_another or STATUS_PAGE.fullmatch(name)


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_every_sentence_is_translated(path: Path):
    catalogue = polib.pofile(str(path))
    live = [entry for entry in catalogue if not entry.obsolete]
    open_ones = [entry.msgid for entry in live if not entry.translated() or entry.fuzzy]
    assert not open_ones


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_compiled_words_are_those_of_the_catalogue(path: Path):
    assert _translations(polib.mofile(str(path.with_suffix(".mo")))) == _translations(
        polib.pofile(str(path)).translated_entries()
    )


def _translations(entries) -> dict:
    return {(entry.msgctxt, entry.msgid): entry.msgstr_plural or entry.msgstr for entry in entries}


@pytest.mark.parametrize("path", CATALOGUES, ids=name_of)
def test_translations_keep_the_placeholders(path: Path):
    for entry in polib.pofile(str(path)):
        if entry.obsolete:
            continue
        known = _placeholders(entry.msgid) | _placeholders(entry.msgid_plural)
        for text in entry.msgstr_plural.values() or [entry.msgstr]:
            assert _placeholders(text) <= known, entry.msgid


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]", text))


def test_every_word_of_the_source_is_in_the_catalogue():
    known = {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(LOCALE))}
    lacking = {(context, text) for context, text, _plural in words_of_the_source()} - known
    assert not lacking, "run `make messages` and translate what it names"
