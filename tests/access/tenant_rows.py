"""Who gets what of tenants, their mentoring and the mentors."""

from tests.access.groups import (
    AUDITORS,
    KEEP_TENANTS,
    MOVE_INCUBATORS,
    OPERATORS,
    READ_PAGES,
    REVEAL_OWNERS,
)
from tests.access.quarters import READY, SENT, VERIFIED, quarter_of
from tests.access.rules import Row, Rule


def _session(side) -> dict:
    known = side.session
    return {
        "held_on": "2022-11-15", "topic": known.topic, "hours": "1,5", "outcome": known.outcome,
        "mentor": known.mentor_id,
    }  # fmt: skip


def _tenant(side) -> dict:
    return {
        "business": side.tenant.business, "division": "10", "owner_name": side.tenant.owner_name,
        "owner_sex": "P", "entered_on": "2022-11-01", "had_business": "tidak",
    }  # fmt: skip


def _entry(of: str, data, args=lambda row: [row.pk]) -> Row:
    """A form of those who keep tenants; the others who see the incubator are refused."""
    return Row(
        (Rule(200, KEEP_TENANTS), Rule(403, READ_PAGES)),
        (Rule(302, KEEP_TENANTS), Rule(403, READ_PAGES)),
        others=404,
        of=of,
        args=args,
        data=data,
    )


def _pasted(side) -> dict:
    return {"text": f"{side.tenant.business}\t15.000.000\t1\t2"}


def _report(place: tuple[int, int]):
    return lambda session: [quarter_of(session, place).pk]


def _filing(place: tuple[int, int], data, answer: int = 302) -> Row:
    """A step of the operator with a quarterly report; the others who see it are refused."""
    return Row(
        405,
        (Rule(answer, OPERATORS), Rule(403, READ_PAGES)),
        others=404,
        of="session",
        args=_report(place),
        data=data,
    )


TENANTS: dict[str, Row] = {
    "tenants:tenant-list": Row(Rule(200, READ_PAGES)),
    "tenants:tenant-detail": Row(
        Rule(200, READ_PAGES), others=404, of="tenant", logged_for=AUDITORS
    ),
    "tenants:tenant-nik": Row(
        (Rule(200, REVEAL_OWNERS), Rule(403, READ_PAGES)),
        (Rule(200, REVEAL_OWNERS), Rule(403, READ_PAGES)),
        others=404,
        of="tenant",
        data=lambda side: {"reason": "Periksa kontrak."},
    ),
    "tenants:tenant-create": _entry("incubator", _tenant),
    "tenants:tenant-change": _entry("tenant", _tenant),
    "tenants:tenant-move": _entry(
        "tenant", lambda side: {"on": "2022-11-01"}, lambda row: [row.pk, "admit"]
    ),
    "tenants:legality-entry": _entry(
        "tenant",
        lambda side: {"number": "9120012345678", "issued_on": "2022-11-01"},
        lambda row: [row.pk, "nib"],
    ),
    "tenants:session-create": _entry("incubator", _session),
    "tenants:session-withdraw": _entry("session", lambda side: {"reason": "Tercatat dua kali."}),
    "tenants:mentor-list": Row(Rule(200, READ_PAGES)),
    "tenants:quarter-list": Row(Rule(200, READ_PAGES)),
    "tenants:quarter-detail": Row(
        Rule(200, READ_PAGES),
        (Rule(302, OPERATORS), Rule(403, READ_PAGES)),
        others=404,
        of="session",
        args=_report(READY),
    ),
    "tenants:quarter-paste": _filing(READY, _pasted),
    "tenants:quarter-upload": _filing(READY, lambda side: {}, answer=400),
    "tenants:quarter-submit": _filing(READY, lambda side: {"version": "0"}),
    "tenants:quarter-withdraw": _filing(SENT, lambda side: {"version": "1"}),
    "tenants:quarter-template": Row(
        (Rule(200, OPERATORS), Rule(403, READ_PAGES)), others=404, of="session", args=_report(READY)
    ),
    "tenants:quarter-receipt": Row(
        Rule(200, READ_PAGES), others=404, of="session", args=_report(SENT)
    ),
    "tenants:quarter-queue": Row(Rule(200, MOVE_INCUBATORS)),
    "tenants:quarter-review": Row(
        Rule(200, MOVE_INCUBATORS),
        Rule(302, MOVE_INCUBATORS),
        of="quarter_sent",
        data=lambda side: {"verb": "verify", "version": "1"},
    ),
    "tenants:quarter-reopen": Row(
        405,
        Rule(302, MOVE_INCUBATORS),
        of="session",
        args=_report(VERIFIED),
        data=lambda side: {"comment": "Ada ralat.", "version": "0"},
    ),
}
