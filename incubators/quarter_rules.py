"""One quarter of a tenant as it is written in cells: what it says, and what is wrong with it.

The form, pasted rows and files all come through here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from blk_portal.privacy.validators import without_nik
from blk_portal.sheets.cells import plain
from incubators.amounts import Unreadable, read_amount
from incubators.quarter_faults import Code

MOST_RUPIAH = 10**15
MOST_WORKERS = 100_000
LONGEST = {"note": 300, "kur_giver": 150, "other_giver": 150}
SOURCES = ("kur", "tkm", "csr", "own", "other")
# Of these money the giver is named.
GIVERS = {"kur": "kur_giver", "other": "other_giver"}
YES, NO = frozenset({"", "ya", "y", "yes", "true", "1", "jalan", "aktif"}), frozenset(
    {"tidak", "t", "n", "no", "false", "0", "tutup", "berhenti"}
)  # fmt: skip
NOTHING = frozenset({"", "-", "–", "—"})
FIELDS = (
    "turnover", "workers_male", "workers_female", "operating",
    "kur", "kur_giver", "tkm", "csr", "own", "other", "other_giver", "note",
)  # fmt: skip


@dataclass
class Values:
    """What the cells of one row say.

    finance: amount by source, of those that are written. givers: who gave it, by source. faults:
    the code of what is wrong, by field; with any of them the row is not taken in.
    """

    turnover: int = 0
    workers_male: int = 0
    workers_female: int = 0
    is_operating: bool = True
    note: str = ""
    finance: dict[str, int] = field(default_factory=dict)
    givers: dict[str, str] = field(default_factory=dict)
    faults: dict[str, Code] = field(default_factory=dict)


def is_empty(cells: Mapping[str, str]) -> bool:
    """Whether nothing is written; that the business runs is preset and says nothing."""
    return not any(cells.get(name, "").strip() for name in FIELDS if name != "operating")


def read_cells(cells: Mapping[str, str]) -> Values:
    """Read the cells of one tenant, by the names of FIELDS; a cell that lacks is empty."""
    found = Values()
    texts = {name: plain(cells.get(name, "")).strip() for name in FIELDS}

    def take(name: str, read: Callable[[str], int], code: Code) -> int:
        try:
            return read(texts[name])
        except _Wrong as wrong:
            found.faults[name] = wrong.code or code
            return 0

    found.turnover = take("turnover", _amount, Code.AMOUNT_UNREADABLE)
    found.workers_male = take("workers_male", _workers, Code.WORKERS_UNREADABLE)
    found.workers_female = take("workers_female", _workers, Code.WORKERS_UNREADABLE)
    for source in SOURCES:
        if texts[source] in NOTHING:
            continue
        if amount := take(source, _amount, Code.AMOUNT_UNREADABLE):
            found.finance[source] = amount
    for source, name in GIVERS.items():
        if source in found.finance and not texts[name]:
            found.faults[name] = Code.GIVER_MISSING
        found.givers[source] = texts[name]
    operating = texts["operating"].casefold()
    if operating not in YES | NO:
        found.faults["operating"] = Code.OPERATING_UNKNOWN
    found.is_operating = operating in YES
    found.note = texts["note"]
    for name, length in LONGEST.items():
        if len(texts[name]) > length:
            found.faults[name] = Code.TEXT_TOO_LONG
        elif _holds_nik(texts[name]):
            found.faults[name] = Code.TEXT_WITH_NIK
    return found


class _Wrong(Exception):
    def __init__(self, code: Code | None = None) -> None:
        super().__init__()
        self.code = code


def _amount(text: str) -> int:
    if not text:
        raise _Wrong(Code.FIGURE_MISSING)
    try:
        amount = read_amount(text)
    except Unreadable as error:
        raise _Wrong from error
    if amount < 0:
        raise _Wrong(Code.AMOUNT_NEGATIVE)
    if amount > MOST_RUPIAH:
        raise _Wrong(Code.AMOUNT_TOO_LARGE)
    return amount


def _workers(text: str) -> int:
    if not text:
        raise _Wrong(Code.FIGURE_MISSING)
    bare = text.removesuffix("orang").strip().replace(".", "")
    if bare.startswith("-") and bare[1:].strip().isdigit():
        raise _Wrong(Code.WORKERS_NEGATIVE)
    if not bare.isdecimal():
        raise _Wrong
    if len(bare) > 9 or int(bare) > MOST_WORKERS:
        raise _Wrong(Code.WORKERS_TOO_MANY)
    return int(bare)


def _holds_nik(text: str) -> bool:
    try:
        without_nik(text)
    except ValidationError:
        return True
    return False
