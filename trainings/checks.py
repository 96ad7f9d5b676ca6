"""All checks of a report in one pass: what blocks it, what is to be explained, what was not seen.

Nothing is stored here: rows carry their warnings, `overlaps` has compared the roster with all
others. A page and a submission therefore say the same.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from blk_portal.formats import long_date, number, today_in_jakarta
from institutions.lifecycle import InstitutionStatus
from trainings.cohort_codes import COHORT_TEXTS, COHORT_WARNINGS, CohortCode, NotChecked
from trainings.faults import TEXTS, TITLES, Code, stored_fault
from trainings.models.check import EVERY_CODE, RosterCheck, WarningExplanation
from trainings.models.cohort import Cohort
from trainings.models.consent import GuardianConsent, youngest_of_age
from trainings.models.kind import ReportKind
from trainings.models.overlap import Overlap
from trainings.models.participant import Participant, ParticipantQuerySet

if TYPE_CHECKING:
    from trainings.models.report import CohortReport

RUNNING = (InstitutionStatus.OPERATIONAL, InstitutionStatus.INDEPENDENT)
# What comes later speaks of single people of a roster that was verified already.
WITH_ROSTER = (ReportKind.OPENING, ReportKind.CLOSING)
Result = Participant.Result
WEEK, FULL = 7, 100
# The explanations of a cohort's warnings, by code.
Explained = Mapping[str, WarningExplanation]


@dataclass(frozen=True)
class Finding:
    """One thing the checks say of a cohort as a whole."""

    code: CohortCode | NotChecked
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return str(COHORT_TEXTS[self.code][0]) % self.params

    @property
    def cure(self) -> str:
        return str(COHORT_TEXTS[self.code][1])

    @property
    def is_warning(self) -> bool:
        return self.code in COHORT_WARNINGS


@dataclass
class WarningGroup:
    """The warnings of one code: whom they are about, and why they are in order."""

    code: str
    title: str
    cure: str
    rows: list[tuple[Participant, str]] = field(default_factory=list)
    explanation: WarningExplanation | None = None


@dataclass
class Examination:
    """What one pass over a cohort's report found."""

    people: Sequence[Participant] = ()
    blocking: list[Finding] = field(default_factory=list)
    warnings: list[WarningGroup] = field(default_factory=list)
    not_checked: list[Finding] = field(default_factory=list)
    minors: list[Participant] = field(default_factory=list)
    in_question: list[Participant] = field(default_factory=list)

    @property
    def unexplained(self) -> list[WarningGroup]:
        return [group for group in self.warnings if group.explanation is None]

    @property
    def without_consent(self) -> list[Participant]:
        return [person for person in self.minors if not person.has_consent]


def in_question() -> Q:
    """Participants who may be in another cohort at the same time, by no officer allowed."""
    undecided = Overlap.objects.standing().exclude(verdict=Overlap.Verdict.ALLOWED)
    return Q(Exists(undecided.filter(first=OuterRef("pk")))) | Q(
        Exists(undecided.filter(second=OuterRef("pk")))
    )


def marked_people() -> ParticipantQuerySet:
    """Participants, each with `has_consent` and `is_in_question`."""
    consents = GuardianConsent.objects.standing().filter(participant=OuterRef("pk"))
    marks = {
        "has_consent": Exists(consents),
        "is_in_question": ExpressionWrapper(in_question(), output_field=BooleanField()),
    }
    return Participant.objects.annotate(**marks)


def people_of(cohort: Cohort) -> list[Participant]:
    """The participants of a cohort, marked, in one query."""
    return list(marked_people().filter(cohort=cohort))


def minors_of(cohort: Cohort) -> list[Participant]:
    """Those who are under 18 when the cohort starts, each with `has_consent`."""
    oldest = youngest_of_age(cohort)
    return [person for person in people_of(cohort) if person.birth_date > oldest]


def examine(
    report: "CohortReport",
    people: Sequence[Participant] | None = None,
    *,
    today: date | None = None,
    explained: Explained | None = None,
) -> Examination:
    """Look at everything that the checks of a report look at; stops at nothing.

    people, explained: the roster and what is explained of it, where a list has read them already.
    """
    cohort = report.cohort
    people = people_of(cohort) if people is None else people
    oldest = youngest_of_age(cohort)
    examined = Examination(
        people=people,
        minors=[person for person in people if person.birth_date > oldest],
        in_question=[person for person in people if person.is_in_question],
    )
    if report.kind not in WITH_ROSTER:
        return examined
    findings = [
        *_of_cohort(report, today or today_in_jakarta()),
        *_of_people(cohort, examined),
        *_of_comparison(cohort, people),
    ]
    for found in findings:
        if isinstance(found.code, NotChecked):
            examined.not_checked.append(found)
        elif not found.is_warning:
            examined.blocking.append(found)
    examined.warnings = _grouped(people, [found for found in findings if found.is_warning])
    _explain(report, examined.warnings, explained)
    return examined


