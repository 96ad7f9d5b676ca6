"""One cell as text: what a person would say it holds, free of the dirt of spreadsheets."""

import datetime
import re
import unicodedata
from functools import lru_cache

Value = str | float | int | bool | datetime.date | None


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BLANKS = _words("""
    - -- --- ---- . .. ... … – — _ __ / 0 #n/a #n/a! n/a nan null none nil (kosong) kosong
    #ref! #value! #name? #div/0! #num! #null!
    """)
LONGEST_BLANK = max(map(len, BLANKS))
INVISIBLE = ("Cf", "Cs", "Co", "Cn")
SPACES = re.compile(r"\s+")


def text_of(value: Value) -> str:
    """The cell as clean text: one space between words, no invisible signs, dates as d/m/y.

    Numbers are written out in full, never in scientific notation. Control characters other than
    line breaks stay, so that a check can name them.
    """
    if isinstance(value, str):
        return clean(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime.date):
        return f"{value.day:02d}/{value.month:02d}/{value.year:04d}"
    if float(value).is_integer() and abs(value) < 1e18:
        return str(int(value))
    return f"{value:.15g}"


def clean(text: str) -> str:
    """Text without the dirt: joined line breaks, plain spaces, no zero-width or direction signs."""
    if not (text.isascii() and text.isprintable()):
        return _tidy(text)
    # Most cells are clean: to look is much quicker than to replace.
    return (SPACES.sub(" ", text) if "  " in text else text).strip()


def _tidy(text: str) -> str:
    text = unicodedata.normalize(
        "NFC", text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    )
    text = text.replace("_x000D_", " ")
    visible = (char for char in text if unicodedata.category(char) not in INVISIBLE)
    return SPACES.sub(" ", "".join(visible)).strip()


def printable(text: str) -> str:
    """The text without signs that cannot be printed or stored."""
    return "".join(char for char in text if char.isprintable())


def has_control_characters(text: str) -> bool:
    """Signs that no one types, such as NUL: the file was made or broken by a program."""
    return not text.isprintable() and any(unicodedata.category(char) == "Cc" for char in text)


def is_blank(text: str) -> bool:
    """Whether a cell says "nothing": empty, a dash, a dot, #N/A, NULL, a lone 0."""
    if len(text) > LONGEST_BLANK:
        # Most cells, and hardly two alike: nothing is gained by remembering them.
        return not (text[0].isalnum() or any(map(str.isalnum, text)))
    return not text or _is_word_for_nothing(text)


@lru_cache(maxsize=4096)
def _is_word_for_nothing(text: str) -> bool:
    return text.casefold() in BLANKS or not any(map(str.isalnum, text))


def plain(text: str) -> str:
    """Text with full-width letters and digits of other scripts made plain, for codes and dates."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in text)


def column_letter(index: int) -> str:
    """The letter of a column as the spreadsheet shows it: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
