"""Each role's home: what waits for the person, what the person owes, how the area stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from blk_portal.accounts.models import User
from blk_portal.accounts.roles import Role
from blk_portal.formats import today_in_jakarta
from blk_portal.privacy.models import AccessLog
from blk_portal.progress import breakdowns, figures, ledger
from blk_portal.progress.desk import desk_of
from blk_portal.progress.told_evidence import with_evidence
from blk_portal.reporting.models import Notice, Obligation
from blk_portal.reporting.verbs import ReportStatus
from incubators import quarter_ledger
from incubators.models import Incubator
from institutions.lifecycle import NEXT_STEPS
from institutions.models import (
    AreaAssignment,
    AreaDelegation,
    ChangeProposal,
    Document,
    Foundation,
    Institution,
    Province,
    Regency,
    TrainingOffice,
)
from trainings import period_ledger
from trainings.models import CohortReport, ReportKind

LATEST_SENT = 5
HANDED_IN = (ReportStatus.SUBMITTED, ReportStatus.VERIFIED)
# Certification and placement stand on the home page from a month before they are due.
SHOWN_BEFORE_DUE = timedelta(days=31)
MOST_NEWS = 10
LONGEST_RANKING = 5


@dataclass(frozen=True)
class Step:
    """A status from which staff record the next step, and how many institutions stand there."""

    status: str
    status_label: object
    label: object
    count: int


def operator(user: User) -> dict[str, Any]:
    """The reports an operator owes, returned ones first, then by due date; and those handed in."""
    institutions = _own_institutions(user)
    # Named one by one: with so many tables the database would else join every report first.
    own = CohortReport.objects.visible_to(user).filter(
        cohort__institution__in=[place.pk for place in institutions]
    )
    reports = list(
        own.planned().for_lists().with_participants().with_log()
        .order_by("obligation__due_on", "id")
    )  # fmt: skip
    returned = [
        report for report in reports if report.status == ReportStatus.RETURNED and report.is_open
    ]
    drafts = _to_write(reports)
    of_trainings = [report for report in reports if report.status in HANDED_IN]
    for report in of_trainings:
        report.last_receipt = next((row.receipt for row in report.log if row.receipt), None)
    quarters, of_quarters = quarter_ledger.of_operator(user)
    sent = sorted([*of_trainings, *of_quarters], key=attrgetter("submitted_at"), reverse=True)
    periods = list(period_ledger.to_answer(user, on=today_in_jakarta()))
    asked = [row for row in periods if row.is_outstanding and not row.has_training]
    return {
        "today": today_in_jakarta(),
        "institutions": institutions,
        "periods": periods,
        "periods_of_many": len(institutions) > 1,
        "notices": with_evidence(
            Notice.objects.visible_to(user).unread_by(user).for_lists()[:MOST_NEWS], user
        ),
        "expiring": [paper for place in institutions for paper in _ending_papers(place)],
        "unproved": [place for place in institutions if place.unproved],
        "returned": returned,
        "drafts": drafts,
        "sent": sent[:LATEST_SENT],
        "sent_more": len(sent) > LATEST_SENT,
        "quarters": [one for one in quarters if one.status != ReportStatus.RETURNED],
        "returned_quarters": [one for one in quarters if one.status == ReportStatus.RETURNED],
        "has_quarters": bool(quarters or of_quarters),
        "count": len(returned) + len(drafts) + len(asked) + len(quarters),
        "proposals": ChangeProposal.objects.visible_to(user)
        .recent(on=today_in_jakarta()).for_lists()[:LATEST_SENT],
    }  # fmt: skip


def _own_institutions(user: User) -> list[Any]:
    """The person's institutions, each with what has to be renewed there, in one question.

    ending: papers that have ended or end soon. unproved: the number of its selected incubator where
    that does not stand today, because evidence is missing or has ended.
    """
    today = today_in_jakarta()
    papers = Document.objects.visible_to(user).expiring(on=today).filter(institution=OuterRef("pk"))
    told = JSONObject(kind="kind__name", number="number", expires_on="expires_on")
    incubators = Incubator.objects.visible_to(user).counting().with_standing(on=today)
    unproved = incubators.filter(Q(in_force=False), institution=OuterRef("pk"))
    return list(
        Institution.objects.visible_to(user).for_lists().annotate(
            ending=ArraySubquery(papers.values(told=told)),
            unproved=Subquery(unproved.values("pk")[:1]),
        )
    )  # fmt: skip


def _ending_papers(institution: Any) -> list[dict[str, Any]]:
    """The papers of one institution that have to be renewed, as the page shows them."""
    return [
        {**told, "expires_on": date.fromisoformat(told["expires_on"]), "institution": institution}
        for told in institution.ending
    ]


def _to_write(reports: list[CohortReport]) -> list[CohortReport]:
    """The drafts whose turn it is: what follows the closing report waits for it, and its time."""
    handed_in = {
        report.cohort_id
        for report in reports
        if report.kind == ReportKind.CLOSING and report.status in HANDED_IN
    }
    soon = today_in_jakarta() + SHOWN_BEFORE_DUE
    return [
        report
        for report in reports
        if report.status == ReportStatus.DRAFT
        and report.is_open
        and (
            report.kind in (ReportKind.OPENING, ReportKind.CLOSING)
            or (report.cohort_id in handed_in and report.obligation.due_on <= soon)
        )
    ]


def staff(user: User) -> dict[str, Any]:
    """The queues of ministry staff, each as a count that leads to its list."""
    today = today_in_jakarta()
    lines = desk_of(user, on=today)
    counts = {line.queue.key: line.count for line in lines}
    context: dict[str, Any] = {
        "today": today,
        "areas": _areas(user),
        "delegations": list(AreaDelegation.objects.visible_to(user).of_person(user)),
        "desk": lines,
        "reviews": user.spec.reviews_trainings,
        "waiting": counts.get("reviews", 0),
        "to_validate": counts.get("incubators", 0),
    }
    if user.has_perm("institutions.move_institution"):
        context["steps"] = _steps(Institution.objects.visible_to(user).by_status())
    return context


def _steps(counts: dict[str, int]) -> list[Step]:
    """What is to be recorded next, with how many institutions wait for it."""
    return [
        Step(status, Institution.Status(status).label, move.label, counts[status])
        for status, move in NEXT_STEPS.items()
        if counts.get(status)
    ]


def _areas(user: User) -> list[TrainingOffice | Province | Regency | Foundation]:
    """The offices, provinces, regencies and legal owners that a person answers for."""
    own = AreaAssignment.objects.filter(user=user).with_areas()
    return [assignment.area for assignment in own if assignment.area]


def observer(user: User) -> dict[str, Any]:
    """What a Dinas asks of its area: how many institutions, who reports, and the figures."""
    today, known = today_in_jakarta(), figures.years()
    year = figures.chosen_year(known, None)
    institutions = Institution.objects.visible_to(user)
    context: dict[str, Any] = {
        "today": today,
        "areas": _areas(user),
        "institutions": institutions.count(),
        "offices": list(
            TrainingOffice.objects.filter(institutions__in=institutions)
            .annotate(guided=Count("institutions"))
            .order_by("name")
        ),
        "year": year,
    }
    if year:
        rows = figures.province_rows(year, user)
        area = breakdowns.AreaFigures(figures.known_totals(rows))
        lone = rows[0].province if len(rows) == 1 else None
        duties = Obligation.objects.visible_to(user).filter(programme_year=year)
        context |= {
            "tally": duties.tally(on=today),
            "provinces": [row.province for row in rows],
            "is_part": any(isinstance(place, Regency) for place in context["areas"]),
            "headlines": figures.area_headlines(year, area, province=lone),
            "asking": figures.asking(year, province=lone) if lone else "",
            "freshness": figures.freshness(year),
        }
    return context


def leadership(user: User) -> dict[str, Any]:
    """The nation in one glance: how far, where it lags, where it moves."""
    today, known = today_in_jakarta(), figures.years()
    year = figures.chosen_year(known, None)
    context: dict[str, Any] = {"today": today, "year": year}
    if year:
        nation, rows = figures.nation_and_provinces(year, user)
        lags = ledger.lags(year, user, on=today)
        latest, movements = ledger.movements(year, [row.province for row in rows])
        context |= {
            "headlines": figures.headlines(year, nation),
            "asking": figures.asking(year),
            "freshness": figures.freshness(year),
            "waiting": ledger.waiting(year, user),
            "overdue": sum(lag.overdue for lag in lags),
            "due": sum(lag.due for lag in lags),
            "lags": [lag for lag in lags if lag.overdue][:LONGEST_RANKING],
            "movements": movements[:LONGEST_RANKING],
            "latest": latest,
            "silent": [row.province for row in rows if row.known["completed"] is None],
        }
    return context


def auditor(user: User) -> dict[str, Any]:
    """What the assignment covers, what can be opened there, and that reading is noted."""
    reports = CohortReport.objects.visible_to(user).closing().by_status()
    return {
        "today": today_in_jakarta(),
        "areas": _areas(user),
        "institutions": Institution.objects.visible_to(user).count(),
        "trainings": sum(reports.values()),
        "reports": [
            (status, label, reports.get(status, 0)) for status, label in ReportStatus.choices
        ],
        "overdue": Obligation.objects.visible_to(user).overdue(on=today_in_jakarta()).count(),
        "readings": AccessLog.objects.filter(user=user).count(),
    }


def partner(user: User) -> dict[str, Any]:
    """A partner system has no pages of its own."""
    return {}


# Each role's template, and what it shows.
HOMES: dict[str, tuple[str, Callable[[User], dict[str, Any]]]] = {
    Role.NATIONAL_ADMIN: ("progress/home_staff.html", staff),
    Role.NATIONAL_TRAINING_REVIEWER: ("progress/home_staff.html", staff),
    Role.NATIONAL_INCUBATOR_REVIEWER: ("progress/home_staff.html", staff),
    Role.AREA_REVIEWER: ("progress/home_staff.html", staff),
    Role.OBSERVER: ("progress/home_observer.html", observer),
    Role.LEADERSHIP: ("progress/home_leadership.html", leadership),
    Role.AUDITOR: ("progress/home_auditor.html", auditor),
    Role.OPERATOR: ("progress/home_operator.html", operator),
    Role.PARTNER: ("progress/home_partner.html", partner),
}
