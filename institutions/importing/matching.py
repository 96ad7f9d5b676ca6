"""Which institution a row means: by what identifies it, never by its name alone."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection, models

from blk_portal.sheets.cells import plain
from institutions import names
from institutions.lifecycle import MilestoneKind
from institutions.models import Institution, Milestone

# In the order in which they decide; a row without any may be the same row uploaded again.
KINDS = ("code", "vin", "pkb", "nspp", "npsn")
SAME_ROW = "digest"
WORD = re.compile(r"[^\W_]+")
# What stands in so many names that it tells none from another.
EMPTY_WORDS = frozenset(
    ("blk", "blkk", "komunitas", "balai", "latihan", "kerja", "yayasan", "pondok", "pesantren",
     "ponpes", "pontren", "pp", "lembaga", "lpk", "ypi", "contoh")
)  # fmt: skip
SIGNS = str.maketrans("", "", "'`’‘\"")
SILENT = re.compile(r"[^0-9A-Za-z]")
ALIKE = 0.6
SHORTEST = 5
MOST_CANDIDATES = 5

ASKED = "FROM unnest(%(rows)s::int[], %(keys)s::text[], %(years)s::bigint[]) AS a (row, key, year)"
INSTITUTIONS = f"SELECT a.row, i.id {ASKED} JOIN institutions_institution i ON"
# A statement a kind: together the planner takes none of their indexes.
FIND = {
    "code": f"{INSTITUTIONS} i.code = a.key",
    "vin": f"{INSTITUTIONS} i.vin = a.key AND i.vin <> ''",
    "nspp": f"{INSTITUTIONS} i.nspp = a.key AND i.nspp <> ''",
    "npsn": f"{INSTITUTIONS} i.npsn = a.key AND i.npsn <> ''",
    "pkb": f"""SELECT a.row, m.institution_id {ASKED} JOIN institutions_milestone m
        ON upper(regexp_replace(m.document_number, '[^0-9A-Za-z]', '', 'g')) = a.key
        AND m.programme_year_id = a.year AND m.kind = 'pkb' AND m.withdrawn_at IS NULL""",
    SAME_ROW: f"""SELECT DISTINCT a.row, r.institution_id {ASKED}
        JOIN institutions_registerimportrow r ON r.digest = a.key
        AND r.institution_id IS NOT NULL
        WHERE r.settled = 'applied' OR r.outcome = 'unchanged'""",
}


def pkb_key(number: str) -> str:
    """The form by which PKB numbers are compared: capitals and digits only."""
    return SILENT.sub("", number).upper()


def keys_of(values: Mapping[str, Any]) -> dict[str, str]:
    """What identifies the institution of a row, by kind."""
    found = {kind: values[kind] for kind in KINDS if values.get(kind)}
    if values.get("pkb_number") and values.get("year") and (key := pkb_key(values["pkb_number"])):
        found["pkb"] = key
    return found


class Asked(NamedTuple):
    """A row as the register is asked about it."""

    number: int
    keys: Mapping[str, str]
    year: int | None
    digest: str


def hits_of(rows: Sequence[Asked]) -> dict[int, dict[str, set[int]]]:
    """For each row and kind of identifier the institutions that have it; a statement a kind."""
    asked: dict[str, list[tuple[int, str, int | None]]] = defaultdict(list)
    for row in rows:
        for kind, key in (*row.keys.items(), (SAME_ROW, row.digest)):
            asked[kind].append((row.number, key, row.year))
    found: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    with connection.cursor() as cursor:
        for kind, lines in asked.items():
            columns = map(list, zip(*lines, strict=True))
            cursor.execute(FIND[kind], dict(zip(("rows", "keys", "years"), columns, strict=True)))
            for number, institution in cursor.fetchall():
                found[number][kind].add(institution)
    return found


@dataclass
class Match:
    """What the identifiers of a row say: one institution, several, none, or different ones.

    clash: the two kinds that disagree, each with one institution it means.
    """

    ids: set[int] = field(default_factory=set)
    clash: tuple[tuple[str, int], tuple[str, int]] | None = None


def match(hits: Mapping[str, set[int]]) -> Match:
    """Walk the identifiers in their order; each must agree with those before it."""
    found: set[int] = set()
    by = ""
    for kind in KINDS:
        if not (ids := hits.get(kind)):
            continue
        if found and not found & ids:
            return Match(clash=((by, min(found)), (kind, min(ids))))
        found, by = (found & ids, by) if found else (set(ids), kind)
    return Match(found or set(hits.get(SAME_ROW, ())))


@lru_cache(maxsize=100_000)
def name_key(name: str) -> str:
    """A name as all names are compared (`names`), without the words that many have."""
    words = WORD.findall(plain(name).casefold().translate(SIGNS))
    kept = [word for word in words if word not in EMPTY_WORDS]
    return names.name_key("".join(kept or words))


@lru_cache(maxsize=100_000)
def _trigrams(key: str) -> frozenset[str]:
    padded = f"  {key} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def are_alike(one: str, other: str) -> bool:
    """Whether two keys of names may mean the same."""
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= SHORTEST and shorter in longer:
        return True
    a, b = _trigrams(one), _trigrams(other)
    return len(a & b) >= ALIKE * len(a | b)


class Named(NamedTuple):
    """An institution or a row by its name, with what would tell it from a namesake."""

    pk: int
    key: str
    office: int | None
    keys: Mapping[str, str]


def told_apart(one: Mapping[str, str], other: Mapping[str, str], kinds: Iterable[str]) -> bool:
    """Whether both have an identifier of one kind, and different ones."""
    return any(one.get(kind) and other.get(kind) and one[kind] != other[kind] for kind in kinds)


class Namesakes:
    """The institutions of each regency by name; asked for once, when first needed.

    among: the institutions that are looked at.
    """

    def __init__(self, among: models.QuerySet[Institution]) -> None:
        self._among = among
        self._by_regency: dict[int, list[Named]] | None = None

    def _load(self) -> dict[int, list[Named]]:
        signed = {
            row[0]: (pkb_key(row[1]), row[2])
            for row in Milestone.objects.standing()
            .filter(kind=MilestoneKind.PKB)
            .values_list("institution_id", "document_number", "programme_year_id")
        }
        found: dict[int, list[Named]] = defaultdict(list)
        rows = self._among.order_by("pk").values_list(
            "pk", "name", "regency_id", "office_id", "vin", "nspp", "npsn"
        )
        for pk, name, regency, office, vin, nspp, npsn in rows.iterator(chunk_size=5_000):
            keys = {"vin": vin, "nspp": nspp, "npsn": npsn, "pkb": signed.get(pk, ("",))[0]}
            found[regency].append(Named(pk, name_key(name), office, keys))
        return found

    def of(self, name: str, regency: int, keys: Mapping[str, str]) -> list[Named]:
        """Institutions of the regency that may be meant: alike in name, not told apart."""
        if self._by_regency is None:
            self._by_regency = self._load()
        key = name_key(name)
        alike = [
            other
            for other in self._by_regency.get(regency, ())
            if are_alike(key, other.key) and not told_apart(keys, other.keys, KINDS)
        ]
        return sorted(alike, key=lambda other: other.key != key)[:MOST_CANDIDATES]
