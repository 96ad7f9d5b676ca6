"""Who gets what: the plans of cohorts, their money, their calendar, and the catalogue."""

import json

from tests.access.groups import (
    ADMIN,
    OPERATORS,
    READ_PAGES,
    REVIEWERS,
    SEE_COHORTS,
    SEE_MONEY,
    TRAINING,
)
from tests.access.rules import Row, Rule

KEEP_PROGRAMMES = frozenset({ADMIN, TRAINING})
BECAUSE = {"reason": "Alasan contoh."}
CATALOGUE = {"program": [{"kejuruan": "TIK", "nama": "Program impor (contoh)", "jp": 140}]}


def plan(side) -> dict:
    """A plan of a cohort as its form sends it."""
    return {
        "institution": side.institution.pk, "programme": side.draft.programme.pk,
        "programme_year": side.draft.programme_year.pk, "batch": 9_999,
        "starts_on": "2022-08-01", "ends_on": "2022-08-30", "funding": "apbn", "seats": 16,
    }  # fmt: skip


def _of_cohort(who: frozenset[str], of: str, data, *, is_report: bool = False) -> Row:
    """Something done with a cohort: for `who`; the others who see cohorts are refused."""
    refused = Rule(403, SEE_COHORTS - who)
    return Row(
        (Rule(200, who), refused), (Rule(302, who), refused), others=404, of=of, data=data,
        args=(lambda report: [report.cohort_id]) if is_report else (lambda cohort: [cohort.pk]),
    )  # fmt: skip


PLANNING: dict[str, Row] = {
    "trainings:cohort-create": Row(
        Rule(200, OPERATORS), Rule((302, 400), OPERATORS), data=lambda world: plan(world.here)
    ),
    "trainings:cohort-edit": Row(
        Rule(200, OPERATORS), Rule(302, OPERATORS), of="draft", data=plan
    ),
    "trainings:cohort-cancel": Row(
        Rule(200, OPERATORS), Rule(302, OPERATORS), of="draft", data=lambda side: BECAUSE
    ),
    "trainings:cohort-restore": _of_cohort(REVIEWERS, "cancelled", lambda side: BECAUSE),
    "trainings:cohort-plan": Row(Rule(200, SEE_COHORTS), others=404, of="draft"),
    "trainings:cohort-calendar": Row(Rule(200, SEE_COHORTS)),
    "trainings:aid-receive": _of_cohort(
        REVIEWERS | OPERATORS, "draft", lambda side: {"on": "2022-09-01", "amount": "1.000.000"}
    ),
    "trainings:aid-file": _of_cohort(
        REVIEWERS | OPERATORS, "ready", lambda side: {"on": "2022-10-03"}
    ),
    "trainings:aid-accept": _of_cohort(
        REVIEWERS, "verified", lambda side: {"on": "2022-10-10"}, is_report=True
    ),
    "trainings:aid-send-back": _of_cohort(
        REVIEWERS, "verified", lambda side: BECAUSE, is_report=True
    ),
    "trainings:aid-owed": Row((Rule(200, SEE_MONEY), Rule(403, READ_PAGES))),
    "trainings:programme-list": Row(Rule(200, SEE_COHORTS)),
    "trainings:programme-import": Row(
        Rule(200, KEEP_PROGRAMMES), Rule(302, KEEP_PROGRAMMES),
        data=lambda world: {"text": json.dumps(CATALOGUE), "apply": "1"},
    ),
}  # fmt: skip
