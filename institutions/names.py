"""When two spellings of an institution mean the same name: for searches and for likely duplicates.

Al-Falah, Al Falah, Al-Falaah and ALFALAH are one name: only letters and digits are compared,
capitals and accents are not told apart, and a doubled letter is as good as a single one. A doubled
digit stays two: SMK 1 is not SMK 11. The rule stands here twice, for the program and for the
database, from the same letters; a test holds them together.
"""

import re

from django.db.models import Expression, F, Func, Value
from django.db.models.fields import CharField

_CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ACCENTED = "àáâãäåçèéêëìíîïñòóôõöùúûüýāēīōūḥṣṭ" + "ÀÁÂÃÄÅÇÈÉÊËÌÍÎÏÑÒÓÔÕÖÙÚÛÜÝĀĒĪŌŪḤṢṬ"
_PLAIN = "aaaaaaceeeeiiiinooooouuuuyaeiouhst" * 2
WRITTEN = _CAPITALS + _ACCENTED
READ = _CAPITALS.lower() + _PLAIN
_TABLE = str.maketrans(WRITTEN, READ)
_SILENT = "[^a-z0-9]+"
_DOUBLED = r"([a-z])\1+"


def name_key(text: str) -> str:
    """What is compared of a name or of a part of it; empty where no letter and no digit stands."""
    return re.sub(_DOUBLED, r"\1", re.sub(_SILENT, "", text.translate(_TABLE)))


def name_key_of(written: Expression | F) -> Expression:
    """The same as an expression of the database, which may be kept in a generated column."""
    read = Func(written, Value(WRITTEN), Value(READ), function="translate")
    for pattern, instead in ((_SILENT, ""), (_DOUBLED, r"\1")):
        told = (Value(pattern), Value(instead), Value("g"))
        read = Func(read, *told, function="regexp_replace", output_field=CharField())
    return read
