"""How figures, dates and due dates are written on every page.

Separators, month names and weekday names follow the active language; a missing value is an en dash,
never a zero. Pure functions: the template filters of `templatetags/portal.py` only call them.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language, gettext, ngettext

if TYPE_CHECKING:
    from typing_extensions import TypeIs  # in typing from Python 3.13 on

NBSP = "\u00a0"
MINUS = "\u2212"
EN_DASH = "\u2013"
UNKNOWN = EN_DASH

WESTERN_TIME = ZoneInfo("Asia/Jakarta")
DUE_SOON_DAYS = 7
LONG_LATE_DAYS = 60

Number = int | float | Decimal


def is_missing(value: object) -> "TypeIs[None]":
    """Whether nothing is known: None, or the empty text a template gives for an unknown name."""
    return value is None or value == ""


def number(value: Number | None, decimals: int = 0) -> str:
    """232000 as "232.000"; negative figures with a true minus."""
    if is_missing(value):
        return UNKNOWN
    rounded = rounded_half_up(value, decimals)
    text = number_format(abs(rounded), decimal_pos=decimals, use_l10n=True, force_grouping=True)
    return f"{MINUS}{text}" if rounded < 0 else text


def rounded_half_up(value: Number, decimals: int) -> Decimal:
    """The figure as people round it: 0.5 goes up, away from zero."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def ratio(part: Number | None, whole: Number | None) -> Decimal | None:
    """Part of a whole; unknown where either is unknown or the whole is zero."""
    if is_missing(part) or is_missing(whole) or not whole:
        return None
    return Decimal(str(part)) / Decimal(str(whole))


def percent(share: Number | None, decimals: int = 1) -> str:
    """0.125 as "12,5 %", with a no-break space."""
    if is_missing(share):
        return UNKNOWN
    return f"{number(Decimal(str(share)) * 100, decimals)}{NBSP}%"


def rupiah(value: Number | None) -> str:
    """1500000 as "Rp 1.500.000", with a no-break space."""
    if is_missing(value):
        return UNKNOWN
    sign = MINUS if rounded_half_up(value, 0) < 0 else ""
    return f"{sign}Rp{NBSP}{number(abs(Decimal(str(value))))}"


def signed(value: Number | None, decimals: int = 0) -> str:
    """A change between two days: "+3.792", "−48", "0"."""
    if is_missing(value):
        return UNKNOWN
    plus = "+" if rounded_half_up(value, decimals) > 0 else ""
    return f"{plus}{number(value, decimals)}"


def svg_number(value: Number) -> str:
    """A figure for an attribute of a drawing: point as separator, at most two decimals."""
    text = f"{rounded_half_up(value, 2):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def today_in_jakarta() -> date:
    """The calendar day by which due dates are read."""
    return timezone.localdate(timezone=WESTERN_TIME)


def as_date(value: date | datetime) -> date:
    """The calendar day of a moment, in western time."""
    return in_jakarta(value).date() if isinstance(value, datetime) else value


def in_jakarta(value: datetime) -> datetime:
    """The moment as a clock in the west shows it; a naive one is taken as read there."""
    return timezone.localtime(value, WESTERN_TIME) if timezone.is_aware(value) else value


def long_date(value: date | datetime | None) -> str:
    """13 September 2022."""
    return UNKNOWN if is_missing(value) else date_format(as_date(value), "j F Y")


def weekday_date(value: date | datetime | None) -> str:
    """Jumat, 30 September 2022."""
    return UNKNOWN if is_missing(value) else date_format(as_date(value), "l, j F Y")


def date_range(start: date | None, end: date | None) -> str:
    """1 Agustus–16 September 2022; the month and year are said once where both ends share them."""
    if is_missing(start) or is_missing(end):
        return long_date(start if is_missing(end) else end)
    start, end = as_date(start), as_date(end)
    if start == end:
        return long_date(end)
    if start.year != end.year:
        return f"{long_date(start)}{EN_DASH}{long_date(end)}"
    first = date_format(start, "j" if start.month == end.month else "j F")
    return f"{first}{EN_DASH}{long_date(end)}"


def clock(value: datetime | None) -> str:
    """02.14 WIB."""
    if is_missing(value):
        return UNKNOWN
    local = in_jakarta(value)
    separator = "." if (get_language() or "").startswith("id") else ":"
    return f"{local:%H}{separator}{local:%M} WIB"


def moment(value: datetime | None) -> str:
    """30 September 2022, 08.40 WIB."""
    return UNKNOWN if is_missing(value) else f"{long_date(value)}, {clock(value)}"


def due(due_on: date | None, today: date | None = None) -> str:
    """Words first, then the day: "5 hari lagi, Rabu 5 Oktober"; the year only where it differs."""
    if is_missing(due_on):
        return UNKNOWN
    due_on, today = as_date(due_on), today or today_in_jakarta()
    days = (due_on - today).days
    day = date_format(due_on, "l j F" if due_on.year == today.year else "l j F Y")
    if days == 0:
        return gettext("today")
    if days == 1:
        return gettext("tomorrow, %(date)s") % {"date": day}
    if days > 1:
        return gettext("in %(days)s days, %(date)s") % {"days": number(days), "date": day}
    if -days > LONG_LATE_DAYS:
        return gettext("Late since %(date)s") % {"date": long_date(due_on)}
    text = ngettext(
        "%(days)s day late, since %(date)s", "%(days)s days late, since %(date)s", -days
    )
    return text % {"days": number(-days), "date": day}


def due_class(due_on: date | None, today: date | None = None) -> str:
    """The colour that repeats the words of `due`: "bad" when late, "warn" in the last week."""
    if is_missing(due_on):
        return ""
    days = (as_date(due_on) - (today or today_in_jakarta())).days
    if days < 0:
        return "bad"
    return "warn" if days <= DUE_SOON_DAYS else ""
