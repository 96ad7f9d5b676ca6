"""What may stand on a page untranslated: the world's own rows, and a short list of names."""

import re
from collections.abc import Iterator

from django.apps import apps
from django.db import models

from tests.house.sources import PACKAGES
from trainings.roster_sheet.columns import USUAL_HEADERS

# The same in every language, each with its reason.
NAMES = {
    "BLK Komunitas": "the name of the portal",
    "NIK": "the name of the number",
    "TA": "the ministry's name of a budget year, as its papers write it",
    "JP": "the ministry's unit of training hours",
    "Rp": "the currency",
    "WIB": "western time",
    "WITA": "central time",
    "WIT": "eastern time",
    "BT": "begins the number of a receipt",
    "SP": "begins the number of a certificate",
    "LSP": "the name of the kind of body that certifies",
    "BNSP": "the name of the authority that certifies",
    "NIB": "the name of the number of a business",
    "PIRT": "the name of the permit for food made at home",
    "csv": "the name of a form of files",
    "UPTP": "the name of the kind of office",
    "BBPVP": "the name of a kind of office",
    "BPVP": "the name of a kind of office",
    "Satpel": "the name of a kind of office",
    "Indonesia": "the name of the country",
}
# Of the ministry's roster: the grid of pasted rows names its columns as the sheet does.
HEADINGS = frozenset(USUAL_HEADERS.values())
# Of a link or a mailbox: no sentence.
ADDRESS = re.compile(r"https?://\S+|[\w.]+@[\w.]+")
WORD = re.compile(r"[^\W\d_]{2,}")
# A word of the program in a row is no data of the ministry: people are told what it means.
PROGRAM_WORD = re.compile(r"[a-z]+(?:[_ ][a-z]+)*(?::\d+)?")


def words_of_rows() -> set[str]:
    """Every text people have written into a row; what is chosen from a list is no such text."""
    found: set[str] = set()
    for model in apps.get_models():
        if model.__module__.split(".")[0] in PACKAGES:
            found.update(_texts(model))
    return {text for text in found if WORD.search(text) and not PROGRAM_WORD.fullmatch(text)}


def _texts(model: type[models.Model]) -> Iterator[str]:
    written = [
        field.attname
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField | models.TextField | models.JSONField)
        and not field.choices
    ]
    for values in model._base_manager.values_list(*written) if written else ():
        for value in values:
            yield from _leaves(value)


def _leaves(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from (" ".join(text.split()) for text in (value, *value.splitlines()))
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _leaves(part)


class Known:
    """The data of a world, ready to be taken out of a page's words."""

    def __init__(self, *more: str) -> None:
        texts = sorted({*words_of_rows(), *NAMES, *HEADINGS, *more}, key=len, reverse=True)
        any_of = "|".join(re.escape(text) for text in texts)
        self._pattern = re.compile(rf"(?<!\w)(?:{any_of})(?!\w)")

    def without(self, text: str) -> str:
        return self._pattern.sub(" ", ADDRESS.sub(" ", text))

    def foreign(self, text: str) -> bool:
        """Whether words are left that are neither data nor a name."""
        return bool(WORD.search(self.without(text)))
