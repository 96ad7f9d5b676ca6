"""Who gets what of selection rounds, strike-offs and evidence."""

from blk_portal.formats import today_in_jakarta
from tests.access.groups import (
    MOVE_INCUBATORS,
    PROVE_STANDING,
    READ_PAGES,
    SEE_INCUBATORS,
    SEE_PAPERS,
)
from tests.access.rules import Row, Rule

REASON = {"reason": "Alasan contoh."}

ROUNDS: dict[str, Row] = {
    "incubators:round-detail": Row(
        Rule(200, READ_PAGES), lone="round", args=lambda row: [row.programme_year.year]
    ),
    "incubators:candidate-list": Row(
        Rule(200, SEE_INCUBATORS),
        Rule(404, MOVE_INCUBATORS),
        others=(403, 404),
        lone="round",
        args=lambda row: [row.programme_year.year],
    ),
    "incubators:incubator-strike": Row(
        Rule(200, MOVE_INCUBATORS),
        Rule(302, MOVE_INCUBATORS),
        others=(403, 404),
        of="incubator",
        data=lambda side: REASON | {"on": today_in_jakarta(), "then": "kosong"},
    ),
    "incubators:incubator-move": Row(
        Rule(200, MOVE_INCUBATORS),
        Rule(302, MOVE_INCUBATORS),
        others=(403, 404),
        of="incubator",
        args=lambda row: [row.pk, next(iter(row.possible_moves()))],
        data=lambda side: REASON | {"on": today_in_jakarta()},
    ),
    "incubators:incubator-rank": Row(
        Rule(200, MOVE_INCUBATORS),
        Rule(409, MOVE_INCUBATORS),
        others=(403, 404),
        of="incubator",
        data=lambda side: {"rank": "7"},
    ),
    "incubators:step-undo": Row(
        Rule(200, MOVE_INCUBATORS),
        Rule(302, MOVE_INCUBATORS),
        others=(403, 404),
        of="incubator",
        args=lambda row: [row.pk, row.transitions.first().pk],
        data=lambda side: REASON,
    ),
    "incubators:evidence-list": Row(Rule(200, SEE_PAPERS)),
    "incubators:evidence-add": Row(
        Rule(200, PROVE_STANDING),
        Rule(400, PROVE_STANDING),
        others=(403, 404),
        of="incubator",
    ),
    "incubators:evidence-detail": Row(
        Rule(200, SEE_PAPERS),
        Rule(302, MOVE_INCUBATORS),
        others=(403, 404),
        of="evidence",
        data=lambda side: {"putusan": "verifikasi"},
    ),
}
