"""Explaining certified and employed: why of somebody who took part nothing of it counts."""

from collections import Counter

import pytest

from tests.factories import (
    AreaReviewerFactory,
    CohortFactory,
    CohortReportFactory,
    InstitutionFactory,
    NationalAdminFactory,
    ParticipantFactory,
    ProgrammeYearFactory,
)
from tests.progress.explained import asked, left
from tests.progress.steps import settle_all
from tests.trainings.later import enter, let_pass, report_of, submit, told
from trainings.models import ReportKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def year():
    return ProgrammeYearFactory()


def trained(place, **state):
    """A cohort of two women and a man who passed, one who did not and one who withdrew."""
    cohort = CohortFactory(institution=place, kinds=ReportKind)
    results = ("passed", "passed", "passed", "failed", "withdrawn")
    for sex, result in zip("PPLLP", results, strict=True):
        ParticipantFactory(cohort=cohort, sex=sex, result=result)
    CohortReportFactory(cohort=cohort, people=0, **state or {"verified": True})
    return cohort


@pytest.fixture
def place(year):
    """An institution with a certification report in each state a report can be in."""
    place = InstitutionFactory(operational=True)
    first = trained(place)
    told(first, "certification", "competent", "not_yet", "competent")
    let_pass(first)
    for sends_back in (False, True):
        cohort = trained(place)
        enter(cohort, "certification", "competent", "competent", "competent")
        report = submit(report_of(cohort, "certification"))
        if sends_back:
            report.send_back(by=AreaReviewerFactory(), version=report.version, comment="Lengkapi.")
    trained(place)
    report_of(trained(place), "certification").delete()
    trained(place, submitted=True)
    told(trained(InstitutionFactory(operational=True)), "certification", *["competent"] * 3)
    settle_all()
    return place


def of_admin(year, code="certified", **more):
    return asked(NationalAdminFactory(), year, code, **more)


CERTIFIED = {
    "withdrew": 5, "not_passed": 4, "not_verified": 5, "other_outcome": 1, "untold": 1,
    "result_not_verified": 3, "result_returned": 3, "result_not_submitted": 6,
}  # fmt: skip


def test_each_participation_has_the_reason_of_its_later_report(year, place):
    answer = of_admin(year, province=place.regency.province)
    assert (answer.value, answer.counted.rows, answer.recorded) == (2, 2, 30)
    assert left(answer) == CERTIFIED
    nation = of_admin(year)
    assert nation.value == 5
    assert left(nation) == CERTIFIED | {"withdrew": 6, "not_passed": 5}


def test_reported_are_those_of_whom_anything_is_told(year, place):
    answer = of_admin(year, "certification_reported", institution=place)
    assert answer.value == 3
    assert left(answer) == {code: n for code, n in CERTIFIED.items() if code != "other_outcome"}


def test_report_of_another_kind_tells_nothing_of_certificates(year, place):
    answer = of_admin(year, "employed_6", institution=place)
    assert (answer.value, answer.counted.rows) == (0, 0)
    assert left(answer) == {
        "withdrew": 5, "not_passed": 4, "not_verified": 5, "result_not_submitted": 16
    }  # fmt: skip


@pytest.mark.parametrize(("cut", "value"), [({}, 2), ({"breakdown": "sex", "bucket": "P"}, 1)])
def test_cohorts_and_their_participants_say_the_same_as_the_institution(year, place, cut, value):
    whole = of_admin(year, institution=place, **cut)
    cohorts, people = Counter(), Counter()
    for part in whole.parts:
        cohorts.update(part.left)
        people.update(left(of_admin(year, institution=place, cohort=part.deeper.cohort, **cut)))
    assert cohorts == people == left(whole)
    assert sum(part.counted.rows for part in whole.parts) == whole.value == value
