"""How the sample register is composed, and the ways institutions take through the programme."""

from datetime import date, timedelta

from blk_portal.progress.demo import words
from institutions.lifecycle import MOVES, InstitutionStatus
from institutions.models import Institution

Host = Institution.HostType
Status = InstitutionStatus

# Institutions by province: Java about 60 %, every province at least one. Papua has more than its
# share, so that the two readings of its figures differ.
PROVINCE_WEIGHTS = {
    "35": 62, "33": 50, "32": 42, "36": 13, "34": 8, "31": 5, "18": 13, "52": 12, "12": 9,
    "73": 9, "11": 7, "13": 5, "16": 5, "14": 4, "63": 5, "61": 4, "15": 3, "64": 3, "72": 3,
    "51": 2, "53": 2, "74": 3, "17": 2, "62": 2, "71": 1, "75": 1, "76": 1, "81": 0, "82": 0,
    "19": 0, "21": 0, "65": 0, "91": 2, "92": 2, "93": 3, "94": 3, "95": 2, "96": 3,
}  # fmt: skip
HOSTS = {Host.PESANTREN: 79, Host.RELIGIOUS: 5, Host.UNION: 6, Host.COMMUNITY: 10}
HOSTS_WHERE_PESANTREN_ARE_FEW = {
    Host.PESANTREN: 10, Host.RELIGIOUS: 65, Host.UNION: 5, Host.COMMUNITY: 20,
}  # fmt: skip

# The verbs that lead to a status; where there are several ways, institutions take them in turn.
_STRAIGHT = ("verify", "determine", "sign", "hand_over", "open", "release")
PATHS: dict[str, tuple[tuple[str, ...], ...]] = {
    Status.PROPOSED: ((),),
    **{MOVES[verb].target: (_STRAIGHT[: position + 1],) for position, verb in enumerate(_STRAIGHT)},
    Status.REJECTED: (("verify", "reject"), ("reject",)),
    Status.WITHDRAWN: (
        ("verify", "determine", "sign", "withdraw"),
        ("verify", "determine", "withdraw"),
    ),
    Status.CANCELLED: (
        ("verify", "determine", "sign", "cancel"),
        ("verify", "determine", "sign", "hand_over", "cancel"),
    ),
}

# Days between a step and the one before it, least and most.
GAPS = {
    "verify": (0, 30), "determine": (20, 40), "sign": (25, 110), "hand_over": (100, 150),
    "open": (20, 40), "reject": (20, 40), "withdraw": (20, 60), "cancel": (30, 60),
}  # fmt: skip
DAYS_TO_REPLACEMENT = 30
RELEASES_FROM, RELEASES_SPAN = date(2023, 1, 9), 130
OFFICE_VERBS = frozenset({"hand_over", "open", "release"})
REASONS = {"reject": words.REJECTED, "withdraw": words.WITHDREW, "cancel": words.CANCELLED}

# The national ceremonies at which the institutions of a budget year were opened.
INAUGURATIONS = {
    2017: date(2018, 2, 20),
    2018: date(2019, 2, 19),
    2019: date(2020, 3, 10),
    2020: date(2021, 2, 18),
    2021: date(2022, 2, 22),
    2022: date(2023, 2, 10),
}
LICENCE_SPAN = timedelta(days=5 * 365)
LAST_DAY = date(2023, 6, 30)
INSTITUTIONS_WITHOUT_OFFICE = 5
SHARED_OWNERS = 8
