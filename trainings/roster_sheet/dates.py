"""Birth dates as people write them in Indonesia: day, month, year; never guessed in silence."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from blk_portal.sheets.cells import plain
from trainings.faults import Code

MONTHS = {
    spelling: number
    for number, spellings in enumerate(
        (
            "januari januar january jan djanuari i",
            "februari pebruari february febuari pebuari feb peb ii",
            "maret march mar mrt iii",
            "april apr iv",
            "mei may v",
            "juni june jun djuni vi",
            "juli july jul djuli vii",
            "agustus august agust agu agt ags agst agts agus aug viii",
            "september sep sept ix",
            "oktober october okt oct x",
            "november nopember nov nop xi",
            "desember december des dec xii",
        ),
        start=1,
    )
    for spelling in spellings.split()
}
MONTH_NAMES = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
SPELLINGS = "|".join(sorted(MONTHS, key=len, reverse=True))
YEAR = r"(?P<year>\d{4}|['’]?\d{2})"
FORMS = tuple(
    re.compile(rf"(?<![^\W_])(?:{form})\.?$", re.IGNORECASE)
    for form in (
        rf"(?P<day>\d{{1,2}})(?P<sep>\s*[-/.,]\s*|\s+)(?P<month>\d{{1,2}})(?P=sep){YEAR}",
        rf"(?P<day>\d{{1,2}})\s*[-/.,\s]?\s*(?P<word>{SPELLINGS})\.?\s*[-/.,\s]?\s*{YEAR}",
        r"(?P<year>\d{4})(?P<sep>[-/.])(?P<month>\d{1,2})(?P=sep)(?P<day>\d{1,2})",
        rf"(?P<word>{SPELLINGS})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s*,?\s+{YEAR}",
        r"(?P<day>\d{2})(?P<month>\d{2})(?P<year>(?:19|20)\d{2})",
    )
)
# Nothing around it and nothing to be read another way.
ISO = re.compile(r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
TIME = re.compile(r"[\sT]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?\s*(wib|wita|wit|am|pm)?$", re.IGNORECASE)
DAY_NAMES = re.compile(
    r"(?:^|[\s,;/(-])"
    r"(?:senin|selasa|rabu|kamis|jum'?at|sabtu|minggu|ahad|tanggal|tgl)\b[\s.,:]*$",
    re.IGNORECASE,
)
PARTIAL = re.compile(
    rf"(?:(?:{SPELLINGS})\.?\s+|\d{{1,2}}[-/.])?(?:19|20)\d{{2}}|\d{{1,2}}\s*(?:{SPELLINGS})?\.?",
    re.IGNORECASE,
)
# Signs that programs put for a hyphen or a slash, and spaces around those.
DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-") | {"\\": "/"})
SPACED_SIGN = re.compile(r"(?<=\d)\s*([-/.])\s*(?=\d)")
SERIAL_EPOCH = date(1899, 12, 30)
OLDEST = 100
YOUNGEST = 10


@dataclass(frozen=True)
class Birth:
    """A birth date read from a cell, with the text in front of it and what has to be said of it."""

    day: date | None
    place: str = ""
    written_date: str = ""
    code: Code | None = None
    params: tuple[tuple[str, str | int], ...] = ()


def read_birth(text: str, *, today: date) -> Birth:
    """Read a birth date, alone or behind the birth place ("Bandung, 12 Maret 1999").

    Without a readable date the code says why; the place is split off wherever it can be told.
    """
    if found := ISO.fullmatch(text):
        return _judged(found, "", today)
    text = SPACED_SIGN.sub(r"\1", plain(text).translate(DASHES)).strip(" \t.,;:'`’()")
    text = TIME.sub("", text) if re.search(r"\d{4}-\d|\d[-/]\d{1,2}[-/]\d", text) else text
    if re.fullmatch(r"\d{5}", text):
        return _from_serial(int(text), today)
    for form in FORMS:
        if found := form.search(text):
            place = DAY_NAMES.sub("", text[: found.start()].strip()).strip(" ,;:/-–.(")
            return _judged(found, place, today)
    return _without_date(text, today)


def _from_serial(serial: int, today: date) -> Birth:
    day = SERIAL_EPOCH + timedelta(days=serial)
    if today - timedelta(days=366 * OLDEST) < day <= today:
        return Birth(day, written_date=str(serial), code=Code.BIRTH_DATE_SERIAL)
    return Birth(None, written_date=str(serial), code=Code.BIRTH_DATE_UNREADABLE)


def _judged(found: re.Match[str], place: str, today: date) -> Birth:
    parts = found.groupdict()
    written = found[0].strip()
    word = parts.get("word")
    day = int(parts["day"])
    month = MONTHS[word.lower()] if word else int(parts["month"])
    digits = parts["year"].lstrip("'’")
    short = len(digits) == 2

    def refused(code: Code, **params: str | int) -> Birth:
        return Birth(None, place, written, code, tuple(params.items()))

    if not word and month > 12 and 0 < day <= 12 < month <= 31:
        return refused(Code.BIRTH_DATE_MONTH_FIRST)
    years = [2000 + int(digits), 1900 + int(digits)] if short else [int(digits)]
    days = [born for year in years if (born := _real_date(year, month, day))]
    if not days:
        shown = f"{day} {MONTH_NAMES[month - 1]}" if 1 <= month <= 12 else written
        return refused(Code.BIRTH_DATE_IMPOSSIBLE, date=shown)
    past = [born for born in days if born <= today]
    if not past:
        return refused(Code.BIRTH_DATE_FUTURE)
    likely = [born for born in past if YOUNGEST <= age_on(today, born) <= OLDEST]
    born = (likely or past)[0]
    if age_on(today, born) > OLDEST:
        return refused(Code.BIRTH_DATE_TOO_OLD)
    code = Code.BIRTH_YEAR_SHORT if short else None
    return Birth(born, place, written, code, (("year", born.year),) if short else ())


def _without_date(text: str, today: date) -> Birth:
    """Why no date was found, and what stands in front of the last comma as the place."""
    place, comma, rest = (part.strip() for part in text.rpartition(","))
    if not comma:
        place, rest = ("", text) if any(char.isdigit() for char in text) else (text, "")
    if not any(char.isdigit() for char in rest):
        for form in FORMS:
            # Date first, the place behind it.
            if rest and (found := form.match(place)):
                return _judged(found, rest, today)
        return Birth(None, text, "", Code.BIRTH_DATE_MISSING)
    is_partial = PARTIAL.fullmatch(rest)
    code = Code.BIRTH_DATE_INCOMPLETE if is_partial else Code.BIRTH_DATE_UNREADABLE
    return Birth(None, place, rest, code)


def _real_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def age_on(day: date, born: date) -> int:
    """Full years of age on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
