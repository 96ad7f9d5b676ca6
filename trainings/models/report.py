"""The report on a cohort, and its log."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any, Self

from django.db import models, transaction
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from blk_portal.accounts.models import User
from blk_portal.accounts.requests import Visitor
from blk_portal.formats import number
from blk_portal.reporting.flags import Flag
from blk_portal.reporting.models import Obligation, Receipt, Report, Transition
from blk_portal.reporting.refusals import Incomplete, NotYours, Stale
from institutions.models import Holiday, ProgrammeYear
from trainings import checks, counting
from trainings.models import parts
from trainings.models.cohort import Cohort, open_institutions
from trainings.models.count import CohortCount
from trainings.models.draft import FormDraft
from trainings.models.flag import ROW, CohortReportFlag, places_of
from trainings.models.kind import ReportKind
from trainings.models.missing import Missing, missing_of_outcomes, missing_of_roster
from trainings.models.officer import Taken
from trainings.models.overlap import Overlap, refusal_note
from trainings.models.participant import Participant
from trainings.models.snapshot import ReportedRow
from trainings.models.standin import StandIn
from trainings.overlaps import check_rosters
from trainings.periods import overtake_zeros

# What a receipt for the closing report says of each participant.
IN_RECEIPT = ("sex", "result", "attendance", "pre_test", "post_test")


class CohortReportQuerySet(models.QuerySet["CohortReport"]):
    def visible_to(self, user: Visitor) -> Self:
        return open_institutions(user).narrow(self, by="cohort__institution")

    def editable_by(self, user: Visitor) -> Self:
        return self.filter(cohort__in=Cohort.objects.editable_by(user))

    def awaiting(self) -> Self:
        """Submitted and not yet decided, the longest waiting first."""
        return self.filter(status=CohortReport.Status.SUBMITTED).order_by("submitted_at", "id")

    def taken_by(self, user: User) -> Self:
        """Those that this officer looks after."""
        return self.filter(officer=user)

    def untaken(self) -> Self:
        """Those that nobody looks after yet."""
        return self.filter(officer=None)

    def closing(self) -> Self:
        """The reports that participants count by."""
        return self.filter(kind=ReportKind.CLOSING)

    def planned(self) -> Self:
        """Those of cohorts that are not cancelled."""
        return self.filter(cohort__cancelled_at=None)

    def verified(self) -> Self:
        return self.filter(status=CohortReport.Status.VERIFIED)

    def by_status(self) -> dict[str, int]:
        """How many there are in each status that occurs."""
        return dict(self.order_by().values_list("status").annotate(models.Count("pk")))

    def for_lists(self) -> Self:
        """With all that a list row shows, in one query."""
        return self.select_related(
            "cohort__programme", "cohort__programme_year", "cohort__institution__regency__province",
            "cohort__institution__office", "obligation", "submitted_by", "officer",
        )  # fmt: skip

    def with_checks(self) -> Self:
        """With what the last comparison of its roster found, in the same query."""
        return self.select_related("cohort__roster_check__like_cohort__programme")

    def with_log(self, kinds: Collection[str] = tuple(ReportKind)) -> Self:
        """With the log of each report, newest first, as `report.log`, and the flags raised.

        kinds: the reports of which the page looks at what is flagged.
        """
        flags = CohortReportFlag.objects.select_related("answered_by").with_values(kinds)
        log = (
            CohortReportTransition.objects.select_related("by", "receipt", "stand_in__on_behalf_of")
            .prefetch_related(models.Prefetch("flags", flags))
            .order_by("-version")
        )
        return self.prefetch_related(models.Prefetch("transitions", log, to_attr="log"))

    def with_draft(self, user: User, kind: FormDraft.Kind) -> Self:
        """With what the person left in a form about each report (see `drafts`)."""
        own = FormDraft.objects.filter(user=user, kind=kind, report=models.OuterRef("pk"))
        return self.annotate(
            draft_sealed=models.Subquery(own.values("typed_sealed")[:1]),
            draft_at=models.Subquery(own.values("saved_at")[:1]),
        )

    def with_live_counts(self) -> Self:
        """With the count rows that hold now, as `report.live_counts`."""
        live = CohortCount.objects.filter(counted_to=None)
        return self.prefetch_related(models.Prefetch("counts", live, to_attr="live_counts"))

    def with_participants(self) -> Self:
        """Annotated with how many participants it holds."""
        count = (
            Participant.objects.filter(cohort=models.OuterRef("cohort"))
            .order_by()
            .values("cohort")
            .annotate(n=models.Count("pk"))
            .values("n")
        )
        return self.annotate(participant_count=Coalesce(models.Subquery(count), 0))


class CohortReport(Taken, Report):
    """One of the reports on a cohort, each on its own time; figures come from the closing report.

    Filed by the operator of the institution, verified by staff of the responsible area.
    """

    Kind = ReportKind

    cohort = models.ForeignKey(
        Cohort, models.PROTECT, related_name="reports", verbose_name=_("cohort"), db_index=False
    )
    kind = models.CharField(_("kind"), max_length=16, choices=ReportKind)
    snapshot = models.JSONField(_("roster handed in"), null=True, blank=True, editable=False)

    objects = CohortReportQuerySet.as_manager()

    # What the querysets above and the operator's home page put beside a report.
    participant_count: int
    log: list["CohortReportTransition"]
    live_counts: list[CohortCount]
    last_receipt: Receipt | None
    draft_sealed: bytes | None = None
    draft_at: datetime | None = None

    class Meta(Report.Meta):
        verbose_name = _("cohort report")
        verbose_name_plural = _("cohort reports")
        ordering = ["id"]
        permissions = [
            ("file_cohortreport", "May file the report of a cohort"),
            ("draft_cohortreport", "May write the draft of a cohort's report"),
            ("verify_cohortreport", "May verify or return a cohort report"),
            ("reopen_cohortreport", "May reopen a verified cohort report"),
        ]
        constraints = [
            *Report.Meta.constraints,
            *Taken.Meta.constraints,
            models.UniqueConstraint(
                fields=["cohort", "kind"], name="cohortreport_once_a_kind",
                violation_error_message=_("The cohort has a report of this kind already."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["status", "submitted_at", "id"], name="cohortreport_queue"),
            models.Index(
                fields=["officer", "submitted_at", "id"],
                condition=models.Q(status="submitted"),
                name="cohortreport_taken",
            ),
            # What does not count yet: of a year that is over, few. With all that explaining a
            # figure asks of them.
            models.Index(
                fields=["cohort"],
                include=["id", "status", "submitted_at"],
                condition=models.Q(kind=ReportKind.CLOSING) & ~models.Q(status="verified"),
                name="cohortreport_uncounted",
            ),
            # Those that wait for a decision or for mending, by what they are about.
            models.Index(
                fields=["kind", "cohort"],
                include=["status"],
                condition=models.Q(status__in=["submitted", "returned"]),
                name="cohortreport_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.cohort}"

    @property
    def is_open(self) -> bool:
        """Whether the operator may still change it: nothing of a cancelled cohort is reported."""
        return super().is_open and not self.cohort.is_cancelled

    @classmethod
    @transaction.atomic
    def expect(cls, cohort: Cohort, *, kinds: Iterable[ReportKind] = ReportKind) -> None:
        """Open the reports on a newly planned cohort, each with the obligation it answers."""
        closed = Holiday.objects.of_host(cohort.institution.host_type).days()
        reports = [
            CohortReport(cohort=cohort, kind=kind, obligation=cls.owed(cohort, kind, closed=closed))
            for kind in kinds
        ]
        Obligation.objects.bulk_create(report.obligation for report in reports)
        CohortReport.objects.bulk_create(reports)
        overtake_zeros(cohort)

    @staticmethod
    def owed(cohort: Cohort, kind: ReportKind, *, closed: Collection[date]) -> Obligation:
        """What the institution owes with a report on the cohort; not stored yet.

        closed: the days that are free for it beside the national calendar.
        """
        return Obligation(
            institution=cohort.institution,
            programme_year=cohort.programme_year,
            kind=kind.obligation,
            subject=f"cohort:{cohort.pk}",
            due_on=kind.due_on(cohort, closed=closed),
        )

    @cached_property
    def opening(self) -> "CohortReport | None":
        """The opening report of the same cohort."""
        return self.cohort.reports.filter(kind=ReportKind.OPENING).first()

    @cached_property
    def latecomers(self) -> list[Participant]:
        """Those who were not on the roster when the opening report was handed in, once verified."""
        if self.opening is None or self.opening.status != self.Status.VERIFIED:
            return []
        known = set(self.opening.snapshot or ())
        people = self.cohort.participants.all()
        return [person for person in people if str(person.uid) not in known]

    def get_absolute_url(self) -> str:
        """The operator's page of the report; that of the closing report is the cohort's own."""
        if self.kind == ReportKind.CLOSING:
            return reverse("trainings:cohort-detail", args=[self.cohort_id])
        return reverse("trainings:part-detail", args=[self.cohort_id, ReportKind(self.kind)])

    @property
    def flags_url(self) -> str:
        """Where the answers to its flags are sent."""
        return self._address("flags-answer")

    @property
    def unlock_url(self) -> str:
        """Where its operator asks for what was not flagged."""
        return self._address("unlock-ask")

    def _address(self, name: str) -> str:
        if self.kind == ReportKind.CLOSING:
            return reverse(f"trainings:{name}", args=[self.cohort_id])
        return reverse(f"trainings:part-{name}", args=[self.cohort_id, ReportKind(self.kind)])

    def flag(
        self, participant: Participant | None = None, *, field: str, note: str
    ) -> CohortReportFlag:
        """A flag for the next return.

        Raises ValueError for a participant of another cohort and a column of another report.
        """
        if participant is not None and participant.cohort_id != self.cohort_id:
            raise ValueError("The participant belongs to another cohort.")
        if field not in places_of(self.kind):
            raise ValueError("A report of this kind has no such column.")
        return CohortReportFlag.about(self, participant, field=field, note=note)

    @property
    def flagged_returns(self) -> list["CohortReportTransition"]:
        """The rows of the log that raised flags, newest first; wants `with_log()`."""
        return [row for row in self.log if row.flags.all()]

    @property
    def standing_flags(self) -> list[CohortReportFlag]:
        """The flags of the last return that no later decision has settled; wants `with_log()`."""
        flags = [flag for row in self.log for flag in row.flags.all()]
        return [flag for flag in flags if flag.resolved_at is None]

    @property
    def open_flags(self) -> list[CohortReportFlag]:
        """Those that the operator has still to answer; wants `with_log()`."""
        return [flag for flag in self.standing_flags if not flag.is_answered]

    def _flags_in_question(self) -> models.QuerySet[CohortReportFlag]:
        flags = CohortReportFlag.objects.filter(transition__report=self)
        return flags.standing().with_values([self.kind])

    def unanswered(self) -> int:
        """How many flags the operator has still to answer."""
        # A page has read the flags with the log already.
        flags = self.standing_flags if "log" in self.__dict__ else self._flags_in_question()
        return sum(not flag.is_answered for flag in flags)

    def missing_to_submit(
        self, examined: "checks.Examination | None" = None, *, entered: parts.Entries | None = None
    ) -> list[Missing]:
        """What lacks before the report can be sent, each with its place on the page.

        examined: what the checks found; entered: what certification or placement holds; where a
        page has asked already.
        """
        if self.kind in (ReportKind.OPENING, ReportKind.CLOSING):
            return missing_of_roster(self, examined or checks.examine(self))
        return missing_of_outcomes(self, entered)

    def receipt_content(self) -> dict[str, Any]:
        about = {"cohort": self.cohort_id, "kind": self.kind}
        if self.kind != ReportKind.CLOSING:
            return about | parts.content(self)
        rows = self.cohort.participants.order_by("uid").values_list("uid", *IN_RECEIPT)
        return about | {"participants": [[str(uid), *values] for uid, *values in rows]}

    def before_holding(self) -> None:
        # A submission answers what is owed for the period as well: it waits for a merge of two rows
        # of the institution, or is waited for.
        self.cohort.hold_institution()

    def before_verb(self, verb: str) -> None:
        # One order of verifications and reopenings in a budget year, so that "the earliest verified
        # participation" of a person means the same to every transaction.
        if verb in ("verify", "reopen"):
            ProgrammeYear.objects.select_for_update(no_key=True).get(
                pk=self.cohort.programme_year_id
            )
        # The institution is held as well: two rows of one that are merged wait, or are waited for.
        if verb != "submit":
            self.cohort.hold_institution()
        # Asked under the lock of the institution, which a cancelling takes as well.
        if verb != "set_aside" and (cancelled := self._cancelled_by_now()):
            decided = gettext("Its reports are no longer sent or decided on.")
            raise Stale(
                f"{cancelled.cancelled_words()} {decided}",
                cure=gettext("Staff of the responsible office can undo that."),
            )
        if verb == "verify" and (refused := Overlap.objects.refused_in(self.cohort).count()):
            text = ngettext(
                "%(n)s participant may not take part in this cohort.",
                "%(n)s participants may not take part in this cohort.", refused,
            )  # fmt: skip
            raise Incomplete(
                text % {"n": number(refused)},
                cure=gettext("Return the report; the rows are flagged with the return."),
            )

    def _cancelled_by_now(self) -> Cohort | None:
        rows = Cohort.objects.cancelled().select_related(
            "cancelled_by", "institution__regency__province"
        )
        return rows.filter(pk=self.cohort_id).first()

    @transaction.atomic
    def send_back(
        self, *, by: User, version: int, comment: str = "", flags: Sequence[Flag] = ()
    ) -> Transition:
        """Return the report; rows of persons who may not take part are flagged with it."""
        flags = [*flags, *self._refusals(flags)]
        return super().send_back(by=by, version=version, comment=comment, flags=flags)

    def _refusals(self, flags: Sequence[Flag]) -> list[CohortReportFlag]:
        """Flags on the rows of persons whom a decision on overlaps keeps out of this cohort.

        With the reports that hold the roster: in the others there is nothing to take out.
        """
        if self.kind not in (ReportKind.OPENING, ReportKind.CLOSING):
            return []
        flagged = {getattr(flag, "participant_id", None) for flag in flags}
        pairs = Overlap.objects.refused_in(self.cohort).select_related("first", "second")
        people = {pair.participant_in(self.cohort) for pair in pairs}
        return [
            self.flag(person, field=ROW, note=refusal_note())
            for person in people
            if person is not None and person.pk not in flagged
        ]

    def on_verb(self, verb: str, *, at: datetime) -> list[int]:
        touched = super().on_verb(verb, at=at)
        if verb == "submit":
            check_rosters([self.cohort_id], at=at)
        if verb == "submit" and self.kind == ReportKind.OPENING:
            self.snapshot = parts.roster(self)
            self.save(update_fields=["snapshot"])
        if verb == "submit":
            self._keep_submission(at=at)
        if verb in ("verify", "send_back"):
            self._settle_flags(at=at)
        if self.kind == ReportKind.OPENING:
            # No figure rests on it, so none is to be counted anew.
            return []
        if verb == "verify":
            counting.count_reports([self.pk], at=at)
        elif verb == "reopen":
            touched += counting.uncount_reports([self.pk], at=at)
        return touched

    def verify(self, *, by: User, version: int) -> Transition:
        if self.stand_ins.filter(officer=by).exists():
            raise NotYours(
                gettext("You filled in this report on an operator's behalf."),
                cure=gettext("Another officer verifies it."),
            )
        return super().verify(by=by, version=version)

    def _keep_submission(self, *, at: datetime) -> None:
        """Keep the rows as handed in, and on whose behalf an officer did it."""
        submission = self.transitions.get(version=self.version)
        ReportedRow.objects.keep(submission)
        stand_in = self.stand_ins.filter(closed_at=None).first()
        if stand_in is None:
            return
        self.stand_ins.filter(pk=stand_in.pk).update(closed_at=at)
        if stand_in.officer_id == submission.by_id:
            submission.stand_in = stand_in
            submission.save(update_fields=["stand_in"])

    def _settle_flags(self, *, at: datetime) -> None:
        """A decision has looked at the answers: what became of the flags is kept from now on."""
        flags = list(self._flags_in_question())
        for flag in flags:
            flag.settle(at=at)
        CohortReportFlag.objects.bulk_update(flags, ["has_changed", "became", "resolved_at"])


class CohortReportTransition(Transition):
    """The log of a cohort's report."""

    report = models.ForeignKey(CohortReport, models.PROTECT, related_name="transitions")
    stand_in = models.ForeignKey(
        StandIn, models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("filled in on behalf"),
    )  # fmt: skip

    class Meta(Transition.Meta):
        verbose_name = _("report log row")
        verbose_name_plural = _("report log")
        constraints = [
            models.UniqueConstraint(
                fields=["report", "version"], name="cohortreporttransition_once_per_version"
            )
        ]
