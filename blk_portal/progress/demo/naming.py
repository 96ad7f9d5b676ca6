"""Invented names: of persons by their part of the country, of institutions by their host."""

from collections.abc import Sequence

from blk_portal.progress.demo import words
from blk_portal.progress.demo.world import World
from institutions.models import Institution

Host = Institution.HostType
CHRISTIAN_PROVINCES = frozenset({"53", "71", "81", "91", "92", "93", "94", "95", "96"})
BALI = "51"
SAMPLE = "(contoh)"

Names = dict[str, tuple[Sequence[str], Sequence[str]]]
_GENERAL: Names = {"L": (words.MALE, words.MALE_LAST), "P": (words.FEMALE, words.FEMALE_LAST)}
_CHRISTIAN: Names = {
    "L": (words.CHRISTIAN_MALE, words.CHRISTIAN_LAST),
    "P": (words.CHRISTIAN_FEMALE, words.CHRISTIAN_LAST),
}
_BALINESE: Names = {
    "L": (words.BALINESE_MALE, words.BALINESE_LAST),
    "P": (words.BALINESE_FEMALE, words.BALINESE_LAST),
}


def person_name(world: World, *, sex: str, institution: Institution) -> str:
    """A name as it is likely at this institution."""
    province = institution.regency.province.code
    names = _GENERAL
    if institution.host_type != Host.PESANTREN and province == BALI:
        names = _BALINESE
    elif institution.host_type != Host.PESANTREN and province in CHRISTIAN_PROVINCES:
        names = _CHRISTIAN
    first, last = names[sex]
    return f"{world.rng.choice(first)} {world.rng.choice(last)}"


def stem(world: World, *, host: str, province: str) -> str:
    """The part of a name that the institution shares with its legal owner."""
    if host == Host.PESANTREN:
        return f"Pesantren {world.pick(words.PESANTREN_STEMS)}"
    if host == Host.UNION:
        return f"Serikat Pekerja {world.rng.choice(words.UNION_STEMS)}"
    if host == Host.COMMUNITY:
        return f"Komunitas {world.rng.choice(words.COMMUNITY_STEMS)}"
    if province == BALI:
        return f"Yayasan {world.rng.choice(words.BALINESE_STEMS)}"
    if province in CHRISTIAN_PROVINCES:
        kind = world.rng.choice(("Yayasan", "Gereja"))
        return f"{kind} {world.rng.choice(words.CHRISTIAN_STEMS)}"
    return f"Yayasan {world.rng.choice(words.RELIGIOUS_STEMS)}"


def institution_name(stem: str) -> str:
    return f"BLKK {stem} {SAMPLE}"


def owner_name(stem: str) -> str:
    """The legal owner: a foundation of the same name, or the body itself."""
    bare = stem.removeprefix("Pesantren ").removeprefix("Komunitas ")
    owner = stem if stem.startswith(("Serikat", "Yayasan", "Gereja")) else f"Yayasan {bare}"
    return f"{owner} {SAMPLE}"


def phone(world: World) -> str:
    """A number behind 0840, which no operator has."""
    return f"0840{world.rng.randint(0, 99_999_999):08d}"
