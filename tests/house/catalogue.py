"""The Indonesian catalogue and the words of the source: `make messages` brings one up to the other.

New sentences are added without a translation, those that stand nowhere any more leave, and what
programs read is compiled. No other tool is needed for it: a fresh machine has no msgfmt.
"""

import ast
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import polib
from django.utils.translation import templatize

from tests.house.sources import ROOT, python_files, templates, tree_of

CATALOGUES = sorted((ROOT / "blk_portal").glob("*/id/LC_MESSAGES/django.po"))
LOCALE = ROOT / "blk_portal" / "locale" / "id" / "LC_MESSAGES" / "django.po"
# Function -> which arguments are the context, the sentence and its plural.
FUNCTIONS: dict[str, tuple[int | None, int, int | None]] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), (None, 0, None)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (None, 0, 1)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), (0, 1, None)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), (0, 1, 2)),
}
Words = tuple[str | None, str, str]


def words_of(path: Path) -> Iterator[Words]:
    """Context (or None), sentence and plural (or nothing) of each text of a module or template."""
    if path.suffix == ".py":
        yield from _calls(tree_of(path))
    elif path.suffix in (".html", ".txt"):
        yield from _template_words(templatize(path.read_text()))


def _calls(tree: ast.AST) -> Iterator[Words]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield from _words_in(node, node.func.id)


def _words_in(call: ast.Call, name: str) -> Iterator[Words]:
    if name not in FUNCTIONS:
        return
    context, single, plural = (
        getattr(call.args[place], "value", None) if place is not None else None
        for place in FUNCTIONS[name]
    )
    if isinstance(single, str):
        yield context, single, plural or ""


def _template_words(text: str) -> Iterator[Words]:
    """The calls that templatize() writes between the X of everything else."""
    at = 0
    while (found := _next_call(text, at)) is not None:
        call, at = found
        name = call.func.id if isinstance(call.func, ast.Name) else ""
        yield from _words_in(call, name)


def _next_call(text: str, start: int) -> tuple[ast.Call, int] | None:
    places = [place for name in FUNCTIONS if (place := text.find(f" {name}(", start)) >= 0]
    if not places:
        return None
    begin = min(places) + 1
    end = begin
    while (end := text.find(")", end)) >= 0:
        end += 1
        try:
            expression = ast.parse(text[begin:end], mode="eval").body
        except SyntaxError:
            continue
        if isinstance(expression, ast.Call):
            return expression, end
    return None


def words_of_the_source() -> set[Words]:
    return {words for path in [*python_files(), *templates()] for words in words_of(path)}


def update(path: Path) -> list[str]:
    """Bring our own catalogue up to the source; returns the sentences that lack a translation."""
    known = {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path))}
    fresh = polib.POFile(wrapwidth=100)
    fresh.metadata = polib.pofile(str(path)).metadata
    found = {(context, single): plural for context, single, plural in words_of_the_source()}
    for context, single in sorted(found, key=lambda words: (words[1], words[0] or "")):
        plural = found[context, single]
        entry = known.get((context, single)) or polib.POEntry(msgctxt=context, msgid=single)
        if plural and not entry.msgid_plural:
            entry.msgid_plural = plural
            entry.msgstr_plural = {0: entry.msgstr}
            entry.msgstr = ""
        fresh.append(entry)
    fresh.save(str(path))
    return [entry.msgid for entry in fresh if not entry.translated()]


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blk_portal.settings")
    lacking = update(LOCALE)
    for path in CATALOGUES:
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))
    for sentence in lacking:
        print(f"Belum diterjemahkan: {sentence}")  # noqa: T201
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
