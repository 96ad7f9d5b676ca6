"""Sample assessments and visits: some institutions rise, some were never assessed."""

from datetime import date, datetime, timedelta

from blk_portal.progress.demo import plan, words
from blk_portal.progress.demo.register import Sample
from blk_portal.progress.demo.world import World
from institutions.copying import write
from institutions.maturity import REACHED_BY_CRITERIA, Maturity, maturity_of
from institutions.models import Assessment, AssessmentAnswer, AssessmentCriterion, Visit

NEVER_ASSESSED, ASSESSED_AGAIN, RISES = 0.2, 0.45, 0.6
VISITED, HAS_FOLLOW_UP, CONFIRMED, REPORTED = 0.25, 0.6, 0.5, 0.4
# The class of a first assessment by the age of the institution in years.
BY_AGE = {
    0: {Maturity.NEW: 5, Maturity.GROWING: 5},
    1: {Maturity.NEW: 2, Maturity.GROWING: 6, Maturity.DEVELOPING: 2},
    2: {Maturity.NEW: 1, Maturity.GROWING: 5, Maturity.DEVELOPING: 3, Maturity.INDEPENDENT: 1},
    3: {Maturity.GROWING: 4, Maturity.DEVELOPING: 4, Maturity.INDEPENDENT: 2},
}
DEMO_CLASS = Maturity.DEVELOPING


def make_assessments(world: World, samples: list[Sample]) -> None:
    """Write the assessments of the institutions that train, each derived from its answers."""
    criteria = list(AssessmentCriterion.objects.select_related("programme_year"))
    assessments: list[Assessment] = []
    answers: list[AssessmentAnswer] = []
    for sample in samples if criteria else []:
        for day, maturity in _classes(world, sample):
            met = _met(world, criteria, maturity)
            assessment = _assessment(world, sample, criteria, day, met)
            assessments.append(assessment)
            answers += _answers(world, assessment, criteria, met)
    write(Assessment, assessments)
    for answer in answers:
        answer.assessment_id = answer.assessment.pk
    write(AssessmentAnswer, answers)


def _classes(world: World, sample: Sample) -> list[tuple[date, Maturity]]:
    """When an institution was assessed, and which class it is to come to."""
    opened_on = sample.steps.get("open")
    if opened_on is None or (sample.number > 1 and world.rng.random() < NEVER_ASSESSED):
        return []
    day = opened_on + timedelta(days=world.rng.randint(60, 500))
    if sample.number == 1:
        day = date(2022, 10, 18)
    if day > plan.LAST_DAY:
        return []
    age = min((day - opened_on).days // 365 + (2022 - sample.year), max(BY_AGE))
    first = DEMO_CLASS if sample.number == 1 else world.pick(BY_AGE[max(age, 0)])
    found = [(day, first)]
    again = day + timedelta(days=world.rng.randint(200, 500))
    if again <= plan.LAST_DAY and world.rng.random() < ASSESSED_AGAIN:
        order = list(Maturity)
        rises = world.rng.random() < RISES
        found.append((again, order[min(order.index(first) + rises, len(order) - 1)]))
    return found


def _met(world: World, criteria: list[AssessmentCriterion], maturity: Maturity) -> set[int]:
    """Criteria that are met by an institution of this class, and some above it by chance."""
    order = list(Maturity)
    upto = order[: order.index(maturity) + 1]
    met = {one.pk for one in criteria if one.maturity in upto and one.is_required}
    above = [one for one in REACHED_BY_CRITERIA if one not in upto]
    if above:
        lacking = world.rng.choice(
            [one for one in criteria if one.maturity == above[0] and one.is_required]
        )
        others = [one.pk for one in criteria if one.pk not in met and one != lacking]
        met |= {pk for pk in others if world.rng.random() < 0.35}
    return met


def _assessment(
    world: World, sample: Sample, criteria: list[AssessmentCriterion], day: date, met: set[int]
) -> Assessment:
    return Assessment(
        institution=sample.institution,
        programme_year=criteria[0].programme_year,
        assessed_on=day,
        assessor=world.reviewer_of(sample.institution),
        co_assessor=world.rng.choice(words.CO_ASSESSORS),
        maturity=maturity_of(criteria, met),
        version=2,
        finalised_at=_some_days_after(world, day),
    )


def _answers(
    world: World, assessment: Assessment, criteria: list[AssessmentCriterion], met: set[int]
) -> list[AssessmentAnswer]:
    return [
        AssessmentAnswer(
            assessment=assessment,
            criterion=one,
            is_met=one.pk in met,
            evidence=world.rng.choice(words.EVIDENCE) if one.pk in met else "",
        )
        for one in criteria
    ]


def _some_days_after(world: World, day: date) -> datetime:
    return world.at_work(day + timedelta(days=world.rng.randint(0, 6)))


def make_visits(world: World, samples: list[Sample]) -> None:
    """Write visits to some institutions, with follow-ups that are open, reported or confirmed."""
    visits = []
    for sample in samples:
        opened_on = sample.steps.get("hand_over")
        if opened_on is None or (sample.number > 1 and world.rng.random() > VISITED):
            continue
        day = min(opened_on + timedelta(days=world.rng.randint(20, 400)), plan.LAST_DAY)
        visits.append(_visit(world, sample, day))
    write(Visit, visits)


def _visit(world: World, sample: Sample, day: date) -> Visit:
    officer = world.reviewer_of(sample.institution)
    visit = Visit(
        institution=sample.institution,
        visited_on=day,
        officer=officer,
        others=world.rng.choice(("", "Dinas Ketenagakerjaan (contoh)")),
        kind=world.pick({Visit.Kind.MONITORING: 7, Visit.Kind.SUPERVISION: 2,
                         Visit.Kind.COMPLAINT: 1}),
        findings=world.rng.choice(words.FINDINGS),
        recorded_at=_some_days_after(world, day),
    )  # fmt: skip
    if sample.number > 1 and world.rng.random() > HAS_FOLLOW_UP:
        return visit
    visit.follow_up = world.rng.choice(words.FOLLOW_UPS)
    visit.follow_up_due_on = day + timedelta(days=world.rng.randint(14, 60))
    if sample.number == 1:
        return visit
    done_on = day + timedelta(days=world.rng.randint(7, 50))
    if world.rng.random() < CONFIRMED:
        visit.followed_up_on, visit.followed_up_by = done_on, officer
    elif world.rng.random() < REPORTED and (operator := world.operators.get(sample.institution.pk)):
        visit.reported_on, visit.reported_by = done_on, operator
        visit.report_note = words.DONE
    return visit
