"""The desk of ministry staff: what waits for a person, how much of it, and since when.

One entry of DESK is one queue. Its count is the length of the list that its address opens, because
both ask the same queryset. All queues are counted in one statement.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Expression, Min, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from blk_portal.accounts.models import User
from blk_portal.formats import WESTERN_TIME, number, today_in_jakarta
from blk_portal.progress.models import CheckResult, OpeningBalance
from blk_portal.reporting.models import Obligation
from incubators.filters import EvidenceQueue
from incubators.models import Evidence, IncubationReport, Incubator, IncubatorTransition
from incubators.models.evidence import WARNING_DAYS
from incubators.stages import Stage
from institutions.lifecycle import CaseKind
from institutions.models import (
    Case,
    ChangeProposal,
    Disbursement,
    Document,
    Institution,
    LikelyDuplicate,
    RegisterImport,
    Visit,
)
from institutions.models.reach import with_areas
from trainings.models import CohortReport, TrainingAid

URGENT_DAYS = WARNING_DAYS[-1]
INSTITUTIONS = "admin:institutions_institution_changelist"


@dataclass(frozen=True)
class Queue:
    """One kind of work that waits for staff.

    says: the sentence with the count, made with `ngettext_lazy(..., "n")` and "%(shown)s".
    rows: whose queue, and of which day. since: the day since which a row waits.
    address, query: the list that shows exactly these rows. right: the permission of who works here.
    kind: the colour of its edge, "bad", "warn" or "wait". ends: whether that day is the one on
    which a row ends, which may lie ahead.
    """

    key: str
    title: object
    says: Any
    action: object
    rows: Callable[[User, date], QuerySet[Any]]
    since: str | Expression
    address: str
    right: str
    query: str = ""
    kind: str = "warn"
    ends: bool = False

    def tallied(self, user: User, on: date) -> QuerySet[Any, Any]:
        """One row: the key, how many wait, and the day since which the oldest waits."""
        rows = self.rows(user, on).order_by().annotate(queue=Value(self.key)).values("queue")
        tallied: QuerySet[Any, Any] = rows.annotate(count=Count("pk"), oldest=Min(self.since))
        return tallied


@dataclass(frozen=True)
class Line:
    """A queue in which something waits, as a page shows it."""

    queue: Queue
    count: int
    days: int | None

    @property
    def days_left(self) -> int:
        """Until the first one ends; 0 where nothing lies ahead."""
        return max(0, -(self.days or 0))

    @property
    def text(self) -> str:
        shown: Promise | str = self.queue.says % {"n": self.count, "shown": number(self.count)}
        return str(shown)

    @property
    def url(self) -> str:
        return reverse(self.queue.address) + self.queue.query


def day_of(moment: str) -> TruncDate:
    """The calendar day of a moment, in western time."""
    return TruncDate(moment, tzinfo=WESTERN_TIME)


def selected_incubators(user: User) -> QuerySet[Incubator]:
    """Those that await validation, with the day of their selection."""
    selections = IncubatorTransition.objects.filter(
        incubator=OuterRef("pk"), to_stage=Stage.SELECTED, withdrawn_at=None
    ).order_by("-recorded_at", "-pk")
    waiting = Incubator.objects.visible_to(user).filter(stage=Stage.SELECTED)
    return waiting.annotate(selected_on=Subquery(selections.values("happened_on")[:1]))


DESK: tuple[Queue, ...] = (
    Queue(
        key="reviews",
        title=_("Incoming reports"),
        says=ngettext_lazy(
            "%(shown)s report awaits verification.", "%(shown)s reports await verification.", "n"
        ),
        action=_("Review reports"),
        rows=lambda user, on: CohortReport.objects.visible_to(user).awaiting(),
        since=day_of("submitted_at"),
        address="trainings:review-list",
        right="trainings.verify_cohortreport",
        kind="wait",
    ),
    Queue(
        key="overdue",
        title=_("Overdue reports"),
        says=ngettext_lazy(
            "%(shown)s report of any budget year has not been sent though its due date has passed.",
            "%(shown)s reports of all budget years have not been sent though their due date has "
            "passed.",
            "n",
        ),
        action=_("See who owes reports"),
        rows=lambda user, on: Obligation.objects.visible_to(user).overdue(on=on),
        since="due_on",
        address="progress:outstanding",
        right="trainings.verify_cohortreport",
        kind="bad",
    ),
    Queue(
        key="unassigned",
        title=_("Institutions without an office"),
        says=ngettext_lazy(
            "%(shown)s institution has no UPTP that guides it.",
            "%(shown)s institutions have no UPTP that guides them.",
            "n",
        ),
        action=_("Assign an office"),
        rows=lambda user, on: Institution.objects.visible_to(user).unassigned(),
        since=day_of("recorded_at"),
        address=INSTITUTIONS,
        query="?antrean=tanpa-uptp",
        right="institutions.move_institution",
    ),
    Queue(
        key="unbuilt",
        title=_("Buildings that stand still"),
        says=ngettext_lazy(
            "%(shown)s institution signed long ago and has no hand-over yet.",
            "%(shown)s institutions signed long ago and have no hand-over yet.",
            "n",
        ),
        action=_("See the institutions"),
        rows=lambda user, on: Institution.objects.visible_to(user).unbuilt(on=on),
        since="signed_on",
        address=INSTITUTIONS,
        query="?antrean=belum-dibangun",
        right="institutions.move_institution",
    ),
    Queue(
        key="stalled",
        title=_("Stalled buildings"),
        says=ngettext_lazy(
            "%(shown)s institution has an open case: stalled.",
            "%(shown)s institutions have an open case: stalled.",
            "n",
        ),
        action=_("See the institutions"),
        rows=lambda user, on: Case.objects.visible_to(user).open().filter(kind=CaseKind.STALLED),
        since="opened_on",
        address="institutions:institution-list",
        query=f"?kasus={CaseKind.STALLED}",
        right="institutions.move_institution",
        kind="bad",
    ),
    Queue(
        key="accounts",
        title=_("Overdue accounts of money"),
        says=ngettext_lazy(
            "%(shown)s tranche has no LPJ though its due date has passed.",
            "%(shown)s tranches have no LPJ though their due date has passed.",
            "n",
        ),
        action=_("See who owes an LPJ"),
        rows=lambda user, on: Disbursement.objects.visible_to(user).overdue(on=on),
        since="lpj_due_on",
        address="money:owed-list",
        query=f"?keadaan={Disbursement.State.OVERDUE}",
        right="institutions.move_institution",
        kind="bad",
    ),
    Queue(
        key="aid",
        title=_("Overdue LPJ of training aid"),
        says=ngettext_lazy(
            "The LPJ of %(shown)s training is overdue.",
            "The LPJ of %(shown)s trainings is overdue.",
            "n",
        ),
        action=_("See the trainings"),
        rows=lambda user, on: TrainingAid.objects.visible_to(user).overdue(on=on),
        since="lpj_due_on",
        address="trainings:aid-owed",
        query=f"?keadaan={TrainingAid.State.OVERDUE}",
        right="trainings.verify_cohortreport",
        kind="bad",
    ),
    Queue(
        key="papers",
        title=_("Papers that end"),
        says=ngettext_lazy(
            "%(shown)s paper has ended or ends within 60 days.",
            "%(shown)s papers have ended or end within 60 days.",
            "n",
        ),
        action=_("See the papers"),
        rows=lambda user, on: Document.objects.visible_to(user).expiring(on=on),
        since="expires_on",
        ends=True,
        address="admin:institutions_document_changelist",
        query="?berlaku=segera",
        right="institutions.move_institution",
    ),
    Queue(
        key="follow-ups",
        title=_("Follow-ups of visits"),
        says=ngettext_lazy(
            "%(shown)s agreed follow-up is not confirmed.",
            "%(shown)s agreed follow-ups are not confirmed.",
            "n",
        ),
        action=_("See the visits"),
        rows=lambda user, on: Visit.objects.visible_to(user).open_follow_ups(on=on),
        since="visited_on",
        address="admin:institutions_visit_changelist",
        query="?tindak-lanjut=terbuka",
        right="institutions.move_institution",
    ),
    Queue(
        key="proposals",
        title=_("Proposed changes"),
        says=ngettext_lazy(
            "%(shown)s change proposed by an operator awaits a decision.",
            "%(shown)s changes proposed by operators await a decision.",
            "n",
        ),
        action=_("Decide on them"),
        rows=lambda user, on: ChangeProposal.objects.editable_by(user).open(),
        since=day_of("proposed_at"),
        address="institutions:proposal-queue",
        right="institutions.decide_changeproposal",
        kind="wait",
    ),
    Queue(
        key="imports",
        title=_("Failed imports"),
        says=ngettext_lazy(
            "%(shown)s list could not be taken in.", "%(shown)s lists could not be taken in.", "n"
        ),
        action=_("See the lists"),
        rows=lambda user, on: RegisterImport.objects.visible_to(user).failed(),
        since=day_of("uploaded_at"),
        address="admin:institutions_registerimport_changelist",
        query="?antrean=gagal",
        right="institutions.import_institution",
        kind="bad",
    ),
    Queue(
        key="duplicates",
        title=_("Likely duplicates"),
        says=ngettext_lazy(
            "%(shown)s pair of institutions may be one.",
            "%(shown)s pairs of institutions may be one each.",
            "n",
        ),
        action=_("Compare them"),
        rows=lambda user, on: LikelyDuplicate.objects.visible_to(user),
        since=day_of("found_at"),
        address="institutions:duplicate-list",
        right="institutions.move_institution",
    ),
    Queue(
        key="incubators",
        title=_("Incubators to validate"),
        says=ngettext_lazy(
            "%(shown)s selected incubator awaits validation.",
            "%(shown)s selected incubators await validation.",
            "n",
        ),
        action=_("See the incubators"),
        rows=lambda user, on: selected_incubators(user),
        since="selected_on",
        address="incubators:incubator-list",
        query=f"?tahap={Stage.SELECTED}",
        right="incubators.move_incubator",
        kind="wait",
    ),
    Queue(
        key="evidence",
        title=_("Evidence of incubators"),
        says=ngettext_lazy(
            "%(shown)s piece of evidence awaits verification.",
            "%(shown)s pieces of evidence await verification.",
            "n",
        ),
        action=_("Look at the evidence"),
        rows=lambda user, on: Evidence.objects.visible_to(user).waiting(),
        since=day_of("submitted_at"),
        address="incubators:evidence-list",
        query=f"?antrean={EvidenceQueue.WAITING}",
        right="incubators.verify_evidence",
        kind="wait",
    ),
    Queue(
        key="evidence-urgent",
        title=_("Standings about to lapse"),
        says=ngettext_lazy(
            "%(shown)s piece of evidence ends within 14 days.",
            "%(shown)s pieces of evidence end within 14 days.",
            "n",
        ),
        action=_("See the evidence"),
        rows=lambda user, on: Evidence.objects.visible_to(user).ending(on=on, within=URGENT_DAYS),
        since="valid_to",
        ends=True,
        address="incubators:evidence-list",
        query=f"?antrean={EvidenceQueue.URGENT}",
        right="incubators.verify_evidence",
        kind="bad",
    ),
    Queue(
        key="evidence-ending",
        title=_("Evidence that ends"),
        says=ngettext_lazy(
            "%(shown)s piece of evidence ends within 60 days.",
            "%(shown)s pieces of evidence end within 60 days.",
            "n",
        ),
        action=_("See the evidence"),
        rows=lambda user, on: Evidence.objects.visible_to(user).ending(on=on),
        since="valid_to",
        ends=True,
        address="incubators:evidence-list",
        query=f"?antrean={EvidenceQueue.ENDING}",
        right="incubators.verify_evidence",
    ),
    Queue(
        key="quarters",
        title=_("Quarterly reports of incubators"),
        says=ngettext_lazy(
            "%(shown)s quarterly report of an incubator awaits verification.",
            "%(shown)s quarterly reports of incubators await verification.",
            "n",
        ),
        action=_("Review quarterly reports"),
        rows=lambda user, on: IncubationReport.objects.visible_to(user).awaiting(),
        since=day_of("submitted_at"),
        address="tenants:quarter-queue",
        right="incubators.verify_incubationreport",
        kind="wait",
    ),
    Queue(
        key="openings",
        title=_("Opening balances"),
        says=ngettext_lazy(
            "%(shown)s opening balance awaits your approval.",
            "%(shown)s opening balances await your approval.",
            "n",
        ),
        action=_("Compare them with the paper"),
        rows=lambda user, on: OpeningBalance.objects.visible_to(user).waiting().of_others(user),
        since=day_of("entered_at"),
        address="progress:opening",
        right="progress.approve_openingbalance",
        kind="wait",
    ),
    Queue(
        key="integrity",
        title=_("Integrity of the data"),
        says=ngettext_lazy(
            "%(shown)s check of the data has found something.",
            "%(shown)s checks of the data have found something.",
            "n",
        ),
        action=_("See what was found"),
        rows=lambda user, on: CheckResult.objects.visible_to(user).of_last_run().told(),
        since=day_of("since"),
        address="progress:integrity",
        right="progress.run_checks",
        kind="bad",
    ),
)


def desk_of(user: User, *, on: date | None = None) -> list[Line]:
    """The queues of a person in which something waits, in the order of DESK; all of them are one
    question."""
    today = on or today_in_jakarta()
    queues = {queue.key: queue for queue in DESK if user.has_perm(queue.right)}
    if not queues:
        return []
    person = with_areas(user)
    first, *others = [queue.tallied(person, today) for queue in queues.values()]
    found = {row["queue"]: row for row in first.union(*others, all=True)}
    return [
        Line(queue, row["count"], (today - row["oldest"]).days if row["oldest"] else None)
        for key, queue in queues.items()
        if (row := found.get(key)) and row["count"]
    ]