def _of_cohort(report: "CohortReport", today: date) -> Iterable[Finding]:
    """What dates, hours, institution and budget year say."""
    cohort = report.cohort
    if report.kind == ReportKind.CLOSING and cohort.ends_on > today:
        yield Finding(CohortCode.COHORT_NOT_ENDED, {"date": long_date(cohort.ends_on)})
    if cohort.programme_year.is_closed:
        yield Finding(CohortCode.YEAR_CLOSED, {"year": str(cohort.programme_year)})
    institution = cohort.institution
    if institution.status not in RUNNING:
        is_built = institution.status == InstitutionStatus.BUILT
        status = {"status": institution.get_status_display()}
        yield (
            Finding(CohortCode.INSTITUTION_NOT_OPENED)
            if is_built
            else Finding(CohortCode.INSTITUTION_NOT_OPERATIONAL, status)
        )
    days = (cohort.ends_on - cohort.starts_on).days + 1
    told = {"hours": number(cohort.hours), "days": number(days)}
    most, least = settings.TRAINING_HOURS_A_DAY, settings.TRAINING_HOURS_A_WEEK
    if cohort.hours > days * most:
        yield Finding(CohortCode.HOURS_TOO_MANY, told | {"limit": number(most)})
    elif cohort.hours * WEEK < days * least:
        yield Finding(CohortCode.HOURS_TOO_FEW, told | {"limit": number(least)})
    if cohort.hours != cohort.programme.hours:
        programme = number(cohort.programme.hours)
        yield Finding(CohortCode.HOURS_DIFFER, told | {"programme": programme})


def _of_people(cohort: Cohort, examined: Examination) -> Iterable[Finding]:
    """What the roster as a whole says."""
    if len(examined.people) > cohort.seats:
        told = {"n": number(len(examined.people)), "seats": number(cohort.seats)}
        yield Finding(CohortCode.SEATS_EXCEEDED, told)
    present = [person for person in examined.people if person.result != Result.WITHDRAWN]
    if present and all(person.attendance == FULL for person in present):
        yield Finding(CohortCode.ATTENDANCE_FULL)
    if without := len(examined.without_consent):
        yield Finding(CohortCode.CONSENT_MISSING, {"n": number(without)})
    if without := sum(person.nik_index is None for person in examined.people):
        yield Finding(NotChecked.PERSON_WITHOUT_NIK, {"n": number(without)})


def _of_comparison(cohort: Cohort, people: Sequence[Participant]) -> Iterable[Finding]:
    """What the comparison with other rosters has left behind."""
    compared: RosterCheck | None = getattr(cohort, "roster_check", None)
    if compared is None:
        if people:
            yield Finding(NotChecked.ROSTER_NOT_COMPARED)
    elif compared.like_cohort is not None:
        is_same = compared.shared == compared.people == compared.like_people
        code = CohortCode.ROSTER_REPEATED if is_same else CohortCode.ROSTER_ALIKE
        told = {"cohort": str(compared.like_cohort), "n": number(compared.people)}
        yield Finding(code, told | {"shared": number(compared.shared)})


def _grouped(people: Iterable[Participant], findings: Iterable[Finding]) -> list[WarningGroup]:
    """The warnings by code: those of the cohort first, then those of rows as the list has them."""
    groups = {
        str(found.code): WarningGroup(str(found.code), found.message, found.cure)
        for found in findings
    }
    for person in people:
        for kept in person.warnings:
            code = kept.get("code", "")
            text = stored_fault(kept)
            title, cure = _title(code) or (text.message, text.cure)
            group = groups.setdefault(code, WarningGroup(code, title, cure))
            group.rows.append((person, "" if text.message == group.title else text.message))
    return list(groups.values())


def _title(code: str) -> tuple[str, str] | None:
    """The sentence over the rows of one code, where the same holds for all of them."""
    if code not in set(Code):
        return None
    message, cure = TEXTS[Code(code)]
    title = str(TITLES.get(Code(code), message))
    return None if "%(" in title else (title, str(cure))


def _explain(
    report: "CohortReport", groups: Sequence[WarningGroup], explained: Explained | None
) -> None:
    """Put the explanations beside their warnings; one query, and none without warnings."""
    if not groups:
        return
    given = explained_of([report.cohort_id])[report.cohort_id] if explained is None else explained
    for group in groups:
        group.explanation = given.get(group.code) or given.get(EVERY_CODE)


def explained_of(cohorts: Collection[int]) -> dict[int, Explained]:
    """What is explained of some cohorts, by their keys, in one query.

    What was explained with an earlier report of the cohort is not asked again.
    """
    given: dict[int, dict[str, WarningExplanation]] = {cohort: {} for cohort in cohorts}
    rows = WarningExplanation.objects.filter(report__cohort__in=cohorts)
    for row in rows.select_related("by", "report").order_by("at", "pk"):
        given[row.report.cohort_id][row.code] = row
    return dict(given)
