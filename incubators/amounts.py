"""Amounts as people write them: 1.250.000, Rp 2,5 juta, 1,2 M."""

import re
from decimal import Decimal, InvalidOperation

WORDS = {
    "": 1, "rb": 10**3, "ribu": 10**3, "jt": 10**6, "juta": 10**6,
    "m": 10**9, "mil": 10**9, "miliar": 10**9, "milyar": 10**9, "t": 10**12, "triliun": 10**12,
}  # fmt: skip
WRITTEN = re.compile(r"(-?)\s*(?:rp\.?\s*)?(-?)([0-9][0-9.,' ]*?)\s*([a-z]*)\.?(?:,-)?")
THOUSANDS = re.compile(r"[0-9]{1,3}(?:[. '][0-9]{3})+")
ONE_DOT = re.compile(r"[0-9]{1,3}\.[0-9]{3}")
WESTERN = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?")


class Unreadable(ValueError):
    """The text is no amount, or one that can be read in two ways."""


def read_amount(text: str) -> int:
    """The amount in whole rupiah. Raises Unreadable, also for a part of a rupiah.

    Dots are between thousands and a comma before a fraction, as in Indonesia; 1,250,000 can only be
    the other way round, and 1.25 without a word such as juta could be either.
    """
    plain = text.replace("\u00a0", " ").strip().casefold()
    match = WRITTEN.fullmatch(plain)
    if match is None or match[4] not in WORDS:
        raise Unreadable(text)
    sign = -1 if match[1] or match[2] else 1
    amount = _value(match[3].strip(), is_with_word=bool(match[4])) * WORDS[match[4]]
    if amount != amount.to_integral_value():
        raise Unreadable(text)
    return sign * int(amount)


def _value(digits: str, *, is_with_word: bool) -> Decimal:
    whole, comma, rest = digits.partition(",")
    if is_with_word and not comma and ONE_DOT.fullmatch(whole):
        # 1.250 juta is a thousand times more here than elsewhere.
        raise Unreadable(digits)
    if WESTERN.fullmatch(digits) and not (is_with_word and digits.count(",") == 1):
        written = digits.replace(",", "")
    elif THOUSANDS.fullmatch(whole):
        written = re.sub("[. ']", "", whole) + (f".{rest}" if comma else "")
    elif whole.isdigit():
        written = whole + (f".{rest}" if comma else "")
    elif is_with_word and not comma:
        written = whole
    else:
        raise Unreadable(digits)
    try:
        return Decimal(written)
    except InvalidOperation as error:
        raise Unreadable(digits) from error
