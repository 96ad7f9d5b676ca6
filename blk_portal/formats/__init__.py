"""How figures, dates, moments and due dates are written wherever people read them.

Separators, month names and weekday names follow the active language; a missing value is an en dash,
never a zero. Pure functions: the template filters of `progress/templatetags/portal.py` only call
them. What Django writes by itself stands in `id/formats.py` and `en/formats.py`, in the same shape.
"""

from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.translation import get_language, gettext, ngettext

if TYPE_CHECKING:
    from typing_extensions import TypeIs  # in typing from Python 3.13 on

NBSP = "\u00a0"
MINUS = "\u2212"
EN_DASH = "\u2013"
UNKNOWN = EN_DASH

LONG_DATE = "j F Y"
WESTERN_TIME, WESTERN_NAME = ZoneInfo("Asia/Jakarta"), "WIB"
DUE_SOON_DAYS = 7
LONG_LATE_DAYS = 60

Number = int | float | Decimal


def is_indonesian() -> bool:
    """Whether the page is written in Indonesian now."""
    return (get_language() or "").startswith("id")


def is_missing(value: object) -> "TypeIs[None]":
    """Whether nothing is known: None, or the empty text a template gives for an unknown name."""
    return value is None or value == ""


def number(value: Number | None, decimals: int = 0) -> str:
    """232000 as "232.000"; negative figures with a true minus."""
    if is_missing(value):
        return UNKNOWN
    # Most figures of a page are whole, and a page may have a thousand.
    is_whole = type(value) is int and not decimals
    rounded = value if is_whole else rounded_half_up(value, decimals)
    text = f"{abs(rounded):,}".translate(
        {ord(","): get_format("THOUSAND_SEPARATOR"), ord("."): get_format("DECIMAL_SEPARATOR")}
    )
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
    """0.125 as "12,5 %", with a no-break space; in English "12.5%"."""
    if is_missing(share):
        return UNKNOWN
    return f"{number(Decimal(str(share)) * 100, decimals)}{NBSP if is_indonesian() else ''}%"


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
    if type(value) is int:
        return str(value)
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
    return UNKNOWN if is_missing(value) else date_format(as_date(value), LONG_DATE)


def month_name(value: date | None) -> str:
    """September 2022."""
    return UNKNOWN if is_missing(value) else date_format(value, "F Y")


def short_month(value: date | datetime | None) -> str:
    """Sep."""
    return UNKNOWN if is_missing(value) else date_format(value, "M")


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


def clock(value: datetime | None, zone: str | None = None) -> str:
    """02.14 WIB; with the zone of a place that lies elsewhere also its clock: (04.14 WIT)."""
    if is_missing(value):
        return UNKNOWN
    text = clock_at(in_jakarta(value))
    return text if (local := at_place(value, zone)) is None else f"{text} ({clock_at(local)})"


def moment(value: datetime | None, zone: str | None = None) -> str:
    """30 September 2022, 08.40 WIB; of something in Papua: ... 08.40 WIB (10.40 WIT).

    zone: the time zone of the place that the moment concerns, for example "Asia/Jayapura". The day
    is said again where it is another one there: 31 Desember 2022, 22.30 WIB (1 Januari 2023, 00.30
    WIT).
    """
    if is_missing(value):
        return UNKNOWN
    western = in_jakarta(value)
    text = f"{long_date(western)}, {clock_at(western)}"
    if (local := at_place(value, zone)) is None:
        return text
    if local.date() == western.date():
        return f"{text} ({clock_at(local)})"
    return f"{text} ({date_format(local.date(), LONG_DATE)}, {clock_at(local)})"


def at_place(value: datetime, zone: str | None) -> datetime | None:
    """The moment on the clocks of a place; nothing where they show the same as in the west."""
    if not zone or not timezone.is_aware(value):
        return None
    local = timezone.localtime(value, ZoneInfo(zone))
    return None if local.utcoffset() == in_jakarta(value).utcoffset() else local


def clock_at(local: datetime) -> str:
    """08.40 WIB: hours and minutes with the name of the zone."""
    separator = "." if is_indonesian() else ":"
    return f"{local:%H}{separator}{local:%M} {local.tzname() or WESTERN_NAME}"


def last_minute(zone: str | None = None) -> str:
    """Until when a due date runs: dates count on western clocks, wherever the institution lies."""
    western = datetime.combine(today_in_jakarta(), time(23, 59), WESTERN_TIME)
    local = at_place(western, zone)
    if local is None:
        return gettext("until %(time)s") % {"time": clock_at(western)}
    return gettext("until %(time)s, that is %(local)s the next day") % {
        "time": clock_at(western),
        "local": clock_at(local),
    }


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
        return gettext("Late: it was due on %(date)s") % {"date": long_date(due_on)}
    text = ngettext(
        "%(days)s day late, due on %(date)s", "%(days)s days late, due on %(date)s", -days
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
