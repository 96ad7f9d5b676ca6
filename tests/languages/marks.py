"""A catalogue that puts marks around whatever it has translated, and a reader of marked pages."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from unittest import mock

from django.utils import translation
from django.utils.translation import trans_real

from blk_portal.api import schema_in

OPEN, CLOSE = "⟦", "⟧"
# What a reader sees or hears of an element beside its text.
SPOKEN = ("alt", "aria-description", "aria-label", "data-th", "label", "placeholder", "title")
BUTTONS = ("button", "reset", "submit")
SILENT = ("script", "style", "template")
VOID = (
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
)  # fmt: skip
# A sentence may hold these; any other element ends it.
INLINE = (
    "a", "abbr", "b", "br", "cite", "code", "del", "em", "i", "input", "ins", "kbd", "small",
    "span", "strong", "sub", "sup", "time", "wbr",
)  # fmt: skip


class MarkedIndonesian(trans_real.DjangoTranslation):
    """The Indonesian of the portal, each sentence in marks; what lacks a translation has none."""

    def gettext(self, message: str) -> str:
        return f"{OPEN}{super().gettext(message)}{CLOSE}" if self._knows(message) else message

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        text = super().ngettext(singular, plural, number)
        return f"{OPEN}{text}{CLOSE}" if self._knows(singular) else text

    def _knows(self, message: str) -> bool:
        return message in self._catalog or (message, self.plural(1)) in self._catalog


@contextmanager
def marked_language() -> Iterator[None]:
    """Every page, mail and message in marked Indonesian; nothing of it stays in a cache."""
    schema_in.cache_clear()
    catalogue = {"id": MarkedIndonesian("id")}
    # The override ends last: what it goes back to must not come from the marked catalogue.
    with translation.override("id"), mock.patch.dict(trans_real._translations, catalogue):
        translation.activate("id")
        yield
    schema_in.cache_clear()


class Page(HTMLParser):
    """The words of a page that stand in no marks, and all of its words, piece by piece.

    Left out: codes (elements of that class), and what says its own language.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.unmarked: list[str] = []
        self.pieces: list[str] = []
        self._stack: list[tuple[str, bool]] = []
        self._depth = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in INLINE:
            self._depth = 0
        if not self._is_skipped and "lang" not in given:
            self._read_attributes(tag, given)
        if tag not in VOID:
            skips = tag in SILENT or (tag != "html" and "lang" in given) or _is_code(given)
            self._stack.append((tag, skips))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """`<rect/>` of a drawing: opened and closed at once."""
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in INLINE:
            self._depth = 0
        while any(name == tag for name, _skips in self._stack):
            if self._stack.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self._is_skipped:
            self._read(data)

    @property
    def _is_skipped(self) -> bool:
        return any(skips for _tag, skips in self._stack)

    def _read_attributes(self, tag: str, given: dict[str, str | None]) -> None:
        spoken = [given[name] for name in SPOKEN if given.get(name)]
        if tag == "input" and given.get("type") in BUTTONS:
            spoken.append(given.get("value") or "")
        outer, self._depth = self._depth, 0
        for text in spoken:
            self._read(text)
            self._depth = 0
        self._depth = outer

    def _read(self, text: str) -> None:
        if words := " ".join(text.split()):
            self.pieces.append(words)
        outside, self._depth = unmarked(text, self._depth)
        if outside:
            self.unmarked.append(outside)


def _is_code(given: dict[str, str | None]) -> bool:
    return "code" in (given.get("class") or "").split()


def unmarked(text: str, depth: int = 0) -> tuple[str, int]:
    """What stands outside of all marks, and how deep inside of marks the text ends."""
    outside = ""
    for part in re.split(f"([{OPEN}{CLOSE}])", text):
        if part == OPEN:
            depth += 1
        elif part == CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0:
            outside += f" {part}"
    return " ".join(outside.split()), depth
