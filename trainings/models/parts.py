"""What the reports beside the closing report hold.

The opening report is the schedule with the roster of that day; certification and placement are
asked of those who passed, once the closing report is handed in.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from institutions.due import months_before
from trainings.models.kind import ReportKind
from trainings.models.outcome import Certification, Placement
from trainings.models.participant import Participant

if TYPE_CHECKING:
    from trainings.models.report import CohortReport

Outcome = Certification | Placement
Entries = list[tuple[Participant, Outcome | None]]
WAVES = {ReportKind.PLACEMENT_3: Placement.Wave.THREE, ReportKind.PLACEMENT_6: Placement.Wave.SIX}


def blank(kind: ReportKind, person: Participant) -> Outcome:
    """The row of a participant before anything is entered; not stored."""
    if kind == ReportKind.CERTIFICATION:
        return Certification(participant=person)
    return Placement(participant=person, wave=WAVES[kind])


def outcome_of(kind: ReportKind) -> type[Outcome]:
    """What is entered of each participant for a report of this kind."""
    return Certification if kind == ReportKind.CERTIFICATION else Placement


def entries(
    report: "CohortReport", people: Sequence[Participant] | None = None, *,
    with_restricted: bool = False,
) -> Entries:  # fmt: skip
    """Those whom the report is about, each with what is entered of them; whose processing is
    restricted stands in no list, but in what is counted and digested.

    people: those of the report, where a page has read them already.
    """
    rows: Any = Certification.objects.all()
    if report.kind != ReportKind.CERTIFICATION:
        rows = Placement.objects.filter(wave=WAVES[ReportKind(report.kind)])
    if people is None:
        people = people_of(report, with_restricted=with_restricted)
    entered = {row.participant_id: row for row in rows.filter(participant__in=people)}
    return [(person, entered.get(person.pk)) for person in people]


def people_of(report: "CohortReport", *, with_restricted: bool = False) -> list[Participant]:
    """Those whom the report is about."""
    everybody = report.cohort.participants.all()
    people = everybody if with_restricted else everybody.shown()
    return [person for person in people if is_about(report, person)]


def is_about(report: "CohortReport", person: Participant) -> bool:
    """Whether a report speaks of a participant: certification and placement of who passed."""
    is_of_all = report.kind in (ReportKind.OPENING, ReportKind.CLOSING)
    return is_of_all or person.result == Participant.Result.PASSED


def opens_on(report: "CohortReport") -> date | None:
    """The first day on which a placement can be told: a month before it is due."""
    kind = ReportKind(report.kind)
    return months_before(kind.due_on(report.cohort, closed=()), 1) if kind in WAVES else None


def content(report: "CohortReport") -> dict[str, Any]:
    """What the digest of a receipt is taken over: no names, no NIKs, nothing that is erased."""
    if report.kind == ReportKind.OPENING:
        cohort = report.cohort
        return {
            "schedule": [
                cohort.starts_on.isoformat(), cohort.ends_on.isoformat(), cohort.hours, cohort.seats
            ],
            "participants": roster(report),
        }  # fmt: skip
    rows = [
        [str(person.uid), *[getattr(row, name) if row else "" for name in KEPT[report.kind]]]
        for person, row in entries(report, with_restricted=True)
    ]
    return {"participants": sorted(rows)}


def _kept(model: type[Outcome]) -> tuple[str, ...]:
    return tuple(name for name in model.ENTERED if name not in model.NAMING)


KEPT: dict[str, tuple[str, ...]] = {
    ReportKind.CERTIFICATION: _kept(Certification),
    ReportKind.PLACEMENT_3: _kept(Placement),
    ReportKind.PLACEMENT_6: _kept(Placement),
}


def roster(report: "CohortReport") -> list[str]:
    """Who is on the roster now, by the ids that name nobody."""
    rows = report.cohort.participants.order_by("uid").values_list("uid", flat=True)
    return [str(uid) for uid in rows]


def summary(report: "CohortReport", people: Sequence[Participant] | None = None) -> dict[str, Any]:
    """The participants of an opening report as it was handed in, and who came or went since.

    people: those of the cohort, where a page has read them already.
    """
    people = people_of(report) if people is None else people
    if report.snapshot is None:
        return {"participants": people, "added": [], "gone": 0}
    known = set(report.snapshot)
    listed = [person for person in people if str(person.uid) in known]
    added = [person for person in people if str(person.uid) not in known]
    return {"participants": listed, "added": added, "gone": len(known) - len(listed)}
